"""Assemble a deployment from stacks, functions, REST APIs and mappings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery import mapping_rules, mappings
from dataplane.discovery.apis import read_apis
from dataplane.discovery.deployments import Deployments
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.functions import read_functions
from dataplane.discovery.stack import Stack, read_stacks
from dataplane.model import Deployment, KafkaMapping

# The properties that users change through Lambda's API after the deployment.
_CHANGEABLE = (
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "FilterCriteria",
    "MetricsConfig",
    "ProvisionedPollerConfig",
)
# The SQS default that some emulators store if a template has no batch size.
_SQS_BATCH_SIZE = 10


class NothingDeployedError(LookupError):
    """The stacks don't exist, or have nothing to serve."""


def discover(
    emulator: Emulator,
    stacks: tuple[str, ...],
    code_root: Path,
    deployments: Deployments,
    msk_brokers: tuple[str, ...] = (),
) -> Deployment:
    """Read everything that is deployed in ``stacks``, or in all stacks if it is empty.

    Parameters
    ----------
    code_root
        The directory for unpacked artefacts, one subdirectory per content.
    deployments
        The snapshots of deployed REST APIs.
    msk_brokers
        The brokers of every MSK cluster. If empty, the emulator is asked.

    Raises
    ------
    NothingDeployedError
        If a stack does not exist, or has neither functions nor APIs.
    """
    warnings: list[str] = []
    found = read_stacks(emulator, stacks, warnings)
    is_everything = not stacks
    functions = read_functions(emulator, found, code_root, is_everything=is_everything)
    warnings += [f"{name} can't run here: {why}" for name, why in functions.refused.items()]
    apis = read_apis(
        emulator, found, functions.refused, deployments, warnings, is_everything=is_everything
    )
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
            warnings.append(
                f"{mapping.logical_id}: AWS requires ProvisionedPollerConfig for {needed}"
            )
    # Prefer the API whose functions run here.
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
    """Read the mappings of the templates, then those that were created through Lambda's API.

    Free emulators keep Kafka's properties only in the template. Later changes are read from
    Lambda.
    """
    live = _live_mappings(emulator)
    for stack in stacks:
        for logical_id, uuid in stack.physical_ids("AWS::Lambda::EventSourceMapping").items():
            known = live.pop(uuid, None)
            try:
                if known is not None and not stack.declares(logical_id):
                    # A transform created it, so only Lambda has its properties.
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
    """Override a mapping's template properties with those from Lambda's API."""
    current = {key: known[key] for key in _CHANGEABLE if known.get(key) is not None}
    size = known.get("BatchSize")
    if size is not None and ("BatchSize" in properties or size != _SQS_BATCH_SIZE):
        current["BatchSize"] = size
    # Some emulators report a mapping as enabled although it was deployed as disabled.
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
        raise ValueError(f"can't read the brokers of {arn}: {error}") from error
    for kind in ("BootstrapBrokerString", "BootstrapBrokerStringSaslScram"):
        if brokers.get(kind):
            return tuple(str(brokers[kind]).split(","))
    return ()
