"""Checks of the times in requests, which must not be in the future."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.platform.errors import InvalidInput

IN_THE_FUTURE: Final = "must not be in the future"
NOT_IN_ORDER: Final = "must not be after 'to'"


def require_past(name: str, moment: datetime, latest: datetime) -> None:
    """Check that a time is not in the future.

    Parameters
    ----------
    name
        The parameter's name.
    latest
        The result of ``ledger.latest_moment``: the later of the database's clock and the log's.

    Raises
    ------
    InvalidInput
        If the time is later.
    """
    if moment > latest:
        raise InvalidInput.of(name, IN_THE_FUTURE)


def require_order(start: datetime, end: datetime) -> None:
    """Check that a period from the client starts before it ends.

    Raises
    ------
    InvalidInput
        If it does not.
    """
    if start > end:
        raise InvalidInput.of("from", NOT_IN_ORDER)
