"""Requests as the resources see them, and the responses they return."""

from __future__ import annotations

import binascii
import re
from typing import Any, Final, TypeVar

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api.errors import HttpError
from functions.api.headers import is_json_in_utf8, preferred_wait_s, read_headers
from functions.api.lengths import MAX_IDEMPOTENCY_KEY, MAX_REQUEST_ID
from functions.api.violations import field_error
from handlers.accepting.intake import Asker
from handlers.domain import ids
from handlers.domain.callers import Caller
from handlers.people.sessions import Attempt
from handlers.platform.bounds import MAX_BODY_BYTES
from handlers.platform.errors import InvalidInput, NotFound, Unauthenticated
from handlers.platform.kafka import Position
from handlers.platform.random_ids import API_KEY_PREFIX, new_id

JSON: Final = "application/json"
REQUEST: Final = "req_"
BEARER: Final = "bearer "

_KEY: Final = re.compile(rf"[ -~]{{1,{MAX_IDEMPOTENCY_KEY}}}")
_REQUEST_ID: Final = re.compile(rf"[ -~]{{1,{MAX_REQUEST_ID}}}")

_encoder: Final = msgspec.json.Encoder()
Decoded = TypeVar("Decoded")


class ApiRequest:
    """One request, passed explicitly because several are in flight at once."""

    __slots__ = (
        "_body",
        "_token",
        "caller_or_none",
        "event",
        "headers",
        "log",
        "repeated",
        "request_id",
    )

    def __init__(self, event: dict[str, Any]) -> None:
        self.event = event
        self.headers, self.repeated = read_headers(event)
        given = self.headers.get("x-request-id")
        if given is None or _REQUEST_ID.fullmatch(given) is None:
            given = new_id(REQUEST)
        self.request_id: str = given
        self.caller_or_none: Caller | None = None
        self.log: dict[str, Any] = {}
        self._body: bytes | None = None
        self._token = ""

    @property
    def caller(self) -> Caller:
        """The authenticated user.

        Raises
        ------
        Unauthenticated
            On public routes.
        """
        if self.caller_or_none is None:
            raise Unauthenticated
        return self.caller_or_none

    @property
    def token(self) -> str:
        """The session token or API key."""
        return self._token

    def authenticate(self, attempt: Attempt) -> None:
        """Authenticate the caller.

        Parameters
        ----------
        attempt
            The context in which a failure is counted.

        Raises
        ------
        Unauthenticated
            If there is no token or API key, or it is not valid.
        """
        header = self.headers.get("authorization") or ""
        if header[: len(BEARER)].lower() != BEARER:
            with attempt():
                raise Unauthenticated
        self._token = header[len(BEARER) :].strip()
        is_key = self._token.startswith(API_KEY_PREFIX)
        known = wiring.api_keys() if is_key else wiring.sessions()
        self.caller_or_none = known.caller(self._token, attempt)

    def asker(self) -> Asker:
        """Return the requesting user, with the request id and the idempotency key.

        Raises
        ------
        InvalidInput
            If the key is empty, too long or not printable ASCII.
        """
        key = self.headers.get("idempotency-key")
        if key is not None and _KEY.fullmatch(key) is None:
            allowed = f"must be 1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters"
            raise InvalidInput.of("Idempotency-Key", allowed)
        return Asker(self.caller.user_id, self.request_id, key)

    def raw_body(self) -> bytes:
        """Return the body as bytes.

        Raises
        ------
        HttpError
            If the body is too large or not UTF-8.
        """
        if self._body is None:
            self._body = _body_of(self.event)
        return self._body

    def decode(self, decoder: msgspec.json.Decoder[Decoded]) -> Decoded:
        """Decode the body. An empty body counts as an object without fields."""
        return decode(decoder, self.raw_body() or b"{}")

    def query(self, name: str) -> str | None:
        """Return a query parameter. ``functions.api.query`` checks that it is not repeated."""
        parameters = self.event.get("multiValueQueryStringParameters")
        values = parameters.get(name) if parameters else None
        return values[-1] if values else None

    def wait_s(self) -> int | None:
        """Return the seconds of ``Prefer: wait=N``, at most `MAX_WAIT_S`, or None."""
        prefer = self.headers.get("prefer")
        return preferred_wait_s(prefer) if prefer else None

    def check_head(self) -> None:
        """Check that no single-value header is repeated.

        Raises
        ------
        HttpError
            If one is.
        """
        if self.repeated is not None:
            raise HttpError("repeated_header", f"{self.repeated} must not be repeated")

    def check_content(self) -> None:
        """Check that the body is uncompressed JSON in UTF-8, by its headers.

        Raises
        ------
        HttpError
            If the headers say otherwise.
        """
        if not is_json_in_utf8(self.headers.get("content-type", JSON)):
            raise HttpError("unsupported_media_type", "the body must be application/json in UTF-8")
        if "content-encoding" in self.headers:
            raise HttpError("unsupported_media_type", "the body must not have a Content-Encoding")

    def path_to(self, resource: str) -> str:
        """Return a resource's absolute path, including the stage."""
        context_path: str = self.event["requestContext"].get("path") or ""
        own_path: str = self.event.get("path") or ""
        prefix = ""
        if own_path and context_path.endswith(own_path):
            prefix = context_path[: -len(own_path)]
        if not prefix:
            prefix = "/" + (self.event["requestContext"].get("stage") or "v1")
        return prefix + resource


