"""Read a REST API from API Gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dataplane.discovery import usage_plans
from dataplane.discovery.emulator import pages
from dataplane.discovery.lambda_uri import function_in
from dataplane.discovery.protection import Protection
from dataplane.model import GatewayResponse, MethodThrottle, MockResponse, RestApi, Route


def describe(client: Any, api_id: str) -> dict[str, Any]:
    """Describe everything that API Gateway deploys of an API, in values that JSON has.

    Parameters
    ----------
    client
        The emulator's API Gateway.
    """
    validators = list(pages(client.get_request_validators, "items", restApiId=api_id))
    has_models = any(entry.get("validateRequestBody") for entry in validators)
    models = pages(client.get_models, "items", restApiId=api_id) if has_models else ()
    found = {
        "api": client.get_rest_api(restApiId=api_id),
        "methods": list(_methods(client, api_id)),
        "authorizers": list(pages(client.get_authorizers, "items", restApiId=api_id)),
        "validators": validators,
        "models": {entry["name"]: entry.get("schema") or "{}" for entry in models},
    }
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


def read_stage(
    client: Any, described: dict[str, Any], stage: dict[str, Any], warnings: list[str]
) -> RestApi:
    """Read one stage of an API.

    Parameters
    ----------
    client
        The emulator's API Gateway.
    described
        The deployed API; see :func:`describe`.
    stage
        API Gateway's description of the stage.
    warnings
        Gets a line for each thing that can't be served.
    """
    api = described["api"]
    protection = Protection(described, stage)
    variables = dict(stage.get("variables") or {})
    routes = [
        _route(resource, method, entry, protection, variables)
        for resource, method, entry in described["methods"]
    ]
    warnings += [
        f"{route.method} {route.resource_path} answers 501: {route.refusal}"
        for route in routes
        if route.refusal is not None
    ]
    uses_models = any(route.body_models for route in routes)
    return RestApi(
        api_id=api["id"],
        name=api.get("name", api["id"]),
        stage=stage["stageName"],
        routes=tuple(sorted(routes, key=lambda route: (route.resource_path, route.method))),
        stage_variables=variables,
        binary_media_types=tuple(api.get("binaryMediaTypes") or ()),
        throttles=_throttles(stage.get("methodSettings") or {}),
        gateway_responses=tuple(GatewayResponse(**e) for e in described["gateway_responses"]),
        authorizers=tuple(protection.authorizers()),
        api_keys=tuple(usage_plans.api_keys(client, api["id"], stage["stageName"])),
        models=tuple(sorted(described["models"].items())) if uses_models else (),
        api_key_source=api.get("apiKeySource") or "HEADER",
    )


def _throttles(settings: dict[str, dict[str, Any]]) -> tuple[MethodThrottle, ...]:
    """Return the limits from a stage's method settings (``~1`` means ``/`` in a path)."""
    return tuple(
        MethodThrottle(
            key.replace("~1", "/").lstrip("/"),
            float(entry.get("throttlingRateLimit") or 0),
            float(entry.get("throttlingBurstLimit") or 0),
        )
        for key, entry in sorted(settings.items())
        # In CloudFormation, -1 means that there is no specific limit.
        if entry.get("throttlingRateLimit", -1) >= 0 and entry.get("throttlingBurstLimit", -1) >= 0
    )


def _methods(client: Any, api_id: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Yield each resource with each of its methods and the method's description."""
    for resource in pages(client.get_resources, "items", restApiId=api_id, embed=["methods"]):
        for method in sorted(resource.get("resourceMethods") or {}):
            described = resource["resourceMethods"][method]
            if described.get("methodIntegration") is None:
                # Not every emulator embeds the description.
                described = client.get_method(
                    restApiId=api_id, resourceId=resource["id"], httpMethod=method
                )
            yield {"id": resource["id"], "path": resource["path"]}, method, described


def _route(
    resource: dict[str, Any],
    method: str,
    described: dict[str, Any],
    protection: Protection,
    variables: dict[str, str],
) -> Route:
    integration = described.get("methodIntegration") or {}
    kind = integration.get("type")
    guarded = protection.of_method(described)
    place = {"method": method, "resource_path": resource["path"], "resource_id": resource["id"]}
    if kind == "MOCK":
        return Route(**place, **guarded, function=None, mock=_mock(integration))
    function = function_in(integration.get("uri") or "", variables)
    if kind != "AWS_PROXY" or function is None:
        guarded["refusal"] = guarded["refusal"] or _unsupported(integration)
    return Route(**place, **guarded, function=None if guarded["refusal"] else function)


def _unsupported(integration: dict[str, Any]) -> str:
    kind = integration.get("type")
    if kind is None:
        return "the method has no integration"
    if kind == "AWS_PROXY":
        return "AWS_PROXY integrations are supported only with a Lambda function"
    return f"{kind} integrations are not supported"


def _mock(integration: dict[str, Any]) -> MockResponse:
    """Return the first integration response: its constant headers and its template's text."""
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
