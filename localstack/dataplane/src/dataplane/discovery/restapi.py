"""A REST API as API Gateway's own API describes it."""

from __future__ import annotations

import re
from typing import Any

from dataplane.discovery.emulator import Emulator
from dataplane.model import MethodThrottle, MockResponse, RestApi, Route

_FUNCTION_IN_URI = re.compile(r":function:([A-Za-z0-9_-]+)")
_PAGE_LIMIT = 100


def read_rest_api(emulator: Emulator, api_id: str) -> tuple[RestApi | None, list[str]]:
    """Read one REST API with its first deployed stage.

    Returns
    -------
    The API, or None while it has no stage; and what couldn't be served, a line each.
    """
    client = emulator.client("apigateway")
    stages = client.get_stages(restApiId=api_id)["item"]
    if not stages:
        return None, [f"REST API {api_id} has no stage yet"]
    api = client.get_rest_api(restApiId=api_id)
    warnings: list[str] = []
    routes: list[Route] = []
    for resource in _resources(client, api_id):
        for method in sorted(resource.get("resourceMethods") or {}):
            route = _route(client, api_id, resource, method)
            if route is None:
                warnings.append(f"{method} {resource['path']}: its integration isn't served here")
            else:
                routes.append(route)
    return (
        RestApi(
            api_id=api_id,
            name=api.get("name", api_id),
            stage=stages[0]["stageName"],
            routes=tuple(sorted(routes, key=lambda route: (route.resource_path, route.method))),
            stage_variables=dict(stages[0].get("variables") or {}),
            binary_media_types=tuple(api.get("binaryMediaTypes") or ()),
            throttles=_throttles(stages[0].get("methodSettings") or {}),
        ),
        warnings,
    )


def _throttles(settings: dict[str, dict[str, Any]]) -> tuple[MethodThrottle, ...]:
    """Take the limits out of a stage's method settings (``~1`` stands for ``/`` in a path)."""
    return tuple(
        MethodThrottle(
            key.replace("~1", "/").lstrip("/"),
            float(entry.get("throttlingRateLimit") or 0),
            float(entry.get("throttlingBurstLimit") or 0),
        )
        for key, entry in sorted(settings.items())
        # -1 is how CloudFormation says "no limit of its own".
        if entry.get("throttlingRateLimit", -1) >= 0 and entry.get("throttlingBurstLimit", -1) >= 0
    )


def _resources(client: Any, api_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    position: dict[str, str] = {}
    for _ in range(_PAGE_LIMIT):
        page = client.get_resources(restApiId=api_id, limit=500, embed=["methods"], **position)
        found += page["items"]
        if not page.get("position"):
            return found
        position = {"position": page["position"]}
    raise ValueError(f"REST API {api_id} has more resources than {_PAGE_LIMIT} pages hold")


def _route(client: Any, api_id: str, resource: dict[str, Any], method: str) -> Route | None:
    described = resource["resourceMethods"][method]
    integration = described.get("methodIntegration")
    if integration is None:
        described = client.get_method(
            restApiId=api_id, resourceId=resource["id"], httpMethod=method
        )
        integration = described.get("methodIntegration") or {}
    kind = integration.get("type")
    place = {"method": method, "resource_path": resource["path"], "resource_id": resource["id"]}
    if kind == "MOCK":
        return Route(**place, function=None, mock=_mock(integration))
    named = _FUNCTION_IN_URI.search(integration.get("uri", ""))
    if kind == "AWS_PROXY" and named:
        return Route(**place, function=named.group(1))
    return None


def _mock(integration: dict[str, Any]) -> MockResponse:
    """Take the first integration response: its constant headers and its template's text."""
    responses = integration.get("integrationResponses") or {"200": {"statusCode": "200"}}
    response = responses[min(responses)]
    headers = {}
    for name, value in (response.get("responseParameters") or {}).items():
        if name.startswith("method.response.header.") and value.startswith("'"):
            headers[name.removeprefix("method.response.header.")] = value.strip("'")
    templates = response.get("responseTemplates") or {}
    return MockResponse(
        status=int(response.get("statusCode", "200")),
        headers=headers,
        body=templates.get("application/json") or "",
    )
