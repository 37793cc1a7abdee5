"""The deployed functions and their code."""

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
    """Deployed functions by name: those that can run here, and the reasons for the others."""

    served: dict[str, FunctionSpec] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def read_functions(
    emulator: Emulator, stacks: list[Stack], code_root: Path, *, is_everything: bool
) -> Functions:
    """Read the functions of some stacks.

    Parameters
    ----------
    code_root
        The directory for unpacked artefacts, one subdirectory per content.
    is_everything
        Whether to include functions outside of stacks.
    """
    found = Functions()
    for name, logical_id in _names(emulator, stacks, is_everything=is_everything):
        try:
            found.served[name] = _read(emulator, name, logical_id, code_root)
        except (ClientError, ValueError, LookupError, TypeError) as error:
            # A function that can't run must not prevent the others from running.
            found.refused[name] = str(error)
    return found


def _names(
    emulator: Emulator, stacks: list[Stack], *, is_everything: bool
) -> Iterator[tuple[str, str]]:
    """Yield each function's name and logical id, which is the name if it has no stack."""
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
    code = {**answer["Code"], "CodeSha256": configuration["CodeSha256"]}
    folder = _unpacked(emulator, code, code_root)
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
        reserved_concurrency=_reserved(emulator, name, answer),
        layer_dirs=tuple(_layers(emulator, configuration.get("Layers") or [], code_root)),
    )


def _reserved(emulator: Emulator, name: str, answer: dict[str, Any]) -> int | None:
    """Return a function's reserved concurrency. LocalStack's GetFunction omits one of 0."""
    if "Concurrency" not in answer:
        answer = {
            "Concurrency": emulator.client("lambda").get_function_concurrency(FunctionName=name)
        }
    found: int | None = answer["Concurrency"].get("ReservedConcurrentExecutions")
    return found


def _layers(emulator: Emulator, layers: list[dict[str, Any]], code_root: Path) -> Iterator[str]:
    """Yield the directories of a function's layers. Later layers override earlier ones."""
    for layer in reversed(layers):
        found = emulator.client("lambda").get_layer_version_by_arn(Arn=layer["Arn"])
        folder = _unpacked(emulator, found["Content"], code_root)
        if (folder / "extensions").is_dir():
            raise ValueError(f"the layer {layer['Arn']} has extensions, which are not supported")
        yield str(folder)


def _unpacked(emulator: Emulator, content: dict[str, Any], code_root: Path) -> Path:
    folder = artefacts.folder_for(code_root, content["CodeSha256"])
    if not folder.is_dir():
        artefacts.unpack(emulator.download(content["Location"]), folder)
    artefacts.touch(folder)
    return folder


def _check_runtime(configuration: dict[str, Any]) -> None:
    if configuration.get("PackageType") == "Image":
        raise ValueError("functions from container images are not supported")
    runtime = str(configuration.get("Runtime", ""))
    if not runtime.startswith("python"):
        raise ValueError(f"the runtime {runtime} is not supported; only Python is")
