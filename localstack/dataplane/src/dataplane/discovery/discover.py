"""Putting a deployment together from stacks, functions, REST APIs and mappings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery import artefacts, gateway_responses, mappings, restapi
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.stack import Stack, read_stacks
from dataplane.model import Deployment, FunctionSpec, KafkaMapping, RestApi

# What changes by itself in a mapping that nobody touched.
_RESTLESS = frozenset({"LastProcessingResult", "StateTransitionReason"})
# What people change by Lambda's own API, after the template was deployed.
_CHANGEABLE = (
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "FilterCriteria",
    "ProvisionedPollerConfig",
)
# What an emulator that thinks of SQS notes where a template names no batch size.
_SQS_BATCH_SIZE = 10


class NothingDeployedError(LookupError):
    """The named stacks aren't there, or hold no function."""


def fingerprint(emulator: Emulator, stacks: tuple[str, ...]) -> str:
    """Return a text that changes whenever something deployed may have changed.

    Three light calls, so that following redeploys costs next to nothing.
    """
    cloudformation, functions = emulator.client("cloudformation"), emulator.client("lambda")
    seen: list[Any] = [
        [stack["StackName"], stack["StackStatus"], str(stack.get("LastUpdatedTime"))]
        for stack in cloudformation.describe_stacks()["Stacks"]
        if not stacks or stack["StackName"] in stacks
    ]
    for page in functions.get_paginator("list_functions").paginate():
        for entry in page["Functions"]:
            kept = ("FunctionName", "CodeSha256", "Handler", "Timeout", "MemorySize", "Environment")
            seen.append({key: entry.get(key) for key in kept})
    for page in functions.get_paginator("list_event_source_mappings").paginate():
        for entry in page["EventSourceMappings"]:
            seen.append({key: value for key, value in entry.items() if key not in _RESTLESS})
    return json.dumps(seen, sort_keys=True, default=str)


def discover(
    emulator: Emulator,
    stacks: tuple[str, ...],
    code_root: Path,
    msk_brokers: tuple[str, ...] = (),
) -> Deployment:
    """Read everything that is deployed in ``stacks`` (all stacks when empty).

    Parameters
    ----------
    code_root
        Where artefacts are unpacked, a folder per content.
    msk_brokers
        Stand for those of every MSK cluster; when empty, the emulator is asked.

    Raises
    ------
    NothingDeployedError
        When there is no such stack or no function in it.
    """
    found = read_stacks(emulator, stacks)
    warnings: list[str] = []
    functions = dict(_functions(emulator, found, code_root, warnings))
    if not functions:
        wanted = ", ".join(stacks) or "any stack"
        raise NothingDeployedError(f"no deployed function in {wanted} at {emulator.endpoint}")
    apis: list[RestApi] = []
    for stack in found:
        for api_id in stack.physical_ids("AWS::ApiGateway::RestApi").values():
            api, problems = restapi.read_rest_api(emulator, api_id)
            warnings += problems
            if api is not None:
                own, problems = gateway_responses.declared_in(stack, api_id)
                warnings += problems
                apis.append(replace(api, gateway_responses=own))
    if len(apis) > 1:
        warnings.append(f"{len(apis)} REST APIs found; only {apis[0].name} is served")
    polled = tuple(_mappings(emulator, found, warnings, msk_brokers))
    for mapping in polled:
        asked = mappings.provisioned_only(mapping)
        if asked:
            needed = ", ".join(asked)
            warnings.append(f"{mapping.logical_id}: on AWS needs ProvisionedPollerConfig: {needed}")
    return Deployment(
        functions=functions,
        api=apis[0] if apis else None,
        mappings=polled,
        warnings=tuple(warnings),
    )


