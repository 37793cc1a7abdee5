"""The users and accounts of a benchmark, and the commands that its scripts send."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from handlers.domain.ids import keyed_transaction_id
from load.client import Answer, Client

USERS = 8
CONNECTIONS = 32
#: The initial balance of each account, in cents.
FIRST_AMOUNT = 1_000


Given = TypeVar("Given")
Made = TypeVar("Made")


class SetUpFailed(Exception):
    """Users or accounts could not be created."""


@dataclass(frozen=True)
class User:
    """A signed-in user."""

    user_id: str
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True)
class Account:
    """An account with its owner and an old transaction."""

    account_id: str
    user: User
    transaction_id: str


@dataclass
class People:
    """Users with their accounts, and the expected balance of each account."""

    users: list[User]
    accounts: list[Account]
    balances: dict[str, int]

    @property
    def account_digits(self) -> list[str]:
        """The accounts' ids without their prefix, as in the database."""
        return [account.account_id[4:] for account in self.accounts]

    def write_accounts(self, path: Path) -> Path:
        """Write the scripts' input: one line per account with its id and its owner's token."""
        lines = [f"{account.account_id} {account.user.token}" for account in self.accounts]
        path.write_text("\n".join(lines) + "\n")
        return path


@dataclass(frozen=True)
class Deposit:
    """A deposit that a script sent. The amount is in cents."""

    transaction_id: str
    account_id: str
    amount: int


def amount_of(thread: int, n: int) -> int:
    """Return the amount of a thread's n-th command, as computed by ``common.lua``."""
    return 1 + (n * 7919 + thread * 104729) % 100_000


def single_deposits(people: People, run: str, made: tuple[int, ...]) -> Iterator[Deposit]:
    """List the deposits that ``singles.lua`` sent.

    Parameters
    ----------
    run
        The run's name, which is part of each idempotency key.
    made
        The number of requests of each thread.
    """
    accounts = people.accounts
    for thread, count in enumerate(made):
        for n in range(count):
            account = accounts[n % len(accounts)]
            key = f"{run}-{thread}-{n}"
            yield Deposit(
                keyed_transaction_id(account.user.user_id, key),
                account.account_id,
                amount_of(thread, n),
            )


def batched_deposits(
    people: People, run: str, made: tuple[int, ...], size: int
) -> Iterator[Deposit]:
    """List the deposits that ``batch.lua`` sent, ``size`` per request.

    The items of a request belong to one user, because it has that user's token.
    """
    by_user: dict[str, list[Account]] = {}
    for account in people.accounts:
        by_user.setdefault(account.user.user_id, []).append(account)
    owners = list(by_user)
    for thread, count in enumerate(made):
        for n in range(count):
            user_id = owners[n % len(owners)]
            own = by_user[user_id]
            for item in range(n * size, (n + 1) * size):
                yield Deposit(
                    keyed_transaction_id(user_id, f"{run}-{thread}-{item}"),
                    own[item % len(own)].account_id,
                    amount_of(thread, item),
                )


async def make_people(url: str, accounts: int) -> People:
    """Create users and open accounts for them through the API.

    Raises
    ------
    SetUpFailed
        If the API refuses a request.
    """
    users = await _all(url, [None] * USERS, _sign_up)
    owners = [users[number % USERS] for number in range(accounts)]
    opened = await _all(url, owners, _open)
    return People(users, opened, {account.account_id: FIRST_AMOUNT for account in opened})


async def _all(
    url: str, whats: list[Given], make: Callable[[Client, Given], Awaitable[Made]]
) -> list[Made]:
    """Call a function for each value, over some connections; return the results in order."""
    waiting = iter(enumerate(whats))
    made: dict[int, Made] = {}

    async def work() -> None:
        client = Client(url)
        try:
            for number, what in waiting:
                made[number] = await make(client, what)
        finally:
            await client.close()

    await asyncio.gather(*(work() for _ in range(min(CONNECTIONS, len(whats)))))
    return [made[number] for number in range(len(whats))]


async def _sign_up(client: Client, _: None) -> User:
    email, password = f"bench-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(16)
    body = {"email": email, "password": password}
    answer = await client.request("POST", "/users", {**body, "name": "Benchmark"})
    user_id = _wanted(answer, 201)["user_id"]
    session = await client.request("POST", "/sessions", body)
    return User(user_id, email, password, _wanted(session, 201)["token"])


async def _open(client: Client, owner: User) -> Account:
    client.token = owner.token
    answer = await client.request("POST", "/accounts", {"currency": "EUR"})
    account_id = _wanted(answer, 201)["account_id"]
    body = {"account_id": account_id, "amount": FIRST_AMOUNT, "currency": "EUR"}
    wait = {"Prefer": "wait=20"}
    deposit = await client.request("POST", "/deposits", body, headers=wait)
    return Account(account_id, owner, _wanted(deposit, 201)["transaction_id"])


def _wanted(answer: Answer, status: int) -> dict[str, str]:
    if answer.status != status:
        raise SetUpFailed(f"the API returned {answer.status}: {answer.body[:300]!r}")
    body: dict[str, str] = answer.json()
    return body
