"""Answers: a function's proxy response, or one of API Gateway's own, as bytes for the wire."""

from __future__ import annotations

import base64
import binascii
import http
import time
from typing import Any

_REASONS = {status.value: status.phrase for status in http.HTTPStatus}
_ALLOWED = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
# The gateway frames the message itself; a function's word on it would only contradict.
_FRAMING = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "date", "upgrade"}
)
_BODYLESS = frozenset({204, 304})


class MalformedResponseError(ValueError):
    """What the function returned isn't a proxy response."""


class _Clock:
    """The Date header, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = ""

    def text(self) -> str:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._text = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(second))
        return self._text


_CLOCK = _Clock()


def from_function(answer: Any, request_id: str, *, keep_alive: bool, head: bool) -> bytes:
    """Encode what the function returned.

    Raises
    ------
    MalformedResponseError
        When it isn't a proxy response; API Gateway answers 502 then.
    """
    status, body, headers, multi = _checked(answer)
    lines = [
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}\r\n"
        f"Date: {_CLOCK.text()}\r\nx-amzn-RequestId: {request_id}\r\n"
    ]
    typed = False
    # A name in both goes by its list, as API Gateway merges them.
    listed = {name.lower() for name in multi} if multi else ()
    for name, value in headers.items():
        lowered = name.lower()
        if lowered in _FRAMING or lowered in listed:
            continue
        typed = typed or lowered == "content-type"
        lines.append(_header(name, value))
    for name, values in multi.items():
        lowered = name.lower()
        if lowered in _FRAMING:
            continue
        typed = typed or lowered == "content-type"
        lines += [_header(name, value) for value in values]
    if not typed:
        lines.append("Content-Type: application/json\r\n")
    return _finish(lines, status, body, keep_alive=keep_alive, head=head)


def own(
    status: int,
    message: str,
    request_id: str,
    *,
    keep_alive: bool = False,
    head: bool = False,
    error_type: str | None = None,
) -> bytes:
    """Encode one of the gateway's own answers, ``{"message": ...}``."""
    body = f'{{"message": "{message}"}}'.encode()
    kind = f"x-amzn-ErrorType: {error_type}\r\n" if error_type else ""
    lines = [
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}\r\n"
        f"Date: {_CLOCK.text()}\r\nx-amzn-RequestId: {request_id}\r\n{kind}"
        "Content-Type: application/json\r\n"
    ]
    return _finish(lines, status, body, keep_alive=keep_alive, head=head)


def _checked(answer: Any) -> tuple[int, bytes, dict[str, Any], dict[str, list[Any]]]:
    if not isinstance(answer, dict) or not answer.keys() <= _ALLOWED:
        raise MalformedResponseError("not a proxy response")
    headers, multi = answer.get("headers"), answer.get("multiValueHeaders")
    headers, multi = {} if headers is None else headers, {} if multi is None else multi
    text = answer.get("body")
    try:
        status = int(answer.get("statusCode", 200))
        if text is None:
            body = b""
        elif answer.get("isBase64Encoded"):
            body = base64.b64decode(text, validate=True)
        else:
            body = text.encode()
    except (TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise MalformedResponseError(str(error)) from error
    if not 200 <= status <= 599 or not isinstance(headers, dict) or not isinstance(multi, dict):
        raise MalformedResponseError("status or headers out of shape")
    if not all(isinstance(values, list) for values in multi.values()):
        raise MalformedResponseError("multiValueHeaders holds no lists")
    return status, body, headers, multi


def _header(name: str, value: Any) -> str:
    if value is True or value is False:
        value = "true" if value else "false"
    line = f"{name}: {value}"
    if "\r" in line or "\n" in line or "\0" in line:
        raise MalformedResponseError("a header holds a line break")
    return f"{line}\r\n"


def _finish(lines: list[str], status: int, body: bytes, *, keep_alive: bool, head: bool) -> bytes:
    if status in _BODYLESS:
        body = b""
    if status != 204:
        lines.append(f"Content-Length: {len(body)}\r\n")
    lines.append("Connection: keep-alive\r\n\r\n" if keep_alive else "Connection: close\r\n\r\n")
    try:
        encoded = "".join(lines).encode("latin-1")
    except UnicodeEncodeError as error:
        raise MalformedResponseError("a header isn't Latin-1") from error
    return encoded if head else encoded + body
