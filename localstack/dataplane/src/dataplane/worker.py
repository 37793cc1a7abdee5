"""One strict worker as its caller sees it: a process, a socket to it, and how it can end."""

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

# Lambda gives a function ten seconds to initialise, then tries once more within its timeout.
_INIT_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Site:
    """Where functions run: the state folder, the emulator they talk to, and the region."""

    layout: StateFolder
    endpoint: str
    region: str


@dataclass(frozen=True)
class Invocation:
    """The outcome of one invocation: its JSON payload, and whether it's a function error."""

    payload: bytes
    failed: bool
    worker_lost: bool = False
    timed_out: bool = False


def identity_of(spec: FunctionSpec) -> Identity:
    """Return a fresh environment's identity for a function."""
    return Identity(
        name=spec.name,
        arn=spec.arn,
        handler=spec.handler,
        memory_mb=spec.memory_mb,
        timeout_s=spec.timeout_s,
        code_dir=spec.code_dir,
        log_stream=new_log_stream(),
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
        What the role needs beyond the function's identity.
    output
        Where its output goes; the function's log when None.
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
    command = [sys.executable, "-S", "-P", str(script), role, json.dumps(complete)]
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
    """A worker couldn't start. ``payload`` is what Lambda would answer."""

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload


class StrictWorker:
    """A running worker. Used by one thread (or greenlet) at a time.

    Raises
    ------
    WorkerFailedError
        When the function's module can't be loaded, or its process ends first.
    """

    def __init__(self, spec: FunctionSpec, site: Site, name: str) -> None:
        self._timeout_s = spec.timeout_s
        self._cores: frozenset[int] | None = None
        self._pid_file = site.layout.pid_file(name)
        ours, theirs = socket.socketpair()
        with theirs:
            settings = {"socket_fd": theirs.fileno()}
            self._process = launch("strict", spec, site, settings, (theirs.fileno(),))
        self._peer = ours
        self._pid_file.write_text(f"{self._process.pid}\n")
        self._peer.settimeout(_INIT_TIMEOUT_S)
        try:
            status, payload = frames.receive_reply(self._peer)
        except OSError as error:
            self.kill()
            raise WorkerFailedError(errors.exited("init", self._process.returncode)) from error
        if status != frames.READY:
            self.kill()
            raise WorkerFailedError(payload)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def use_cores(self, cores: frozenset[int]) -> None:
        """Have the function run on these cores; threads that it has started stay where they are."""
        if cores != self._cores:
            self._cores = cores
            process.use_cores(self.pid, cores)

    def invoke(self, request_id: str, event: bytes, timeout_s: float | None = None) -> Invocation:
        """Run one invocation; a crash or a timeout costs this worker, never the caller."""
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
        """Let the worker end by itself (its socket closes), or kill it when it doesn't."""
        self._peer.close()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._remove_pid_file()

    def kill(self) -> None:
        """End the process now and reap it."""
        self._peer.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._remove_pid_file()

    def _remove_pid_file(self) -> None:
        """Remove the file, unless a successor has noted its own pid there."""
        with contextlib.suppress(OSError, ValueError):
            if int(self._pid_file.read_text()) == self._process.pid:
                self._pid_file.unlink()
