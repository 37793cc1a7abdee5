"""Reads transactions: one by its id, whatever its state, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from handlers.domain import commands as c
from handlers.domain import reasons
from handlers.domain.callers import Caller
from handlers.domain.ids import USER, digits
from handlers.domain.kinds import UNLISTED
from handlers.domain.leg_columns import leg_of
from handlers.domain.state import Leg
from handlers.platform.clock import LATEST, from_us, rfc3339_us, to_us
from handlers.platform.errors import NotFound, Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import sql
from handlers.reading.cursors import HIGHEST_UUID, LOWEST_UUID
from handlers.reading.legs import Legs, OwnedLeg, legs_query
from handlers.reading.log_reader import LogReader
from handlers.reading.metadata import may_see_metadata
from handlers.reading.recent_commands import RecentCommands
from handlers.reading.views import PositionView, TransactionView, command_view, leg_view
from handlers.sharding.lookups import Found
from handlers.sharding.pages import merged_page
from handlers.sharding.shards import Shard, Shards

#: Also used for another user's transaction, so that the two can't be told apart.
NO_TRANSACTION: Final = "there is no such transaction"
AWAY: Final = "a database that may have the transaction can't be reached"
HIGHEST_VERSION: Final = 2**53 - 1


class TransactionCursor(NamedTuple):
    """The last leg of a page. ``version`` is the account's, or 0 if nothing was posted."""

    posted_at_us: int = to_us(LATEST)
    transaction_digits: str = HIGHEST_UUID
    leg: int = 9
    version: int = HIGHEST_VERSION


class Filter(NamedTuple):
    """A list's filters; None means no filter.

    Attributes
    ----------
    start, end
        When it was posted: start (inclusive) and end (exclusive).
    min_amount, max_amount
        In minor units, inclusive.
    metadata
        The metadata that the transaction itself must have, as JSON.
    asked_by
        The user whose requests to include, so that nobody can guess others' metadata by searching.
    """

    account_id: str | None = None
    status: str | None = None
    kind: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    min_amount: int | None = None
    max_amount: int | None = None
    metadata: str | None = None
    asked_by: str | None = None

    def first(self) -> TransactionCursor:
        """Return the cursor just before the newest transaction that the list may include."""
        if self.end is None:
            return TransactionCursor()
        # Rows at exactly this moment sort before this cursor, so they are left out.
        return TransactionCursor(to_us(self.end), LOWEST_UUID, 0, 0)


class _Applied(NamedTuple):
    """What the ledger has of a transaction, and whether a shard is away that may have more."""

    view: TransactionView | None
    may_be_away: bool = False


