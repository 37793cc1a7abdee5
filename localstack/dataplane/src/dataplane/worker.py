"""The caller's side of a strict worker: its process, its socket, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dataplane import process
from dataplane.model import FunctionSpec
from dataplane.runtime import errors, frames
from dataplane.runtime.environment import Identity, function_environment, new_log_stream
from dataplane.state_folder import StateFolder

# Lambda gives a function ten seconds to initialize, then retries once within its timeout.
_INIT_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Site:
    """The state directory, the emulator and the region that functions use."""

    layout: StateFolder
    endpoint: str
    region: str


@dataclass(frozen=True)
class Invocation:
    """The result of an invocation: its JSON payload, and whether it is a function error."""

    payload: bytes
    failed: bool
    worker_lost: bool = False
    timed_out: bool = False


def identity_of(spec: FunctionSpec) -> Identity:
    """Return the identity of a new environment for a function."""
    return Identity(
        name=spec.name,
        arn=spec.arn,
        handler=spec.handler,
        memory_mb=spec.memory_mb,
        timeout_s=spec.timeout_s,
        code_dir=spec.code_dir,
        log_stream=new_log_stream(),
        layer_dirs=spec.layer_dirs,
        source_dir=spec.source_dir,
        debug_port=spec.debug_port,
    )


def launch(
    role: str,
    spec: FunctionSpec,
    site: Site,
    settings: dict[str, Any],
    pass_fds: tuple[int, ...],
    output: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that runs a function's code in the function's environment.

    Parameters
    ----------
    role
        ``strict`` or ``gateway``.
    settings
        The role's settings, in addition to the function's identity.
    output
        The file for its output; by default the function's log.
    """
    identity = identity_of(spec)
    complete = {
        "identity": asdict(identity),
        "package": str(process.package_folder()),
        "site_packages": process.site_packages(),
        "parent_pid": os.getpid(),
        **settings,
    }
    script = Path(__file__).parent / "runtime" / "bootstrap.py"
    # A debugger can't see into frozen modules, and says so in the function's log.
    debugged = ["-X", "frozen_modules=off"] if spec.debug_port is not None else []
    command = [sys.executable, "-S", "-P", *debugged, str(script), role, json.dumps(complete)]
    environment = function_environment(identity, spec.environment, site.endpoint, site.region)
    log = output or site.layout.function_log(spec.name)
    with log.open("ab") as sink:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            close_fds=True,
        )


class WorkerFailedError(RuntimeError):
    """A worker could not start. ``payload`` is Lambda's response."""

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload


class StrictWorker:
    """A running worker, for use by one thread or greenlet at a time.

    Parameters
    ----------
    name
        The name of its pid file.
    output
        The file for its output; by default the function's log.
    awaits_debugger
        Whether a debugged function loads only once a debugger is attached.

    Raises
    ------
    WorkerFailedError
        If the function's module can't be loaded, or its process ends first.
    """

    def __init__(
        self,
        spec: FunctionSpec,
        site: Site,
        name: str,
        *,
        output: Path | None = None,
        awaits_debugger: bool = False,
    ) -> None:
        self._timeout_s = spec.time_limit_s
        self._cores: frozenset[int] | None = None
        self._pid_file = site.layout.pid_file(name)
        ours, theirs = socket.socketpair()
        with theirs:
            settings = {"socket_fd": theirs.fileno(), "awaits_debugger": awaits_debugger}
            self._process = launch("strict", spec, site, settings, (theirs.fileno(),), output)
        self._peer = ours
        self._pid_file.write_text(f"{self._process.pid}\n")
        self._peer.settimeout(_INIT_TIMEOUT_S if spec.debug_port is None else self._timeout_s)
        try:
            status, payload = frames.receive_reply(self._peer)
        except OSError as error:
            self.kill()
            raise WorkerFailedError(errors.exited("init", self._process.returncode)) from error
        if status != frames.READY:
            self.kill()
            raise WorkerFailedError(payload)
        self.debug_port: int | None = json.loads(payload)["debug_port"]

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process is still running."""
        return self._process.poll() is None

    def use_cores(self, cores: frozenset[int]) -> None:
        """Run the function on these cores. Threads that it has started are not moved."""
        if cores != self._cores:
            self._cores = cores
            process.use_cores(self.pid, cores)

    def invoke(self, request_id: str, event: bytes, timeout_s: float | None = None) -> Invocation:
        """Run one invocation. A crash or a timeout ends this worker, never the caller."""
        limit_s = self._timeout_s if timeout_s is None else min(timeout_s, self._timeout_s)
        self._peer.settimeout(limit_s)
        try:
            frames.send_request(self._peer, request_id, int(limit_s * 1000), event)
            status, payload = frames.receive_reply(self._peer)
        except TimeoutError:
            self.kill()
            payload = errors.timed_out(request_id, limit_s)
            return Invocation(payload, True, worker_lost=True, timed_out=True)
        except OSError:
            self.kill()
            payload = errors.exited(request_id, self._process.returncode)
            return Invocation(payload, True, worker_lost=True)
        return Invocation(payload, status != frames.OK)

    def stop(self) -> None:
        """Close the socket so that the worker ends; kill it if it does not."""
        self._peer.close()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._remove_pid_file()

    def kill(self) -> None:
        """Kill the process and reap it."""
        self._peer.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._remove_pid_file()

    def _remove_pid_file(self) -> None:
        """Remove the pid file, unless a successor has written its own pid there."""
        with contextlib.suppress(OSError, ValueError):
            if int(self._pid_file.read_text()) == self._process.pid:
                self._pid_file.unlink()
