"""Read a REST API from API Gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataplane.discovery.emulator import Emulator, pages
from dataplane.discovery.lambda_uri import function_in
from dataplane.discovery.protection import Protection
from dataplane.model import MethodThrottle, MockResponse, RestApi, Route


def read_rest_api(emulator: Emulator, api_id: str) -> tuple[list[RestApi], list[str]]:
    """Read a REST API, once for each of its stages.

    Returns
    -------
    The API for each stage, and a warning for each thing that can't be served.
    """
    client = emulator.client("apigateway")
    stages = client.get_stages(restApiId=api_id)["item"]
    if not stages:
        return [], [f"REST API {api_id} has no stage yet"]
    api = client.get_rest_api(restApiId=api_id)
    methods = list(_methods(client, api_id))
    warnings: list[str] = []
    served = [_stage(client, api, stage, methods, warnings) for stage in stages]
    return served, list(dict.fromkeys(warnings))


def _stage(
    client: Any,
    api: dict[str, Any],
    stage: dict[str, Any],
    methods: list[tuple[dict[str, Any], str, dict[str, Any]]],
    warnings: list[str],
) -> RestApi:
    protection = Protection(client, api, stage)
    warnings += protection.warnings()
    variables = dict(stage.get("variables") or {})
    routes = [_route(*method, protection, variables) for method in methods]
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
        authorizers=tuple(protection.authorizers()),
        api_keys=tuple(protection.api_keys()),
        models=tuple(sorted(protection.models.items())) if uses_models else (),
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
            yield resource, method, described


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
