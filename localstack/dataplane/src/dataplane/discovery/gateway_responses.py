"""What an API is to answer by itself, from the template: emulators need not keep it."""

from __future__ import annotations

from typing import Any

from dataplane.discovery.emulator import pages
from dataplane.discovery.stack import Stack
from dataplane.model import GatewayResponse

_TYPE = "AWS::ApiGateway::GatewayResponse"
# The one media type whose template API Gateway uses for its own answers.
_TEMPLATE = "application/json"
_STATUSES = range(200, 600)


def declared_in(stack: Stack, api_id: str) -> tuple[tuple[GatewayResponse, ...], list[str]]:
    """Read the gateway responses that a stack declares for one of its REST APIs.

    Returns
    -------
    Them in the order of their types; and what can't be answered so, a line each.
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
    """Read the gateway responses of an API that no stack made; see :func:`declared_in`."""
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
        When it can't be sent as it is.
    """
    status = int(properties["StatusCode"]) if "StatusCode" in properties else None
    if status is not None and status not in _STATUSES:
        raise ValueError(f"{status} is no status of an answer")
    parameters = dict(properties.get("ResponseParameters") or {})
    if any(mark in text for item in parameters.items() for text in item for mark in "\r\n\0"):
        raise ValueError("a header holds a line break")
    templates = properties.get("ResponseTemplates") or {}
    return GatewayResponse(properties["ResponseType"], status, parameters, templates.get(_TEMPLATE))