def _functions(
    emulator: Emulator, stacks: list[Stack], code_root: Path, warnings: list[str]
) -> Iterator[tuple[str, FunctionSpec]]:
    client = emulator.client("lambda")
    for stack in stacks:
        for logical_id, name in stack.physical_ids("AWS::Lambda::Function").items():
            answer = client.get_function(FunctionName=name)
            configuration = answer["Configuration"]
            if not str(configuration.get("Runtime", "")).startswith("python"):
                warnings.append(f"{name}: only Python runtimes run here")
                continue
            if configuration.get("Layers"):
                warnings.append(f"{name}: layers aren't laid over the artefact")
            folder = artefacts.folder_for(code_root, configuration["CodeSha256"])
            if not folder.is_dir():
                artefacts.unpack(emulator.download(answer["Code"]["Location"]), folder)
            artefacts.touch(folder)
            reserved = (answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions")
            yield (
                name,
                FunctionSpec(
                    name=name,
                    arn=configuration["FunctionArn"],
                    logical_id=logical_id,
                    handler=configuration["Handler"],
                    runtime=configuration["Runtime"],
                    code_dir=str(folder),
                    code_sha256=configuration["CodeSha256"],
                    timeout_s=int(configuration.get("Timeout", 3)),
                    memory_mb=int(configuration.get("MemorySize", 128)),
                    environment=(configuration.get("Environment") or {}).get("Variables", {}),
                    reserved_concurrency=reserved,
                ),
            )


def _mappings(
    emulator: Emulator, stacks: list[Stack], warnings: list[str], msk_brokers: tuple[str, ...]
) -> Iterator[KafkaMapping]:
    """Mappings of the templates first, then those made by Lambda's own API alone.

    The template comes first because a free emulator keeps only there what Kafka needs; what
    people change later is asked of Lambda.
    """
    live = _live_mappings(emulator)
    for stack in stacks:
        for logical_id, uuid in stack.physical_ids("AWS::Lambda::EventSourceMapping").items():
            known = live.pop(uuid, None)
            try:
                properties = stack.properties(logical_id)
                if not mappings.is_kafka(properties):
                    continue
                if known is not None:
                    properties = _changed(properties, known)
                servers = msk_brokers or _msk_servers(emulator, properties)
                yield mappings.from_properties(uuid, logical_id, properties, servers)
            except ValueError as error:
                warnings.append(str(error))
    for uuid, properties in live.items():
        if mappings.is_kafka(properties) and properties.get("Topics"):
            properties["Enabled"] = properties.get("State") not in ("Disabled", "Disabling")
            properties["FunctionName"] = properties["FunctionArn"]
            servers = msk_brokers or _msk_servers(emulator, properties)
            yield mappings.from_properties(uuid, uuid, properties, servers)


def _changed(properties: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Lay what Lambda's API says of a mapping over its template's properties."""
    current = {key: known[key] for key in _CHANGEABLE if known.get(key) is not None}
    size = known.get("BatchSize")
    if size is not None and ("BatchSize" in properties or size != _SQS_BATCH_SIZE):
        current["BatchSize"] = size
    # An emulator may say that a mapping deployed as disabled is enabled.
    deployed = str(properties.get("Enabled", True)).lower() == "true"
    current["Enabled"] = deployed and known.get("State") not in ("Disabled", "Disabling")
    return properties | current


def _live_mappings(emulator: Emulator) -> dict[str, dict[str, Any]]:
    pages = emulator.client("lambda").get_paginator("list_event_source_mappings").paginate()
    return {entry["UUID"]: entry for page in pages for entry in page["EventSourceMappings"]}


def _msk_servers(emulator: Emulator, properties: dict[str, Any]) -> tuple[str, ...]:
    arn = properties.get("EventSourceArn")
    if not arn or properties.get("SelfManagedEventSource"):
        return ()
    try:
        brokers = emulator.client("kafka").get_bootstrap_brokers(ClusterArn=arn)
    except ClientError as error:
        raise ValueError(f"the brokers of {arn} can't be read: {error}") from error
    for kind in ("BootstrapBrokerString", "BootstrapBrokerStringSaslScram"):
        if brokers.get(kind):
            return tuple(str(brokers[kind]).split(","))
    return ()