class Transactions:
    """Reads transactions.

    Parameters
    ----------
    topic
        The commands topic, whose progress shows what was applied.
    """

    def __init__(self, shards: Shards, log: LogReader, recent: RecentCommands, topic: str) -> None:
        self._shards = shards
        self._log = log
        self._recent = recent
        self._topic = topic
        self._legs = Legs(shards)

    def legs(self, transaction_id: str) -> list[OwnedLeg]:
        """Return a transaction's legs from the ledger, whoever asks.

        Raises
        ------
        Unavailable
            If a shard that may have one can't be reached.
        """
        looked = self._legs.look(transaction_id)
        if looked.away:
            raise Unavailable(AWAY)
        return looked.legs

    def legs_of(self, transaction_ids: Iterable[str]) -> Found[list[OwnedLeg]]:
        """Return transactions' legs from the ledger, whoever asks, with one query a shard at most.

        Raises
        ------
        Unavailable
            If no leg can be read. If only some can't, looking at those in the result raises.
        """
        return self._legs.of_each(transaction_ids)

    def view(
        self, caller: Caller, transaction_id: str, position: Position | None
    ) -> TransactionView:
        """Return a transaction, even if pending, as far as the caller may see it.

        Parameters
        ----------
        position
            Its position in the log, from the response that accepted it.  With it, an accepted
            transaction is always found.

        Raises
        ------
        NotFound
            If it does not exist or the caller may not see it.
        Unavailable
            If the log, or a database that may have it, can't be reached.
        """
        recent = self._recent.get(transaction_id)
        remembered = None if recent is None else recent.position
        found = self._applied(caller, transaction_id, position, position or remembered)
        if found.view is not None:
            return found.view
        if recent is not None and _asked(caller, recent.command):
            return command_view(recent.command, recent.position)
        if position is not None:
            on_the_way = self._on_the_way(caller, transaction_id, position)
            if on_the_way is not None:
                return on_the_way
        raise Unavailable(AWAY) if found.may_be_away else NotFound(NO_TRANSACTION)

    def _applied(
        self,
        caller: Caller,
        transaction_id: str,
        position: Position | None,
        place: Position | None,
    ) -> _Applied:
        """Look for a transaction in the ledger.

        Parameters
        ----------
        place
            Where its command probably is, so that this shard is asked first.

        Raises
        ------
        Unavailable
            If a shard is away that may have what is missing. Not if that is just another request
            with the same id than the one at the place: that one was not applied.
        """
        if position is not None:
            conflict = self._conflict(caller, transaction_id, position)
            if conflict is not None:
                return _Applied(conflict)
        partition = None if place is None else place.partition
        legs, away = self._legs.look(transaction_id, partition, partial(may_see, caller))
        if away and (
            legs or partition is None or self._shards.number_of_partition(partition) in away
        ):
            raise Unavailable(AWAY)
        if position is not None and legs:
            other = self._other_request(caller, legs[0].leg, position)
            if other is not None:
                return _Applied(other)
        for owned in legs:
            if may_see(caller, owned):
                sees = may_see_metadata(caller, owned.leg.user_id)
                return _Applied(leg_view(owned.leg, shows_metadata=sees))
        return _Applied(None, may_be_away=bool(away))

    def _other_request(
        self, caller: Caller, leg: Leg, position: Position
    ) -> TransactionView | None:
        """Return a request that reused a key and whose refusal is not recorded yet."""
        if leg.leg != 1 or (leg.partition, leg.offset) == position:
            return None
        recent = self._recent.get(leg.transaction_id)
        try:
            command: c.AnyCommand | None
            if recent is not None and recent.position == position:
                command = recent.command
            else:
                command = self._log.command_at(position)
        except Unavailable:
            return None
        if command is None or isinstance(command, c.CreditLeg | c.Settlement):
            return None
        if command.transaction_id != leg.transaction_id:
            return None
        if command.fingerprint == leg.fingerprint or not _asked(caller, command):
            return None
        return conflict_view(command, position, None)

    def _conflict(
        self, caller: Caller, transaction_id: str, position: Position
    ) -> TransactionView | None:
        key = (digits(transaction_id), position.partition, position.offset)
        database = self._shards.of_partition(position.partition)
        for _fingerprint, user, requested_at_us, posted_at_us in database.read(
            sql("reading/conflict"), key
        ):
            if caller.is_operator or (user and USER + user == caller.user_id):
                return self._conflict_view(transaction_id, position, requested_at_us, posted_at_us)
        return None

    def _conflict_view(
        self, transaction_id: str, position: Position, requested_at_us: int, posted_at_us: int
    ) -> TransactionView:
        """Return the view of a refused request. The ledger keeps only the fact of the refusal."""
        completed_at = rfc3339_us(posted_at_us)
        try:
            command = self._log.command_at(position)
        except Unavailable:
            command = None
        if command is None:
            return TransactionView(
                transaction_id=transaction_id,
                kind="unknown",
                status="rejected",
                amount=None,
                currency=None,
                reason=reasons.IDEMPOTENCY_CONFLICT,
                position=PositionView(*position),
                requested_at=rfc3339_us(requested_at_us),
                completed_at=completed_at,
            )
        return conflict_view(command, position, completed_at)

    def _on_the_way(
        self, caller: Caller, transaction_id: str, position: Position
    ) -> TransactionView | None:
        """Look up a command in the log: either it is there, or it was never accepted (None)."""
        try:
            command = self._log.command_at(position)
        except Unavailable:
            if self._is_ahead(position):
                return unread_view(transaction_id, position)
            raise
        if (
            command is None
            or command.transaction_id != transaction_id
            or isinstance(command, c.CreditLeg | c.Settlement)
            or not _asked(caller, command)
        ):
            return None
        # It may have been applied in the meantime. If not, it is waiting or parked.
        applied = self._applied(caller, transaction_id, position, position)
        return applied.view or command_view(command, position)

    def _is_ahead(self, position: Position) -> bool:
        database = self._shards.of_partition(position.partition)
        rows = database.read(sql("reading/progress"), (self._topic, position.partition))
        return not rows or rows[0][0] <= position.offset

    def page(
        self,
        user_id: str | None,
        wanted: Filter,
        before: TransactionCursor,
        limit: int,
        *,
        reader: str | None,
    ) -> tuple[list[TransactionView], TransactionCursor | None]:
        """Return a page of transactions, newest first, and the cursor of the next page.

        Parameters
        ----------
        user_id
            The owner of the accounts, or None to list the one account in ``wanted``.
        reader
            See `handlers.reading.metadata.reader_of`.
        """
        if user_id is None and wanted.account_id is None:
            raise ValueError("a list needs either a user or an account")
        parameters = {
            "user_id": digits(user_id) if user_id else None,
            "account_id": digits(wanted.account_id) if wanted.account_id else None,
            "status": wanted.status,
            "kind": wanted.kind,
            "hidden": list(UNLISTED),
            "from": wanted.start,
            "min_amount": wanted.min_amount,
            "max_amount": wanted.max_amount,
            "metadata": wanted.metadata,
            "asked_by": digits(wanted.asked_by) if wanted.asked_by else None,
            "before_time": from_us(before.posted_at_us),
            "before_id": before.transaction_digits,
            "before_leg": before.leg,
            "before_version": before.version,
            "rows": limit + 1,
        }
        own = self._own_accounts(user_id) if wanted.account_id is None else []

        def read(shard: Shard, absent: list[int]) -> list[tuple[Any, ...]]:
            more = {"absent": absent, "own": own}
            return shard.database.read(legs_query("reading/transactions"), parameters | more)

        rows = merged_page(
            self._shards,
            read,
            _order_of,
            limit + 1,
            is_descending=True,
            account_id=wanted.account_id,
        )
        legs = [leg_of(row) for row in rows[:limit]]
        cursor = None
        if len(rows) > limit:
            last, version = legs[-1], rows[limit - 1][-1]
            cursor = TransactionCursor(
                last.posted_at_us, digits(last.transaction_id), last.leg, version
            )
        return [leg_view(leg, shows_metadata=reader in (None, leg.user_id)) for leg in legs], cursor

    def _own_accounts(self, user_id: str | None) -> list[str]:
        """Return the accounts that a shard can't know to be the same user's."""
        if self._shards.is_one or user_id is None:
            return []
        query, key = sql("reading/own_accounts"), (digits(user_id),)
        return [
            account for shard in self._shards.each for (account,) in shard.database.read(query, key)
        ]


