"""Reads parked commands, for operators."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, NamedTuple

import msgspec

from handlers.domain.ids import ACCOUNT, PARKED, USER, digits
from handlers.domain.parking import NO_ACCOUNT
from handlers.platform.clock import from_us, rfc3339_us
from handlers.platform.errors import NotFound
from handlers.platform.postgres import Database, sql
from handlers.reading.views import NULL, ParkedView, PositionView
from handlers.sharding.lookups import one_anywhere
from handlers.sharding.pages import merged_page
from handlers.sharding.shards import Shard, ShardMap, Shards


class ParkedCursor(NamedTuple):
    """The last parked command of a page."""

    parked_at_us: int = 0
    partition: int = -1
    offset: int = -1


class Queue(NamedTuple):
    """The queue where a parked command waits.

    Attributes
    ----------
    account_id
        Its account, or `NO_ACCOUNT`.
    partition
        The partition whose writer resolves the queue. Since the log grew, it may differ from the
        partition of the record.
    """

    account_id: str
    partition: int


class ParkedCommands:
    """Reads commands that are or were parked."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    def page(
        self, status: str | None, account_id: str | None, after: ParkedCursor, limit: int
    ) -> tuple[list[ParkedView], ParkedCursor | None]:
        """Return a page of parked commands, oldest first, and the cursor of the next page."""
        wanted = {
            "status": status,
            "account_id": digits(account_id) if account_id else None,
            "after_time": from_us(after.parked_at_us),
            "after_partition": after.partition,
            "after_offset": after.offset,
            "rows": limit + 1,
        }

        def read(shard: Shard, absent: list[int]) -> list[tuple[Any, ...]]:
            return shard.database.read(sql("reading/parked"), wanted | {"absent": absent})

        rows = merged_page(self._shards, read, _place_of, limit + 1, account_id=account_id)
        page = rows[:limit]
        cursor = _place_of(page[-1]) if len(rows) > limit else None
        return [_view(row) for row in page], cursor

    def queue_of(self, parked_id: str) -> Queue:
        """Return the queue of a parked command.

        Raises
        ------
        NotFound
            If there is no parked command with this id.
        Unavailable
            If it was not found, and a shard can't be reached.
        """

        def read(database: Database) -> Queue | None:
            rows = database.read(sql("reading/parked_queue"), (digits(parked_id),))
            if not rows:
                return None
            account, partition = rows[0]
            return Queue(ACCOUNT + account if account else NO_ACCOUNT, partition)

        def belongs(queue: Queue, places: ShardMap) -> int:
            return places.shard_of(queue.partition)

        queue = one_anywhere(self._shards, read, belongs)
        if queue is None:
            raise NotFound("there is no such parked command")
        return queue


def _place_of(row: tuple[Any, ...]) -> ParkedCursor:
    return ParkedCursor(row[9], row[2], row[3])


def _view(row: tuple[Any, ...]) -> ParkedView:
    parked, account, partition, offset, timestamp_ms, value, error, is_behind, status = row[:9]
    parked_at_us, resolved_by, note, resolved_at_us = row[9:]
    command, text = _readable(bytes(value) if value is not None else None)
    return ParkedView(
        parked_id=PARKED + parked,
        account_id=ACCOUNT + account if account else None,
        position=PositionView(partition, offset),
        error=error,
        is_behind=is_behind,
        status=status,
        command=command,
        value_base64=text,
        recorded_at=rfc3339_us(timestamp_ms * 1000),
        parked_at=rfc3339_us(parked_at_us),
        resolved_by=USER + resolved_by if resolved_by else None,
        note=note,
        resolved_at=rfc3339_us(resolved_at_us) if resolved_at_us is not None else None,
    )


def _readable(value: bytes | None) -> tuple[msgspec.Raw, str | None]:
    """Return a record's value as JSON, or in base64 if it is not JSON."""
    if value is None:
        return NULL, None
    try:
        msgspec.json.decode(value)
        value.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NULL, b64encode(value).decode()
    return msgspec.Raw(value), None
