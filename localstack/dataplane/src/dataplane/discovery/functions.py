"""The functions that are deployed, and their code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery import artefacts
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.stack import Stack
from dataplane.model import FunctionSpec

_TYPE = "AWS::Lambda::Function"


@dataclass
class Functions:
    """Deployed functions by their names: those that run here, and why the others don't."""

    served: dict[str, FunctionSpec] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def read_functions(
    emulator: Emulator, stacks: list[Stack], code_root: Path, *, is_everything: bool
) -> Functions:
    """Read the functions of some stacks.

    Parameters
    ----------
    code_root
        Where artefacts are unpacked, a folder per content.
    is_everything
        Whether functions that no stack made are read too.
    """
    found = Functions()
    for name, logical_id in _names(emulator, stacks, is_everything=is_everything):
        try:
            found.served[name] = _read(emulator, name, logical_id, code_root)
        except (ClientError, ValueError, LookupError, TypeError) as error:
            # One that can't be run must not keep the others from running.
            found.refused[name] = str(error)
    return found


def _names(
    emulator: Emulator, stacks: list[Stack], *, is_everything: bool
) -> Iterator[tuple[str, str]]:
    """Yield each function's name and logical id; the name again where no stack made it."""
    seen = set()
    for stack in stacks:
        for logical_id, name in stack.physical_ids(_TYPE).items():
            seen.add(name)
            yield name, logical_id
    if is_everything:
        for page in emulator.client("lambda").get_paginator("list_functions").paginate():
            for entry in page["Functions"]:
                if entry["FunctionName"] not in seen:
                    yield entry["FunctionName"], entry["FunctionName"]


def _read(emulator: Emulator, name: str, logical_id: str, code_root: Path) -> FunctionSpec:
    answer = emulator.client("lambda").get_function(FunctionName=name)
    configuration = answer["Configuration"]
    _check_runtime(configuration)
    if configuration.get("Layers"):
        raise ValueError("functions with layers are not supported")
    folder = artefacts.folder_for(code_root, configuration["CodeSha256"])
    if not folder.is_dir():
        artefacts.unpack(emulator.download(answer["Code"]["Location"]), folder)
    artefacts.touch(folder)
    reserved = (answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions")
    return FunctionSpec(
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
    )


def _check_runtime(configuration: dict[str, Any]) -> None:
    if configuration.get("PackageType") == "Image":
        raise ValueError("functions from container images are not supported")
    runtime = str(configuration.get("Runtime", ""))
    if not runtime.startswith("python"):
        raise ValueError(f"the runtime {runtime} is not supported, only Python")
