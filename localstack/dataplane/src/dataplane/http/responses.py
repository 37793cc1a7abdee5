"""Encode responses: a function's proxy response, or a problem with HTTP itself."""

from __future__ import annotations

import functools
import http
import json
import time
from typing import Any

_REASONS = {status.value: status.phrase for status in http.HTTPStatus}
_ALLOWED = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_FIELDS = ", ".join(sorted(_ALLOWED))
_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "a Boolean", int: "a number"}
# The gateway sets these headers for the message itself, so a function's values are dropped.
_FRAMING = frozenset({"keep-alive", "transfer-encoding"})
# A function's headers with these names reach the client under other names.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "upgrade",
        "user-agent",
        "www-authenticate",
    }
)
_REMAPPED_PREFIX = "x-amzn-Remapped-"
# The headers that the gateway's own responses can't have either.
_OWN_FRAMING = _FRAMING | {"connection", "content-length", "date", "upgrade"}
_BODYLESS = frozenset({204, 304})
_DEFAULT_TYPE = "Content-Type: application/json\r\n"
_PROBLEM_HEADERS = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class MalformedResponseError(ValueError):
    """The function did not return a proxy response."""


class _Starts:
    """The beginnings of responses, up to the request id, by status; recreated once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._date = ""
        self._by_status: dict[int, str] = {}

    def start(self, status: int) -> str:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(second))
            self._by_status.clear()
        return self._by_status.get(status) or self._make(status)

    def _make(self, status: int) -> str:
        start = (
            f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}\r\n"
            f"Date: {self._date}\r\nx-amzn-RequestId: "
        )
        self._by_status[status] = start
        return start


_STARTS = _Starts()


def from_function(
    answer: Any,
    request_id: str,
    *,
    keep_alive: bool,
    head: bool,
    body: bytes | None = None,
) -> bytes:
    """Encode a function's result.

    Parameters
    ----------
    body
        Replaces the result's body.

    Raises
    ------
    MalformedResponseError
        If it is not a proxy response. API Gateway then answers 502.
    """
    status, own_body, headers, multi = _checked(answer)
    try:
        lines = None if multi else _plain_lines(headers)
        if lines is None:
            lines = _any_lines(headers, multi)
    except AttributeError as error:
        raise MalformedResponseError("a header's name is not a string") from error
    top = f"{_STARTS.start(status)}{request_id}\r\n{lines}"
    sent = own_body if body is None else body
    return _finish(top, status, sent, keep_alive=keep_alive, head=head)


def of_gateway(answer: dict[str, Any], request_id: str, *, keep_alive: bool, head: bool) -> bytes:
    """Encode one of the gateway's own responses, whose headers keep their names."""
    status, body, headers, _ = _checked(answer)
    lowered = {name.lower() for name in headers}
    lines = [_header(n, value) for n, value in headers.items() if n.lower() not in _OWN_FRAMING]
    typed = "" if "content-type" in lowered else _DEFAULT_TYPE
    top = f"{_STARTS.start(status)}{request_id}\r\n{''.join(lines)}{typed}"
    return _finish(top, status, body, keep_alive=keep_alive, head=head)


def problem(
    status: int, detail: str, request_id: str, *, keep_alive: bool = False, head: bool = False
) -> bytes:
    """Encode a problem (RFC 9457) for errors that have no gateway response, such as invalid HTTP.

    Parameters
    ----------
    detail
        A readable description of the error.
    """
    title = _REASONS[status]
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": title.lower().replace(" ", "_"),
        "request_id": request_id,
    }
    headers = _PROBLEM_HEADERS | {"X-Request-Id": request_id}
    answer = {"statusCode": status, "headers": headers, "body": json.dumps(body)}
    return of_gateway(answer, request_id, keep_alive=keep_alive, head=head)


