"""Converts rows of the writer's queries to domain objects; see `handlers.domain.leg_columns`."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from handlers.domain import ids
from handlers.domain.chain import POSTGRES_EPOCH_US
from handlers.domain.state import Account

Row = tuple[Any, ...]
#: An account's ``is_new``, ``is_changed``, ``is_restated`` and ``is_described``.
_AS_LOADED: Final = (False, False, False, False)


def account_of(row: Row) -> Account:
    """Build an account from a row of ``load_accounts_with_metadata``."""
    account_id, kind, currency, created_at, user_id, *rest, has_metadata = row
    text_id = ids.ACCOUNT + account_id.hex()
    created_at_us = int.from_bytes(created_at, "big", signed=True) + POSTGRES_EPOCH_US
    owner = None if user_id is None else ids.USER + user_id.hex()
    metadata = msgspec.UNSET if has_metadata else None
    marks = (*_AS_LOADED, metadata, account_id)
    fields = (text_id, kind, currency, created_at_us, owner, *rest, *marks)
    return Account(*fields)
