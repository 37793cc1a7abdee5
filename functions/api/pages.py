"""Lists: how long a page is, where it goes on, and how it is answered."""

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
#: The bytes before a cursor's JSON that say which list it is of, and that it is whole.
TAG_BYTES: Final = 6
NOT_A_CURSOR: Final = "is not a cursor of this list"
#: What a client may change between two pages of one list.
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
    """Return the place to go on from: ``cursor``, or the start.

    Raises
    ------
    InvalidInput
        If no answer gave the cursor, or it is another list's: of another route or account, of
        another caller, or with other filters.
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
    """Return the JSON of a cursor, whose tag is right.

    Raises
    ------
    ValueError
        If it isn't.
    """
    if len(text) > MAX_CURSOR_LENGTH:
        raise ValueError("too long")
    tagged = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # Python passes over what is not of the alphabet, and over the bits that are left at the end.
    if _written(tagged) != text:
        raise ValueError("written in another way")
    if tagged.startswith(b"["):
        # As the release before wrote it, without a tag, so that a client's walk through a list
        # goes on over the update.
        return tagged
    data = tagged[TAG_BYTES:]
    if tagged[:TAG_BYTES] != _tag(request, data):
        raise ValueError("another list's, or damaged")
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
    # A cursor that starts as JSON does is one of the release before.
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
    """Write a cursor of the list that is asked for as an opaque word."""
    if cursor is None:
        return None
    data = msgspec.json.encode(cursor)
    return _written(_tag(request, data) + data)


def page_response(request: ApiRequest, data: list[Any], cursor: tuple[Any, ...] | None) -> Response:
    """Answer with a page of a list."""
    return json_response({"data": data, "next_cursor": encoded(request, cursor)})
