"""Who is asking: a user by a session or by an API key, and what that is good for."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from handlers.domain.scopes import Scope

Role = Literal["customer", "operator"]


#: Less than a second, so that the second includes the revocation's own commit.
HONOUR_US: Final = 900_000


#: After this a request reads it again, while it may still be relied on by the others.
YOUNG_US: Final = 450_000


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who is asking.

    Attributes
    ----------
    expires_at_us, read_at_us
        When the session or the key ends, and when it was read from the database.
    key_id, scopes
        The API key that is asked with and what it is for; None for a session, which is for all.
    """

    user_id: str
    role: Role
    expires_at_us: int
    read_at_us: int
    key_id: str | None = None
    scopes: frozenset[Scope] | None = None

    @property
    def is_operator(self) -> bool:
        """Whether the caller is an operator."""
        return self.role == "operator"

    def is_fresh(self, now_us: int) -> bool:
        """Tell whether what was read may still be relied on."""
        # A reading from the future means that another machine's clock is ahead: not trusted.
        return 0 <= now_us - self.read_at_us < HONOUR_US and now_us < self.expires_at_us

    def is_young(self, now_us: int) -> bool:
        """Tell whether what was read need not be read again yet."""
        # As `is_fresh`, and not by it: every request asks this.
        return 0 <= now_us - self.read_at_us < YOUNG_US and now_us < self.expires_at_us
