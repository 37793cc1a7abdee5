"""Send a kept invocation again, to the code that is deployed now."""

from __future__ import annotations

import json
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

from dataplane.debuggers import address
from dataplane.keeper import find_kept, kept_invocations
from dataplane.model import Deployment, FunctionSpec
from dataplane.runtime import errors
from dataplane.state_folder import StateFolder
from dataplane.worker import Invocation, Site, StrictWorker, WorkerFailedError

# The function's output goes there, and its result to the standard output.
_OUTPUT = Path("/dev/stderr")


def list_kept(state: Path) -> int:
    """Print the kept invocations, the oldest first, with one line each."""
    for kept in kept_invocations(StateFolder(state)):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(kept.at))
        how = "ok" if kept.error is None else errors.message_of(kept.error.encode())
        print(f"{at}  {kept.request_id}  {kept.function}  {' '.join(how.split())}")
    return 0


def invoke_again(state: Path, request_id: str, debug_port: int | None) -> int:
    """Run an invocation once more, in a worker of its own, and print its result.

    Parameters
    ----------
    request_id
        The invocation's id, as the function's log shows it. This time it has a new one.
    debug_port
        Wait for a debugger at this port first; None for no debugger.

    Returns
    -------
    0 if the function succeeded, else 1.

    Raises
    ------
    LookupError
        If the invocation is not kept, or its function is not deployed.
    """
    layout = StateFolder(state.resolve())
    kept = find_kept(layout, request_id)
    spec = replace(_deployed(layout, kept.function), debug_port=debug_port)
    if debug_port is not None:
        print(f"waiting for a debugger at {address(debug_port)}", file=sys.stderr, flush=True)
    site = Site(layout, kept.endpoint, kept.region)
    outcome = _run(spec, site, json.dumps(kept.event, ensure_ascii=False).encode())
    print(outcome.payload.decode())
    return 1 if outcome.failed else 0


def _deployed(layout: StateFolder, function: str) -> FunctionSpec:
    deployment = Deployment.from_json(layout.deployment.read_text())
    if function not in deployment.functions:
        raise LookupError(f"{function} is not deployed any more")
    return deployment.functions[function]


def _run(spec: FunctionSpec, site: Site, event: bytes) -> Invocation:
    request_id = str(uuid.uuid4())
    try:
        worker = StrictWorker(
            spec,
            site,
            f"worker.{spec.logical_id}.again-{request_id[:8]}",
            output=_OUTPUT,
            awaits_debugger=spec.debug_port is not None,
        )
    except WorkerFailedError as error:
        return Invocation(error.payload, True)
    try:
        return worker.invoke(request_id, event)
    finally:
        worker.kill()
