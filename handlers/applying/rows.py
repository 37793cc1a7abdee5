"""Rows of the writer's own queries as the domain's objects.

Ids and times come as the bytes of PostgreSQL's binary output functions: as text, or as psycopg's
own UUIDs and datetimes, they cost several times as much on both sides.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from handlers.domain import ids
from handlers.domain.chain import POSTGRES_EPOCH_US
from handlers.domain.state import Account, Leg

Row = tuple[Any, ...]
#: An account's ``is_new``, ``is_changed``, ``is_restated`` and ``is_described``.
_AS_LOADED: Final = (False, False, False, False)


def account_of(row: Row) -> Account:
    """Make an account of a row of ``load_accounts_with_metadata``."""
    account_id, kind, currency, created_at, user_id, *rest, has_metadata = row
    text_id = ids.ACCOUNT + account_id.hex()
    created_at_us = int.from_bytes(created_at, "big", signed=True) + POSTGRES_EPOCH_US
    owner = _id(ids.USER, user_id)
    metadata = msgspec.UNSET if has_metadata else None
    marks = (*_AS_LOADED, metadata, account_id)
    fields = (text_id, kind, currency, created_at_us, owner, *rest, *marks)
    return Account(*fields)


def transaction_of(row: Row) -> Leg:
    """Make a leg of a transaction of a row of ``load_transactions``."""
    leg = Leg(*row)
    leg.transaction_id = ids.TRANSACTION + row[0].hex()
    leg.account_id = _id(ids.ACCOUNT, row[4]) or ""
    leg.user_id = _id(ids.USER, row[5]) or ""
    leg.requested_at_us = _time(row[9]) or 0
    leg.posted_at_us = _time(row[10]) or 0
    leg.counterparty_id = _id(ids.ACCOUNT, row[12])
    leg.hold_id = _id(ids.HOLD, row[18])
    leg.reverses = _id(ids.TRANSACTION, row[19])
    leg.completed_at_us = _time(row[21])
    return leg


def _id(prefix: str, uuid: bytes | None) -> str | None:
    return None if uuid is None else prefix + uuid.hex()


def _time(timestamptz: bytes | None) -> int | None:
    """Return microseconds since the Unix epoch."""
    if timestamptz is None:
        return None
    return int.from_bytes(timestamptz, "big", signed=True) + POSTGRES_EPOCH_US
