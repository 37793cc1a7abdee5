"""Query parameters: each must be known to its route, given once and well formed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from functions.api.http import ApiRequest
from functions.api.lengths import MAX_METADATA_KEY, MAX_METADATA_VALUE
from handlers.domain import ids
from handlers.domain.money import EXPONENTS, MAX_AMOUNT
from handlers.platform.clock import parse_rfc3339
from handlers.platform.errors import FieldError, InvalidInput
from handlers.reading.moments import require_order

#: The prefix of parameters of the form ``metadata.<key>``.
METADATA: Final = "metadata."
EXAMPLE_TIME: Final = "2026-11-27T09:30:00Z"
_WHOLE: Final = re.compile(r"\d{1,16}", re.ASCII)


def check(request: ApiRequest, known: frozenset[str]) -> None:
    """Check that a request has only its route's parameters, each of them once.

    Parameters
    ----------
    known
        The names of the route's parameters; `METADATA` stands for all that start with it.

    Raises
    ------
    InvalidInput
        With every unknown or repeated parameter.
    """
    given: dict[str, list[str]] | None = request.event.get("multiValueQueryStringParameters")
    if not given:
        return
    errors = []
    for name, values in given.items():
        family = METADATA if name.startswith(METADATA) else name
        if family not in known:
            errors.append(FieldError(name, f"is not a parameter of this route; {_listed(known)}"))
        elif len(values) > 1:
            errors.append(FieldError(name, "must be given once"))
    if errors:
        raise InvalidInput(errors)


def _listed(known: frozenset[str]) -> str:
    if not known:
        return "it takes none"
    names = (name + "<key>" if name == METADATA else name for name in sorted(known))
    return f"it takes {', '.join(names)}"


def whole_number(request: ApiRequest, name: str, least: int, greatest: int) -> int | None:
    """Return an integer parameter within bounds, or None.

    Raises
    ------
    InvalidInput
        If it is not an integer or out of bounds.
    """
    text = request.query(name)
    if text is None:
        return None
    if _WHOLE.fullmatch(text) is None or not least <= int(text) <= greatest:
        raise InvalidInput.of(name, f"must be a whole number from {least} to {greatest}")
    return int(text)


def amount(request: ApiRequest, name: str) -> int | None:
    """Return a parameter that is an amount in minor units, or None.

    Raises
    ------
    InvalidInput
        If it is not a valid amount.
    """
    return whole_number(request, name, 1, MAX_AMOUNT)


def time(request: ApiRequest, name: str) -> datetime | None:
    """Return a timestamp parameter in UTC, or None.

    Raises
    ------
    InvalidInput
        If it is not an RFC 3339 timestamp.
    """
    text = request.query(name)
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        message = f"must be an RFC 3339 timestamp, for example {EXAMPLE_TIME}"
        raise InvalidInput.of(name, message) from error


def period(request: ApiRequest) -> tuple[datetime | None, datetime | None]:
    """Return ``from`` and ``to``, each None if absent.

    Raises
    ------
    InvalidInput
        If either is not a timestamp, or ``from`` is later than ``to``.
    """
    start, end = time(request, "from"), time(request, "to")
    if start is not None and end is not None:
        require_order(start, end)
    return start, end


def choice(request: ApiRequest, name: str, choices: Iterable[str]) -> str | None:
    """Return a parameter that is one of the choices, or None.

    Raises
    ------
    InvalidInput
        If it is not one of them.
    """
    text = request.query(name)
    if text is not None and text not in choices:
        raise InvalidInput.of(name, f"must be one of {', '.join(choices)}")
    return text


def id_of(request: ApiRequest, name: str, prefix: str) -> str | None:
    """Return a parameter that is an id, or None.

    Parameters
    ----------
    prefix
        The type of id, for example `ids.ACCOUNT`.

    Raises
    ------
    InvalidInput
        If it is not a well-formed id.
    """
    text = request.query(name)
    if text is not None and not ids.is_id(text, prefix):
        raise InvalidInput.of(name, f"must be {prefix} followed by 32 hexadecimal digits")
    return text


def currency(request: ApiRequest, name: str) -> str | None:
    """Return a parameter that is an ISO 4217 alphabetic code, or None.

    Raises
    ------
    InvalidInput
        If it is not a supported currency.
    """
    text = request.query(name)
    if text is not None and text not in EXPONENTS:
        raise InvalidInput.of(name, "must be an ISO 4217 alphabetic code, for example EUR")
    return text


def metadata(request: ApiRequest) -> str | None:
    """Return the ``metadata.<key>`` parameters as JSON, or None if there are none.

    Raises
    ------
    InvalidInput
        If metadata could not have such a key or value.
    """
    wanted = {}
    for name in request.event.get("multiValueQueryStringParameters") or ():
        if not name.startswith(METADATA):
            continue
        key, value = name.removeprefix(METADATA), request.query(name) or ""
        if not 1 <= len(key) <= MAX_METADATA_KEY or "\0" in key:
            raise InvalidInput.of(name, f"must name a key of 1 to {MAX_METADATA_KEY} characters")
        if len(value) > MAX_METADATA_VALUE or "\0" in value:
            raise InvalidInput.of(name, f"must have at most {MAX_METADATA_VALUE} characters")
        wanted[key] = value
    return msgspec.json.encode(wanted).decode() if wanted else None
