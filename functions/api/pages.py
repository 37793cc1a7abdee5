"""Lists: page size, cursors and responses."""

from __future__ import annotations

import base64
from hashlib import blake2b
from typing import Any, Final, TypeVar

import msgspec
from chalice.app import Response

from functions.api import query
from functions.api.http import ApiRequest, json_response
from handlers.domain import ids
from handlers.platform.errors import InvalidInput

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500
MAX_CURSOR_LENGTH: Final = 512
#: The bytes before a cursor's JSON that identify its list and protect its integrity.
TAG_BYTES: Final = 6
NOT_A_CURSOR: Final = "is not a valid cursor for this list"
#: The parameters that may change between two pages of one list.
_OF_THE_PAGE: Final = ("limit", "cursor")

Cursor = TypeVar("Cursor", bound=tuple[Any, ...])


def limit_of(request: ApiRequest) -> int:
    """Return ``limit``, 1 to 500.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    return query.whole_number(request, "limit", 1, MAX_LIMIT) or DEFAULT_LIMIT


def cursor_of(request: ApiRequest, kind: type[Cursor], start: Cursor) -> Cursor:
    """Return the decoded ``cursor``, or the start of the list.

    Raises
    ------
    InvalidInput
        If the cursor is damaged or belongs to another list: another route, account, caller or
        filter.
    """
    text = request.query("cursor")
    if text is None:
        return start
    try:
        cursor: Cursor = msgspec.json.decode(_checked(request, text), type=kind)
    except (ValueError, msgspec.DecodeError) as error:
        raise InvalidInput.of("cursor", NOT_A_CURSOR) from error
    _check_bounds(cursor)
    return cursor


def _checked(request: ApiRequest, text: str) -> bytes:
    """Return a cursor's JSON after checking its tag.

    Raises
    ------
    ValueError
        If the tag or the encoding is wrong.
    """
    if len(text) > MAX_CURSOR_LENGTH:
        raise ValueError("too long")
    tagged = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # Python ignores characters outside the alphabet, and unused bits at the end.
    if _written(tagged) != text:
        raise ValueError("not the canonical encoding")
    if tagged.startswith(b"["):
        # The previous release wrote cursors without a tag. Accept them, so that a client can keep
        # paging through a list across the update.
        return tagged
    data = tagged[TAG_BYTES:]
    if tagged[:TAG_BYTES] != _tag(request, data):
        raise ValueError("damaged, or from another list")
    return data


def _tag(request: ApiRequest, data: bytes) -> bytes:
    event = request.event
    given = event.get("multiValueQueryStringParameters") or {}
    place = [
        event["requestContext"]["resourcePath"],
        sorted((event.get("pathParameters") or {}).items()),
        sorted(item for item in given.items() if item[0] not in _OF_THE_PAGE),
        request.caller.user_id,
    ]
    tag = blake2b(data, digest_size=TAG_BYTES, key=blake2b(msgspec.json.encode(place)).digest())
    digest = tag.digest()
    # A cursor that starts like JSON is one from the previous release.
    return b"\0" + digest[1:] if digest.startswith(b"[") else digest


def _check_bounds(cursor: tuple[Any, ...]) -> None:
    for part in cursor:
        is_wrong_text = isinstance(part, str) and not ids.is_id("txn_" + part, ids.TRANSACTION)
        is_wrong_number = isinstance(part, int) and not -1 <= part < 2**53
        if is_wrong_text or is_wrong_number:
            raise InvalidInput.of("cursor", NOT_A_CURSOR)


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def encoded(request: ApiRequest, cursor: tuple[Any, ...] | None) -> str | None:
    """Encode a cursor for the requested list as an opaque string."""
    if cursor is None:
        return None
    data = msgspec.json.encode(cursor)
    return _written(_tag(request, data) + data)


def page_response(request: ApiRequest, data: list[Any], cursor: tuple[Any, ...] | None) -> Response:
    """Return the response for a page of a list."""
    return json_response({"data": data, "next_cursor": encoded(request, cursor)})
