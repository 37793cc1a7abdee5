"""Users: sign-up and lookup."""

from __future__ import annotations

from typing import NamedTuple

from handlers.domain.callers import Role
from handlers.domain.ids import USER, digits
from handlers.people.passwords import hash_password, is_password
from handlers.platform import clock, random_ids
from handlers.platform.errors import EmailTaken, NotFound
from handlers.platform.postgres import Database, sql


class User(NamedTuple):
    """A user who can sign in."""

    user_id: str
    email: str
    name: str
    role: Role
    created_at_us: int


class Users:
    """The users in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sign_up(self, email: str, password: str, name: str) -> User:
        """Create a customer.

        Raises
        ------
        EmailTaken
            If the address, in any case, already has a user.
        """
        user = User(random_ids.new_id(USER), normalised(email), name, "customer", clock.now_us())
        row = (
            digits(user.user_id),
            user.email,
            user.name,
            hash_password(password),
            clock.from_us(user.created_at_us),
        )
        if not self._database.write(sql("people/insert_user"), row):
            raise EmailTaken
        return user

    def with_password(self, email: str, password: str) -> User | None:
        """Return the user with this address and password, or None.

        An unknown address takes as long as a wrong password.
        """
        rows = self._database.read(sql("people/user_by_email"), (normalised(email),))
        password_hash = rows[0][5] if rows else None
        if not is_password(password, password_hash):
            return None
        return _user(rows[0])

    def find(self, user_id: str) -> User:
        """Return a user.

        Raises
        ------
        NotFound
            If the user does not exist.
        """
        rows = self._database.read(sql("people/user_by_id"), (digits(user_id),))
        if not rows:
            raise NotFound
        return _user(rows[0])

    def promote(self, email: str) -> User:
        """Make an existing user an operator, and record that in the audit trail.

        Raises
        ------
        NotFound
            If no user has this address.
        """
        rows = self._database.write(sql("people/promote_user"), (normalised(email),))
        if not rows:
            raise NotFound(f"no user has the address {normalised(email)}")
        return _user(rows[0])


def normalised(email: str) -> str:
    """Return an address as it is stored: in lower case, so that each address has one user."""
    return email.strip().lower()


def _user(row: tuple[object, ...]) -> User:
    user_id, email, name, role, created_at_us = row[:5]
    return User(
        f"{USER}{user_id}",
        str(email),
        str(name),
        "operator" if role == "operator" else "customer",
        int(str(created_at_us)),
    )
