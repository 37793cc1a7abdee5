"""Detect deployments cheaply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery.emulator import Emulator, pages

# Fields of a mapping that change without a deployment.
_RESTLESS = frozenset({"LastProcessingResult", "StateTransitionReason"})
_OF_FUNCTION = (
    "FunctionName",
    "CodeSha256",
    "Handler",
    "Timeout",
    "MemorySize",
    "Environment",
    "Layers",
)
# Details that take a call for each function or plan are read only on every fifth check.
_LOOKS_BETWEEN = 5


class Watch:
    """Checks an emulator for changes.

    Parameters
    ----------
    stacks
        The stacks to check; all if empty.
    """

    def __init__(self, emulator: Emulator, stacks: tuple[str, ...]) -> None:
        self._emulator = emulator
        self._stacks = stacks
        self._looks = 0
        self._seldom: list[Any] = []

    def look(self) -> str:
        """Return a text that changes whenever the deployment may have changed."""
        functions = list(self._functions())
        if self._looks % _LOOKS_BETWEEN == 0:
            names = [entry["FunctionName"] for entry in functions]
            self._seldom = [*self._concurrency(names), *self._plans()]
        self._looks += 1
        seen = [*self._stacks_now(), *functions, *self._mappings(), *self._apis(), *self._seldom]
        return json.dumps(seen, sort_keys=True, default=str)

    def _stacks_now(self) -> Iterator[Any]:
        for stack in self._emulator.client("cloudformation").describe_stacks()["Stacks"]:
            if not self._stacks or stack["StackName"] in self._stacks:
                yield [stack["StackName"], stack["StackStatus"], str(stack.get("LastUpdatedTime"))]

    def _functions(self) -> Iterator[dict[str, Any]]:
        for page in self._emulator.client("lambda").get_paginator("list_functions").paginate():
            for entry in page["Functions"]:
                yield {key: entry.get(key) for key in _OF_FUNCTION}

    def _mappings(self) -> Iterator[Any]:
        client = self._emulator.client("lambda")
        for page in client.get_paginator("list_event_source_mappings").paginate():
            for entry in page["EventSourceMappings"]:
                yield {key: value for key, value in entry.items() if key not in _RESTLESS}

    def _apis(self) -> Iterator[Any]:
        """Yield each API's stages, which a deployment of the API changes."""
        client = self._emulator.client("apigateway")
        with suppress(ClientError):
            for api in pages(client.get_rest_apis, "items"):
                # One may be removed between two calls.
                with suppress(ClientError):
                    yield [api["id"], client.get_stages(restApiId=api["id"])["item"]]

    def _concurrency(self, names: list[str]) -> Iterator[Any]:
        client = self._emulator.client("lambda")
        for name in names:
            with suppress(ClientError):
                answer = client.get_function_concurrency(FunctionName=name)
                yield [name, answer.get("ReservedConcurrentExecutions")]

    def _plans(self) -> Iterator[Any]:
        client = self._emulator.client("apigateway")
        # An emulator may know of none of this.
        with suppress(ClientError):
            for plan in pages(client.get_usage_plans, "items"):
                keys = pages(client.get_usage_plan_keys, "items", usagePlanId=plan["id"])
                yield [plan, [key["id"] for key in keys]]
            for key in pages(client.get_api_keys, "items"):
                yield [key["id"], key.get("enabled")]
