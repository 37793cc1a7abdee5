"""API Gateway's own error responses, with the API's customizations.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from dataplane.http import responses
from dataplane.http.protocol import Request
from dataplane.model import GatewayResponse, RestApi

_HEADER = "gatewayresponse.header."
_REQUEST_HEADER = "method.request.header."
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z]\w*(?:\.\w+)+)\}|([A-Za-z]\w*(?:\.[A-Za-z]\w*)+))")
_DEFAULT_TEMPLATE = '{"message": $context.error.messageString}'


class _Kind(NamedTuple):
    """An error type of API Gateway, with its default response."""

    status: int
    message: str | None
    error_type: str | None = None
    template: str = _DEFAULT_TEMPLATE


class GatewayError(Exception):
    """A request that API Gateway answers itself.

    Parameters
    ----------
    kind
        The response type, as named by AWS.
    message
        The value of ``$context.error.message``, if it is not the type's default.
    reason
        A line for the gateway's log, with details that the client does not get.
    validation
        The value of ``$context.error.validationErrorString``.
    """

    def __init__(
        self,
        kind: str,
        message: str | None = None,
        reason: str | None = None,
        validation: str = "",
    ) -> None:
        super().__init__(reason or message or kind)
        self.kind = kind
        self.message = message
        self.reason = reason
        self.validation = validation


_KINDS = {
    # An authorizer's denial has "Message"; every other response has "message".
    "ACCESS_DENIED": _Kind(
        403,
        "User is not authorized to access this resource",
        "AccessDeniedException",
        '{"Message": $context.error.messageString}',
    ),
    "API_CONFIGURATION_ERROR": _Kind(500, "Internal server error", "InternalServerErrorException"),
    "AUTHORIZER_CONFIGURATION_ERROR": _Kind(500, None, "AuthorizerConfigurationException"),
    "BAD_REQUEST_BODY": _Kind(400, "Invalid request body", "BadRequestException"),
    "BAD_REQUEST_PARAMETERS": _Kind(
        400, "Missing required request parameters", "BadRequestException"
    ),
    "DEFAULT_5XX": _Kind(502, "Internal server error", "InternalServerErrorException"),
    "INVALID_API_KEY": _Kind(403, "Forbidden", "ForbiddenException"),
    # AWS lists 504 as its status; a function that Lambda throttles is a 500.
    "INTEGRATION_FAILURE": _Kind(500, "Internal server error", "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": _Kind(504, "Endpoint request timed out"),
    "MISSING_AUTHENTICATION_TOKEN": _Kind(
        403, "Missing Authentication Token", "MissingAuthenticationTokenException"
    ),
    "QUOTA_EXCEEDED": _Kind(429, "Limit Exceeded", "LimitExceededException"),
    "REQUEST_TOO_LARGE": _Kind(413, "Request Too Long"),
    "THROTTLED": _Kind(429, "Too Many Requests", "TooManyRequestsException"),
    "UNAUTHORIZED": _Kind(401, "Unauthorized", "UnauthorizedException"),
}


class GatewayResponses:
    """Encodes an API's error responses.

    A customized response for the error's type has precedence, then a customized ``DEFAULT_4XX`` or
    ``DEFAULT_5XX``, then API Gateway's default.
    """

    def __init__(self, api: RestApi) -> None:
        self._api = api
        customized = {entry.response_type: entry for entry in api.gateway_responses}
        self._chosen = {
            name: customized.get(name)
            or customized.get(f"DEFAULT_{kind.status // 100}XX")
            or GatewayResponse(name)
            for name, kind in _KINDS.items()
        }

    def encode(
        self,
        name: str,
        request: Request | None,
        request_id: str,
        keep_alive: bool,
        message: str | None = None,
        validation: str = "",
    ) -> bytes:
        """Encode the response to an error.

        Parameters
        ----------
        name
            The response type, as named by AWS.
        request
            None if no request could be parsed.
        message
            A specific message that replaces the type's default.
        validation
            What is wrong with the request's body.
        """
        kind, chosen = _KINDS[name], self._chosen[name]
        if message is not None:
            kind = kind._replace(message=message)
        values = self._values(name, kind, request_id)
        values["context.error.validationErrorString"] = validation
        headers = {"x-amzn-ErrorType": kind.error_type} if kind.error_type else {}
        for target, source in chosen.parameters.items():
            value = _mapped(source, values, request)
            if target.startswith(_HEADER) and value is not None:
                headers[target.removeprefix(_HEADER)] = value
        body = _VARIABLE.sub(
            lambda found: values.get(found[1] or found[2], found[0]),
            chosen.template or kind.template,
        )
        answer = {"statusCode": chosen.status or kind.status, "headers": headers, "body": body}
        head = request is not None and request.method == "HEAD"
        return responses.of_gateway(answer, request_id, keep_alive=keep_alive, head=head)

    def _values(self, name: str, kind: _Kind, request_id: str) -> dict[str, str]:
        """Return the values that a template or a header can use. These templates are not VTL."""
        variables = self._api.stage_variables
        return {
            "context.apiId": self._api.api_id,
            "context.error.message": kind.message or "",
            "context.error.messageString": json.dumps(kind.message),
            "context.error.responseType": name,
            "context.extendedRequestId": request_id,
            "context.requestId": request_id,
            "context.stage": self._api.stage,
        } | {f"stageVariables.{key}": value for key, value in variables.items()}


def _mapped(source: str, values: dict[str, str], request: Request | None) -> str | None:
    """Return a header's value, or None to omit the header because its source is missing."""
    if len(source) >= 2 and source[0] == source[-1] == "'":
        return source[1:-1]
    if source.startswith(_REQUEST_HEADER) and request is not None:
        wanted = source.removeprefix(_REQUEST_HEADER).lower().encode()
        found = [value for name, value in request.headers if name.lower() == wanted]
        return found[-1].decode("latin-1") if found else None
    return values.get(source)