def _checked(answer: Any) -> tuple[int, bytes, dict[str, Any], dict[str, list[Any]]]:
    if not isinstance(answer, dict):
        raise MalformedResponseError(f"it is {_kind(answer)} instead of an object")
    if not answer.keys() <= _ALLOWED:
        others = ", ".join(sorted(str(name) for name in answer.keys() - _ALLOWED))
        raise MalformedResponseError(f"it has {others}; only {_FIELDS} are allowed")
    headers, multi = answer.get("headers"), answer.get("multiValueHeaders")
    headers, multi = {} if headers is None else headers, {} if multi is None else multi
    text, status = answer.get("body"), answer.get("statusCode", 200)
    try:
        body = b"" if text is None else text.encode()
    except (ValueError, AttributeError) as error:
        raise MalformedResponseError(f"body is {_kind(text)} instead of a string") from error
    try:
        status = int(status)
    except (TypeError, ValueError) as error:
        raise MalformedResponseError(f"statusCode is {status!r}, which is not a number") from error
    if not 200 <= status <= 599:
        raise MalformedResponseError(f"statusCode is {status}; 200 to 599 are allowed")
    if not isinstance(headers, dict) or not isinstance(multi, dict):
        raise MalformedResponseError("headers or multiValueHeaders is not an object")
    for name, values in multi.items():
        if not isinstance(values, list):
            raise MalformedResponseError(f"multiValueHeaders: {name} has no list of values")
    return status, body, headers, multi


def _kind(value: Any) -> str:
    """Return the JSON name of a value's type."""
    if value is None:
        return "null"
    return _KINDS.get(type(value), type(value).__name__)


def _plain_lines(headers: dict[Any, Any]) -> str | None:
    """Return the lines of headers whose names and values are all strings; else None.

    A function's responses have few distinct sets of names. Checks that depend only on the names are
    cached for each set, because they would be most of a response's cost.
    """
    values = tuple(headers.values())
    for value in values:
        # Exact types, because a subclass can format itself differently.
        if type(value) is not str:
            return None
    template = _template(tuple(headers))
    if template is None:
        return None
    _refuse_line_breaks("".join(values))
    return template % values


@functools.lru_cache(maxsize=256)
def _template(names: tuple[str, ...]) -> str | None:
    """Return the lines of headers with these names, with ``%s`` for the values.

    None if the gateway removes one of them, or one is not plain text.

    Raises
    ------
    MalformedResponseError
        If a name contains a line break.
    """
    if any(type(name) is not str for name in names):
        return None
    lowered = {name.lower() for name in names}
    if lowered & _FRAMING:
        return None
    _refuse_line_breaks("".join(names))
    sent = [_renamed(name).replace("%", "%%") for name in names]
    lines = [f"{name}: %s\r\n" for name in sent]
    return "".join(lines) + ("" if "content-type" in lowered else _DEFAULT_TYPE)


def _any_lines(headers: dict[Any, Any], multi: dict[Any, list[Any]]) -> str:
    """Return the lines of headers of any kind.

    A name in both mappings gets the values of its list, then its single one if the list does not
    contain it. AWS merges them:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    lines: list[str] = []
    typed = False
    listed = {name.lower() for name in multi}
    singles = {name.lower(): value for name, value in headers.items()}
    merged = {name: [value] for name, value in headers.items() if name.lower() not in listed}
    for name, values in multi.items():
        single = [singles[name.lower()]] if name.lower() in singles else []
        merged[name] = values + [value for value in single if value not in values]
    for name, values in merged.items():
        lowered = name.lower()
        if lowered in _FRAMING:
            continue
        typed = typed or lowered == "content-type"
        sent = _renamed(name)
        lines += [_header(sent, value) for value in values]
    return "".join(lines) + ("" if typed else _DEFAULT_TYPE)


def _renamed(name: str) -> str:
    return f"{_REMAPPED_PREFIX}{name}" if name.lower() in _REMAPPED else name


def _header(name: str, value: Any) -> str:
    if value is True or value is False:
        value = "true" if value else "false"
    line = f"{name}: {value}"
    _refuse_line_breaks(line)
    return f"{line}\r\n"


def _refuse_line_breaks(text: str) -> None:
    if "\r" in text or "\n" in text or "\0" in text:
        raise MalformedResponseError("a header contains a line break")


def _finish(top: str, status: int, body: bytes, *, keep_alive: bool, head: bool) -> bytes:
    if status in _BODYLESS:
        body = b""
    length = "" if status == 204 else f"Content-Length: {len(body)}\r\n"
    connection = "keep-alive" if keep_alive else "close"
    try:
        encoded = f"{top}{length}Connection: {connection}\r\n\r\n".encode("latin-1")
    except UnicodeEncodeError as error:
        raise MalformedResponseError("a header is not Latin-1") from error
    return encoded if head else encoded + body
