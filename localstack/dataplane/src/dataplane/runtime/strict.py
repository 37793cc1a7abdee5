"""A strict worker: a function environment with one invocation at a time, as on Lambda."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from dataplane.runtime import errors, frames, payload
from dataplane.runtime.environment import Identity, context_factory
from dataplane.runtime.loader import Handler, load_handler
from dataplane.runtime.parser import Parser, choose_parser

# The caller ends an invocation at its timeout. If the caller has died, the kernel does so this much
# later, so that no function outlives the data plane.
_ORPHAN_GRACE_S = 2.0
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def serve(identity: Identity, peer: socket.socket, debug_port: int | None = None) -> int:
    """Load the handler, report that it is ready, and run invocations until the other side closes.

    Parameters
    ----------
    debug_port
        Where a debugger listens in this process; None if there is none.

    Returns
    -------
    The process's exit status: 1 if the handler can't be loaded.
    """
    started = time.perf_counter()
    try:
        handler = load_handler(identity.handler)
    except (Exception, SystemExit) as error:
        described = errors.report(error, "init")
        frames.send_reply(peer, frames.INIT_ERROR, json.dumps(described).encode())
        return 1
    parse = choose_parser()
    init_ms = (time.perf_counter() - started) * 1000
    about = {"init_ms": init_ms, "debug_port": debug_port}
    frames.send_reply(peer, frames.READY, json.dumps(about).encode())
    make_context = context_factory(identity)
    while True:
        try:
            request_id, timeout_ms, event = frames.receive_request(peer)
        except (frames.ClosedError, ConnectionError):
            return 0
        os.environ["_X_AMZN_TRACE_ID"] = f"Root=1-{int(time.time()):08x}-{request_id[:8]}{'0' * 16}"
        begun = time.perf_counter()
        context = make_context(request_id, time.monotonic() + timeout_ms / 1000)
        signal.setitimer(signal.ITIMER_REAL, timeout_ms / 1000 + _ORPHAN_GRACE_S)
        status, outcome = _invoke(handler, parse, event, context)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write_report(identity, request_id, (time.perf_counter() - begun) * 1000, init_ms)
        init_ms = 0.0
        try:
            frames.send_reply(peer, status, outcome)
        except ConnectionError:
            return 0


def _invoke(handler: Handler, parse: Parser, event: bytes, context: Any) -> tuple[int, bytes]:
    try:
        answer = handler(parse(event), context)
        encoded = _ENCODER.encode(answer).encode()
        if len(encoded) > payload.MAXIMUM_RESPONSE_BYTES:
            return frames.FUNCTION_ERROR, errors.response_too_large(context.aws_request_id)
        return frames.OK, encoded
    except (Exception, SystemExit) as error:
        described = errors.report(error, context.aws_request_id)
        return frames.FUNCTION_ERROR, json.dumps(described).encode()


def _write_report(identity: Identity, request_id: str, took_ms: float, init_ms: float) -> None:
    """Write the last line of an invocation's log, like Lambda."""
    used_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if used_mb > identity.memory_mb:
        # ru_maxrss can include the memory of the process that started this one.
        used_mb = _peak_mb()
    cold = f"\tInit Duration: {init_ms:.2f} ms" if init_ms else ""
    sys.stdout.write(
        f"REPORT RequestId: {request_id}\tDuration: {took_ms:.2f} ms\tMemory Size: "
        f"{identity.memory_mb} MB\tMax Memory Used: {used_mb} MB{cold}\n"
    )
    if used_mb > identity.memory_mb:
        sys.stdout.write(
            f"[WARN] {used_mb} MB are more than the function's {identity.memory_mb} MB: Lambda "
            f"would have ended it (Runtime.ExitError, signal: killed)\tRequestId: {request_id}\n"
        )
    sys.stdout.flush()


def _peak_mb() -> int:
    """Return this process's own peak memory in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0
