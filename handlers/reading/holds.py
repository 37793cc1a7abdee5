"""Reads holds and the accounts they are on."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import msgspec

from handlers.domain.ids import ACCOUNT, HOLD, digits
from handlers.platform.clock import LATEST, from_us, rfc3339_us, to_us
from handlers.platform.postgres import Database, sql
from handlers.reading.cursors import HIGHEST_UUID
from handlers.reading.memo import Remembered
from handlers.sharding.lookups import Found, anywhere, one_anywhere
from handlers.sharding.pages import merged_page
from handlers.sharding.shards import Shard, ShardMap, Shards

MAX_REMEMBERED: Final = 20_000
#: Also used for another user's hold, so that the two can't be told apart.
NO_HOLD: Final = "there is no such hold"

HoldStatus = Literal["open", "captured", "voided", "expired"]


class HoldView(msgspec.Struct, frozen=True, gc=False):
    """Money set aside; amounts in minor units.

    The view shows what is recorded.  A hold past its ``expires_at`` may still be ``open``: it can
    no longer be captured or voided, and the account's next command records the expiry first and can
    use the money. During a capture to an account on another partition, the hold is ``open`` and
    ``captured_amount`` is the amount being captured.
    """

    hold_id: str
    account_id: str
    destination_account_id: str | None
    amount: int
    captured_amount: int
    currency: str
    status: HoldStatus
    created_at: str
    expires_at: str | None
    closed_at: str | None


class HoldCursor(NamedTuple):
    """The last hold of a page: the time it was placed (microseconds) and its id's digits."""

    created_at_us: int = to_us(LATEST)
    hold_digits: str = HIGHEST_UUID


class Holds(Remembered):
    """Reads holds and their accounts, which are known once a hold is applied."""

    def __init__(self, shards: Shards) -> None:
        super().__init__(sql("reading/hold_accounts"), HOLD, ACCOUNT, MAX_REMEMBERED)
        self._shards = shards

    account_of = Remembered.get
    accounts_of = Remembered.get_all

    def find(self, hold_id: str) -> HoldView | None:
        """Return a hold, whoever asks, or None if it does not exist."""

        def read(database: Database) -> HoldView | None:
            rows = database.read(sql("reading/hold"), (digits(hold_id),))
            return hold_view(*rows[0]) if rows else None

        def belongs(hold: HoldView, places: ShardMap) -> int:
            return places.shard_of_account(hold.account_id)

        return one_anywhere(self._shards, read, belongs)

    def page(
        self,
        user_id: str | None,
        account_id: str | None,
        status: str | None,
        before: HoldCursor,
        limit: int,
    ) -> tuple[list[HoldView], HoldCursor | None]:
        """Return a page of holds, newest first, and the cursor of the next page.

        Parameters
        ----------
        user_id
            The owner of the accounts, or None to list the one account in ``account_id``.
        """
        if user_id is None and account_id is None:
            raise ValueError("a list needs either a user or an account")
        wanted = {
            "user_id": digits(user_id) if user_id else None,
            "account_id": digits(account_id) if account_id else None,
            "status": status,
            "before_time": from_us(before.created_at_us),
            "before_id": before.hold_digits,
            "rows": limit + 1,
        }

        def read(shard: Shard, absent: list[int]) -> list[tuple[Any, ...]]:
            return shard.database.read(sql("reading/holds"), wanted | {"absent": absent})

        rows = merged_page(
            self._shards, read, _place_of, limit + 1, is_descending=True, account_id=account_id
        )
        page = rows[:limit]
        cursor = _place_of(page[-1]) if len(rows) > limit else None
        return [hold_view(*row) for row in page], cursor

    def _look_up(self, keys: list[str]) -> Found[str]:
        def belongs(account_id: str, places: ShardMap) -> int:
            return places.shard_of_account(account_id)

        return anywhere(self._shards, keys, self._read, belongs)


def _place_of(row: tuple[Any, ...]) -> HoldCursor:
    return HoldCursor(row[7], row[0])


def hold_view(
    hold_digits: str,
    account_digits: str,
    destination_digits: str | None,
    amount: int,
    captured_amount: int,
    currency: str,
    status: HoldStatus,
    created_at_us: int,
    expires_at_us: int | None,
    closed_at_us: int | None,
) -> HoldView:
    """Return a hold's view from its row; ids have no prefixes, times are in microseconds."""
    return HoldView(
        HOLD + hold_digits,
        ACCOUNT + account_digits,
        ACCOUNT + destination_digits if destination_digits else None,
        amount,
        captured_amount,
        currency,
        status,
        rfc3339_us(created_at_us),
        None if expires_at_us is None else rfc3339_us(expires_at_us),
        None if closed_at_us is None else rfc3339_us(closed_at_us),
    )
