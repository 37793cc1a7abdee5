"""The table of errors: how each appears as an HTTP response (RFC 9457)."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from chalice.app import Response

from functions.api.schemas import FieldProblem, Problem
from handlers.platform import errors as e

PROBLEM_JSON: Final = "application/problem+json"
TYPE_BASE: Final = "urn:ledgerlane:problem:"
#: For a problem that says no more than its status does (RFC 9457, section 4.2.1).
NO_TYPE: Final = "about:blank"


class Row(NamedTuple):
    """An error's status, code and title."""

    status: int
    code: str
    title: str


class HttpError(e.LedgerlaneError):
    """An error in the HTTP request itself, such as an unknown route.

    Parameters
    ----------
    code
        The key in `HTTP`.
    headers
        Additional response headers, such as ``Allow``.
    """

    def __init__(self, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.row = HTTP[code]
        self.headers = headers or {}


TABLE: Final[dict[type[e.LedgerlaneError], Row]] = {
    e.InvalidInput: Row(422, "validation_failed", "The request is not valid"),
    e.Unauthenticated: Row(401, "unauthenticated", "Sign in first"),
    e.BadCredentials: Row(401, "bad_credentials", "Wrong email address or password"),
    e.Forbidden: Row(403, "forbidden", "Not allowed"),
    e.NotFound: Row(404, "not_found", "Not found"),
    e.EmailTaken: Row(409, "email_taken", "Email address taken"),
    e.IdempotencyConflict: Row(409, "idempotency_conflict", "Idempotency key reused"),
    e.TooManyRequests: Row(429, "too_many_requests", "Too many requests"),
    e.Unavailable: Row(503, "unavailable", "Try again shortly"),
    e.LogFenced: Row(503, "unavailable", "Try again shortly"),
    e.Overloaded: Row(503, "overloaded", "Overloaded"),
}

HTTP: Final[dict[str, Row]] = {
    row.code: row
    for row in (
        Row(400, "malformed_json", "The body is not valid JSON"),
        Row(400, "repeated_header", "A header is repeated"),
        Row(404, "no_such_route", "No such route"),
        Row(405, "method_not_allowed", "Method not allowed"),
        Row(413, "body_too_large", "The body is too large"),
        Row(415, "unsupported_media_type", "Send JSON"),
        Row(500, "internal_error", "Internal server error"),
    )
}

#: What API Gateway can also answer without calling a function (infra/cdk/problems.py).
GATEWAY: Final = (
    Row(400, "bad_request", "Bad request"),
    Row(429, "too_many_requests", "Too many requests"),
    Row(431, "request_header_fields_too_large", "Request Header Fields Too Large"),
    Row(502, "unavailable", "Try again shortly"),
    Row(504, "unavailable", "Try again shortly"),
)

#: Every code that the function can return, for the OpenAPI document.
CODES: Final[dict[str, Row]] = {row.code: row for row in TABLE.values()} | HTTP

_encoder: Final = msgspec.json.Encoder()


def problem_of(error: e.LedgerlaneError, request_id: str) -> Problem:
    """Return the problem that describes an error to the caller."""
    row = error.row if isinstance(error, HttpError) else TABLE[type(error)]
    fields: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET
    if isinstance(error, e.InvalidInput):
        fields = [FieldProblem(field, message) for field, message in error.errors]
    return Problem(
        TYPE_BASE + row.code, row.title, row.status, error.detail, row.code, request_id, fields
    )


def response_of(error: e.LedgerlaneError, request_id: str) -> Response:
    """Return the response for an error."""
    problem = problem_of(error, request_id)
    headers: dict[str, str | list[str]] = {"Content-Type": PROBLEM_JSON}
    if isinstance(error, e.Unavailable | e.TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, HttpError):
        headers |= error.headers
    elif problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="ledgerlane"'
    return Response(_encoder.encode(problem).decode(), headers, problem.status)
