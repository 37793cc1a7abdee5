"""Read gateway responses from the template, because some emulators don't store them."""

from __future__ import annotations

from typing import Any

from dataplane.discovery.emulator import pages
from dataplane.discovery.stack import Stack
from dataplane.model import GatewayResponse

_TYPE = "AWS::ApiGateway::GatewayResponse"
# The only media type whose template API Gateway uses for its own responses.
_TEMPLATE = "application/json"
_STATUSES = range(200, 600)


def declared_in(stack: Stack, api_id: str) -> tuple[tuple[GatewayResponse, ...], list[str]]:
    """Read the gateway responses that a stack declares for one of its REST APIs.

    Returns
    -------
    The responses in the order of their types, and a warning for each unsupported one.
    """
    found: list[GatewayResponse] = []
    warnings: list[str] = []
    for logical_id in stack.declared(_TYPE):
        try:
            properties = stack.properties(logical_id)
            if properties.get("RestApiId") == api_id:
                found.append(from_properties(properties))
        except ValueError as error:
            warnings.append(f"{logical_id}: {error}")
    return tuple(sorted(found, key=lambda entry: entry.response_type)), warnings


def described_by(client: Any, api_id: str) -> tuple[tuple[GatewayResponse, ...], list[str]]:
    """Read the gateway responses of an API without a stack; see :func:`declared_in`."""
    found: list[GatewayResponse] = []
    warnings: list[str] = []
    for entry in pages(client.get_gateway_responses, "items", restApiId=api_id):
        if entry.get("defaultResponse"):
            continue
        try:
            found.append(from_properties({key[:1].upper() + key[1:]: entry[key] for key in entry}))
        except ValueError as error:
            warnings.append(f"{api_id}, {entry.get('responseType')}: {error}")
    return tuple(sorted(found, key=lambda entry: entry.response_type)), warnings


def from_properties(properties: dict[str, Any]) -> GatewayResponse:
    """Build a gateway response from resolved CloudFormation properties.

    Raises
    ------
    ValueError
        If the response can't be sent.
    """
    status = int(properties["StatusCode"]) if "StatusCode" in properties else None
    if status is not None and status not in _STATUSES:
        raise ValueError(f"{status} is not a valid response status")
    parameters = dict(properties.get("ResponseParameters") or {})
    if any(mark in text for item in parameters.items() for text in item for mark in "\r\n\0"):
        raise ValueError("a header contains a line break")
    templates = properties.get("ResponseTemplates") or {}
    return GatewayResponse(properties["ResponseType"], status, parameters, templates.get(_TEMPLATE))
