"""Putting a deployment together from stacks, functions, REST APIs and mappings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery import mapping_rules, mappings
from dataplane.discovery.apis import read_apis
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.functions import read_functions
from dataplane.discovery.stack import Stack, read_stacks
from dataplane.model import Deployment, KafkaMapping

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
    """The named stacks aren't there, or hold nothing to serve."""


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
        When there is no such stack, or neither a function nor an API in it.
    """
    warnings: list[str] = []
    found = read_stacks(emulator, stacks, warnings)
    is_everything = not stacks
    functions = read_functions(emulator, found, code_root, is_everything=is_everything)
    warnings += [f"{name} does not run here: {why}" for name, why in functions.refused.items()]
    apis = read_apis(emulator, found, functions.refused, warnings, is_everything=is_everything)
    polled, doubled = mapping_rules.check_groups(_mappings(emulator, found, warnings, msk_brokers))
    warnings += doubled
    if not functions.served and not apis:
        wanted = ", ".join(stacks) or "any stack"
        why = "".join(f"; {warning}" for warning in warnings)
        raise NothingDeployedError(f"nothing to serve in {wanted} at {emulator.endpoint}{why}")
    for mapping in polled:
        asked = mappings.provisioned_only(mapping)
        if asked:
            needed = ", ".join(asked)
            warnings.append(f"{mapping.logical_id}: on AWS needs ProvisionedPollerConfig: {needed}")
    # The API with functions that run is the one that people mean.
    apis.sort(key=lambda api: not any(route.function for route in api.routes))
    return Deployment(
        functions=functions.served,
        api=apis[0] if apis else None,
        mappings=tuple(polled),
        warnings=tuple(warnings),
        further_apis=tuple(apis[1:]),
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
                if known is not None and not stack.declares(logical_id):
                    # A transform made it: only Lambda knows its properties.
                    live[uuid] = known
                    continue
                properties = stack.properties(logical_id)
                if not mappings.is_kafka(properties):
                    continue
                if known is not None:
                    properties = _changed(properties, known)
                warnings += [f"{logical_id}: {line}" for line in mapping_rules.check(properties)]
                servers = msk_brokers or _msk_servers(emulator, properties)
                yield mappings.from_properties(uuid, logical_id, properties, servers)
            except (ValueError, LookupError, TypeError) as error:
                warnings.append(f"{logical_id} is not polled: {error}")
    for uuid, properties in live.items():
        if mappings.is_kafka(properties) and properties.get("Topics"):
            properties["Enabled"] = properties.get("State") not in ("Disabled", "Disabling")
            properties["FunctionName"] = properties["FunctionArn"]
            try:
                warnings += [f"{uuid}: {line}" for line in mapping_rules.check(properties)]
                servers = msk_brokers or _msk_servers(emulator, properties)
                yield mappings.from_properties(uuid, uuid, properties, servers)
            except (ValueError, LookupError, TypeError) as error:
                warnings.append(f"{uuid} is not polled: {error}")


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
