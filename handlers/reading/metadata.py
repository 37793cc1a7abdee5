"""Who sees a transaction's metadata: the user who requested it, and operators."""

from __future__ import annotations

from handlers.domain.callers import Caller


def reader_of(caller: Caller) -> str | None:
    """Return the user whose metadata alone a query may show, or None for all."""
    return None if caller.is_operator else caller.user_id


def may_see_metadata(caller: Caller, requested_by: str | None) -> bool:
    """Tell whether the caller may see metadata from a user's request."""
    return caller.is_operator or requested_by == caller.user_id