def _order_of(row: tuple[Any, ...]) -> tuple[int, int, str, int]:
    leg = leg_of(row)
    return leg.posted_at_us, row[-1], leg.transaction_id, leg.leg


def may_see(caller: Caller, owned: OwnedLeg) -> bool:
    """Tell whether the caller owns the leg's account or requested the transaction."""
    if caller.is_operator or owned.owner == caller.user_id:
        return True
    return owned.leg.leg == 1 and owned.leg.user_id == caller.user_id


def left_at(legs: list[OwnedLeg]) -> str | None:
    """Return the account where a transaction left its money, or None if it moved none."""
    last = legs[-1].leg
    # If the second leg is still in transit, its account will accept or refuse the money.
    account = last.counterparty_id or last.account_id if last.leg == 1 else last.account_id
    return account if last.account_id and account else None


def conflict_view(
    command: c.AnyCommand, position: Position, completed_at: str | None
) -> TransactionView:
    """Return the view of a request that reused another request's idempotency key."""
    view = command_view(command, position, "rejected", reasons.IDEMPOTENCY_CONFLICT)
    return msgspec.structs.replace(view, completed_at=completed_at)


def _asked(caller: Caller, command: c.AnyCommand) -> bool:
    return caller.is_operator or command.user_id == caller.user_id


def unread_view(transaction_id: str, position: Position) -> TransactionView:
    """Return the little that is known while neither the ledger nor the log can be read."""
    return TransactionView(
        transaction_id=transaction_id,
        kind="unknown",
        status="pending",
        amount=None,
        currency=None,
        position=PositionView(*position),
    )
