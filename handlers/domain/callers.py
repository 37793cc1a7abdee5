"""The authenticated caller, by session or API key, and its rights."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from handlers.domain.scopes import Scope

Role = Literal["customer", "operator"]


#: Less than a second, so that a revocation's own commit fits into the second.
HONOUR_US: Final = 900_000


#: After this one request reads it again, while others may still use the old value.
YOUNG_US: Final = 450_000


class Caller(msgspec.Struct, frozen=True, gc=False):
    """The authenticated caller.

    Attributes
    ----------
    expires_at_us, read_at_us
        When the session or the key expires, and when it was read from the database.
    key_id, scopes
        The API key used and its scopes; None for a session, which has every scope.
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
        """Tell whether the cached value may still be used."""
        # A future read time means another machine's clock is ahead; don't trust it.
        return 0 <= now_us - self.read_at_us < HONOUR_US and now_us < self.expires_at_us

    def is_young(self, now_us: int) -> bool:
        """Tell whether the cached value need not be read again yet."""
        # This repeats `is_fresh` instead of calling it, because every request calls this.
        return 0 <= now_us - self.read_at_us < YOUNG_US and now_us < self.expires_at_us
