"""Who sees a transaction's metadata: whoever asked for the transaction, and operators."""

from __future__ import annotations

from handlers.domain.callers import Caller


def reader_of(caller: Caller) -> str | None:
    """Return the user whose own metadata alone a query may show, or None for everybody's."""
    return None if caller.is_operator else caller.user_id


def may_see_metadata(caller: Caller, requested_by: str | None) -> bool:
    """Tell whether the caller sees the metadata of what a user asked for."""
    return caller.is_operator or requested_by == caller.user_id