def _body_of(event: dict[str, Any]) -> bytes:
    body: str | None = event.get("body")
    if body is None:
        return b""
    if event.get("isBase64Encoded"):
        try:
            encoded = binascii.a2b_base64(body, strict_mode=True)
        except ValueError as error:
            raise HttpError("malformed_json", "the body is not valid base64") from error
    else:
        encoded = _bytes_of_text(body)
    if len(encoded) > MAX_BODY_BYTES:
        raise HttpError("body_too_large", f"a body has at most {MAX_BODY_BYTES} bytes")
    try:
        # The decoder leaves parts of the body unread, such as metadata.
        encoded.decode()
    except UnicodeDecodeError as error:
        raise HttpError("malformed_json", "the body is not UTF-8") from error
    return encoded


def _bytes_of_text(body: str) -> bytes:
    """Return the bytes of a body that arrived as text.

    API Gateway replaces invalid UTF-8 with U+FFFD, which a client may also have sent. The API is
    configured so that bodies arrive as bytes (docs/decisions/0097).
    """
    if "\ufffd" in body:
        raise HttpError("malformed_json", "the body may not have been valid UTF-8")
    try:
        return body.encode()
    except UnicodeEncodeError as error:
        raise HttpError("malformed_json", "the body is not UTF-8") from error


def decode(decoder: msgspec.json.Decoder[Decoded], body: bytes) -> Decoded:
    """Decode and validate JSON.

    Raises
    ------
    HttpError
        If it is not JSON.
    InvalidInput
        If it does not match the decoder's type.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidInput([field_error(decoder.type, str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HttpError("malformed_json", "the body is not well-formed JSON in UTF-8") from error


def checked_id(value: str, prefix: str, what: str) -> str:
    """Return an id from a path, if it is well formed.

    Raises
    ------
    NotFound
        If it is not, because no object has such an id.
    """
    if not ids.is_id(value, prefix):
        raise NotFound(f"there is no such {what}")
    return value


def position_of(text: str | None) -> Position | None:
    """Parse ``<partition>-<offset>``.

    Raises
    ------
    InvalidInput
        If the text has another form.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,9})-(\d{1,18})", text, re.ASCII)
    if found is None:
        raise InvalidInput.of("position", "must be <partition>-<offset>, for example 3-41")
    return Position(int(found.group(1)), int(found.group(2)))


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response. Bytes must be JSON already."""
    text = body.decode() if isinstance(body, bytes) else _encoder.encode(body).decode()
    all_headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if headers:
        all_headers |= headers
    return Response(text, all_headers, status)
