"""API Gateway's own responses, as problems (RFC 9457) like those of the function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_apigateway as apigateway

from handlers.platform.bounds import MAX_BODY_BYTES
from infra.cdk.origins import gateway_origin

#: The prefix of a problem's type, as in ``functions.api.errors``.
TYPE_BASE: Final = "urn:ledgerlane:problem:"
_RETRY_AFTER_S: Final = 1
_HEADERS: Final = {
    "Content-Type": "'application/problem+json'",
    "X-Request-Id": "context.requestId",
    "Cache-Control": "'no-store'",
    "X-Content-Type-Options": "'nosniff'",
}


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """A response of the gateway, with a code and title of ``functions.api.errors``.

    Attributes
    ----------
    kinds
        Its response types, as named by API Gateway.
    """

    status: int
    code: str
    title: str
    detail: str
    kinds: tuple[str, ...]

    @property
    def is_passing(self) -> bool:
        """Whether the request can succeed a little later."""
        return self.status == 429 or self.status >= 500


PROBLEMS: Final = (
    GatewayProblem(
        404,
        "no_such_route",
        "No such route",
        "there is no such route",
        # API Gateway treats an unknown route as if IAM protected it. Without an Authorization
        # header, the token is missing. With one, it is not a signature (a Bearer token gets
        # DEFAULT_4XX), or a wrong or expired one.
        (
            "MISSING_AUTHENTICATION_TOKEN",
            "RESOURCE_NOT_FOUND",
            "INVALID_SIGNATURE",
            "EXPIRED_TOKEN",
            "DEFAULT_4XX",
        ),
    ),
    GatewayProblem(
        400,
        "bad_request",
        "Bad request",
        "the request is malformed",
        ("BAD_REQUEST_PARAMETERS", "BAD_REQUEST_BODY"),
    ),
    GatewayProblem(
        403, "forbidden", "Not allowed", "the firewall refused this request", ("WAF_FILTERED",)
    ),
    GatewayProblem(
        413,
        "body_too_large",
        "The body is too large",
        f"a body has at most {MAX_BODY_BYTES} bytes",
        ("REQUEST_TOO_LARGE",),
    ),
    GatewayProblem(
        415,
        "unsupported_media_type",
        "Send JSON",
        "the body must be application/json",
        ("UNSUPPORTED_MEDIA_TYPE",),
    ),
    GatewayProblem(
        429,
        "too_many_requests",
        "Too many requests",
        "the API receives too many requests from all clients together",
        ("THROTTLED", "QUOTA_EXCEEDED"),
    ),
    GatewayProblem(
        502,
        "unavailable",
        "Try again shortly",
        "the request may or may not have been carried out",
        ("API_CONFIGURATION_ERROR", "DEFAULT_5XX"),
    ),
    GatewayProblem(
        504,
        "unavailable",
        "Try again shortly",
        "the request timed out; it may or may not have been carried out",
        ("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"),
    ),
)


def answer_with_problems(api: apigateway.RestApi, origins: Sequence[str]) -> None:
    """Make API Gateway's own responses problems.

    Each response type that can occur has its own response. With ``DEFAULT_4XX`` or ``DEFAULT_5XX``,
    the status in the body could differ from that of the response.

    Parameters
    ----------
    origins
        The origins whose pages can use the API.
    """
    shared = _HEADERS | _readable_by(origins)
    for problem in PROBLEMS:
        body = {
            "type": TYPE_BASE + problem.code,
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
            "request_id": "$context.requestId",
        }
        headers = dict(shared)
        if problem.is_passing:
            headers["Retry-After"] = f"'{_RETRY_AFTER_S}'"
        for kind in problem.kinds:
            api.add_gateway_response(
                kind,
                type=apigateway.ResponseType.of(kind),
                status_code=str(problem.status),
                response_headers=headers,
                # This template is used for every `Accept`; one of another media type would not be.
                templates={"application/json": json.dumps(body)},
            )


def _readable_by(origins: Sequence[str]) -> dict[str, str]:
    """Return the headers that let pages read these responses (docs/decisions/0101)."""
    origin = gateway_origin(origins)
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Expose-Headers": "'Retry-After, X-Request-Id'",
    }
