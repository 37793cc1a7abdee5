"""The deployed REST APIs, as far as the data plane can serve them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery import gateway_responses, restapi
from dataplane.discovery.deployments import Deployments
from dataplane.discovery.emulator import Emulator, pages
from dataplane.discovery.stack import Stack
from dataplane.model import GatewayResponse, RestApi, Route

_TYPE = "AWS::ApiGateway::RestApi"


def read_apis(
    emulator: Emulator,
    stacks: list[Stack],
    refused: Mapping[str, str],
    deployments: Deployments,
    warnings: list[str],
    *,
    is_everything: bool,
) -> list[RestApi]:
    """Read the REST APIs of some stacks, once for each stage.

    Parameters
    ----------
    refused
        The functions that can't run here, and the reasons.
    deployments
        The snapshots of what was deployed.
    warnings
        Gets a line for everything that can't be served.
    is_everything
        Whether to include APIs outside of stacks.
    """
    found: list[RestApi] = []
    for api_id, stack in _ids(emulator, stacks, is_everything=is_everything):
        lines: list[str] = []
        try:
            served = _stages(emulator, api_id, stack, deployments, lines)
        except (ClientError, ValueError, LookupError, TypeError) as error:
            # An API that can't be read must not prevent the others from being served.
            warnings.append(f"REST API {api_id} is not served: {error}")
            continue
        warnings += dict.fromkeys(lines)
        for api in served:
            runnable = _refusing(api, refused)
            if not any(route.function or route.mock for route in runnable.routes):
                warnings.append(f"REST API {api.name}: none of its methods is supported")
            found.append(runnable)
    return found


def _stages(
    emulator: Emulator,
    api_id: str,
    stack: Stack | None,
    deployments: Deployments,
    warnings: list[str],
) -> list[RestApi]:
    """Read an API once for each of its stages, as it was deployed there."""
    client = emulator.client("apigateway")
    stages = client.get_stages(restApiId=api_id)["item"]
    if not stages:
        warnings.append(f"REST API {api_id} has no stage yet")

    @functools.cache
    def current() -> dict[str, Any]:
        own, more = _own_responses(emulator, stack, api_id)
        warnings.extend(more)
        return {**restapi.describe(client, api_id), "gateway_responses": list(map(asdict, own))}

    is_settled = stack is None or stack.is_settled
    return [
        restapi.read_stage(
            client,
            deployments.of(api_id, stage.get("deploymentId"), current, is_settled=is_settled),
            stage,
            warnings,
        )
        for stage in stages
    ]


def _ids(
    emulator: Emulator, stacks: list[Stack], *, is_everything: bool
) -> Iterator[tuple[str, Stack | None]]:
    """Yield each API's id and its stack, if it has one."""
    seen = set()
    for stack in stacks:
        for api_id in stack.physical_ids(_TYPE).values():
            seen.add(api_id)
            yield api_id, stack
    if is_everything:
        for entry in pages(emulator.client("apigateway").get_rest_apis, "items"):
            if entry["id"] not in seen:
                yield entry["id"], None


def _own_responses(
    emulator: Emulator, stack: Stack | None, api_id: str
) -> tuple[tuple[GatewayResponse, ...], list[str]]:
    if stack is not None:
        return gateway_responses.declared_in(stack, api_id)
    return gateway_responses.described_by(emulator.client("apigateway"), api_id)


def _refusing(api: RestApi, refused: Mapping[str, str]) -> RestApi:
    """Refuse the methods whose functions, or authorizers' functions, can't run here."""
    asked = {entry.authorizer_id: entry.function for entry in api.authorizers}

    def checked(route: Route) -> Route:
        for name in (route.function or "", asked.get(route.authorizer or "", "")):
            if name in refused and route.refusal is None:
                return replace(route, function=None, refusal=f"{name}: {refused[name]}")
        return route

    return replace(api, routes=tuple(checked(route) for route in api.routes))
