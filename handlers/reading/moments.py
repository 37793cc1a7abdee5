"""Which times can be asked about: those that have come."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.platform.errors import InvalidInput

IN_THE_FUTURE: Final = "must not be in the future"
NOT_IN_ORDER: Final = "must not be after 'to'"


def require_past(name: str, moment: datetime, latest: datetime) -> None:
    """See that a time has come.

    Parameters
    ----------
    name
        The parameter that the client sent.
    latest
        What ``ledger.latest_moment`` says: the later one of the database's clock and the log's.

    Raises
    ------
    InvalidInput
        If it is later than that.
    """
    if moment > latest:
        raise InvalidInput.of(name, IN_THE_FUTURE)


def require_order(start: datetime, end: datetime) -> None:
    """See that a period, of which a client sent both ends, starts before it ends.

    Raises
    ------
    InvalidInput
        If it does not.
    """
    if start > end:
        raise InvalidInput.of("from", NOT_IN_ORDER)
