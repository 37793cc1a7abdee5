"""Query parameters of lists: limits, cursors and times."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from chalice.app import Response

from functions.api.http import ApiRequest, json_response
from handlers.clock import EPOCH
from handlers.domain import ids
from handlers.errors import InvalidInput

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500
MAX_CURSOR_LENGTH: Final = 512
LATEST: Final = datetime(9990, 1, 1, tzinfo=UTC)

Cursor = TypeVar("Cursor", bound=tuple[Any, ...])


def limit_of(request: ApiRequest) -> int:
    """Return ``limit``, 1 to 500.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    text = request.query("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput.of("limit", f"must be a number from 1 to {MAX_LIMIT}")
    limit = int(text)
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput.of("limit", f"must be a number from 1 to {MAX_LIMIT}")
    return limit


def cursor_of(request: ApiRequest, kind: type[Cursor], start: Cursor) -> Cursor:
    """Return the place to go on from: ``cursor``, or the start.

    Raises
    ------
    InvalidInput
        If the cursor is not one that an answer gave.
    """
    text = request.query("cursor")
    if text is None:
        return start
    try:
        if len(text) > MAX_CURSOR_LENGTH:
            raise ValueError("too long")
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor: Cursor = msgspec.json.decode(data, type=kind)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidInput.of("cursor", "is not one that an answer gave") from error
    _check_bounds(cursor)
    return cursor


def _check_bounds(cursor: tuple[Any, ...]) -> None:
    for part in cursor:
        is_wrong_text = isinstance(part, str) and not ids.is_id("txn_" + part, ids.TRANSACTION)
        is_wrong_number = isinstance(part, int) and not -1 <= part < 2**53
        if is_wrong_text or is_wrong_number:
            raise InvalidInput.of("cursor", "is not one that an answer gave")


def encoded(cursor: tuple[Any, ...] | None) -> str | None:
    """Write a cursor as an opaque word."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def page_response(data: list[Any], cursor: tuple[Any, ...] | None) -> Response:
    """Answer with a page of a list."""
    return json_response({"data": data, "next_cursor": encoded(cursor)})


def time_of(request: ApiRequest, name: str, default: datetime) -> datetime:
    """Return a time, RFC 3339 with an offset.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    text = request.query(name)
    if text is None:
        return default
    # A plus sign that was not escaped arrives as a space.
    try:
        moment = msgspec.convert(text.replace(" ", "+"), datetime)
        if moment.tzinfo is None:
            raise InvalidInput.of(name, "must have an offset, such as Z")
        moment = moment.astimezone(UTC)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise InvalidInput.of(name, "must be a time as RFC 3339 has it") from error
    return min(max(moment, EPOCH), LATEST)


def choice_of(request: ApiRequest, name: str, choices: tuple[str, ...]) -> str | None:
    """Return a parameter that has one of a few values, or None.

    Raises
    ------
    InvalidInput
        If it has another.
    """
    text = request.query(name)
    if text is not None and text not in choices:
        raise InvalidInput.of(name, f"must be one of {', '.join(choices)}")
    return text
