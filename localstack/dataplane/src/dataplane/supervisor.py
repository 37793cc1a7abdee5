"""The supervisor: keeps the gateway and the poller running, and follows deployments."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dataplane import debuggers
from dataplane.children import Child, stop_all
from dataplane.cloudwatch import LogShipper
from dataplane.config import Options, api_function, default_strict_limit, mode_of
from dataplane.discovery import artefacts
from dataplane.discovery.deployments import Deployments
from dataplane.discovery.discover import NothingDeployedError, discover
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.sources import Sources
from dataplane.discovery.watch import Watch
from dataplane.http.stages import address
from dataplane.journal import Journal
from dataplane.logs import trim
from dataplane.metrics.exporter import Exporter
from dataplane.model import Deployment, FunctionSpec
from dataplane.process import package_folder
from dataplane.state_folder import StateFolder, write_atomically
from dataplane.worker import Site, launch

_TICK_S = 0.05
# How often watched folders are looked at.
_SOURCE_LOOK_S = 0.2
_SWAP_TIMEOUT_S = 30.0
_BACKLOG = 2048
# Longer than the limit of a request (29 s), so that only processes that hang are killed.
_STUCK_S = 35.0
# The poller can wait for batches in flight while it follows a redeployment.
_POLLER_STUCK_S = 120.0
# Added to the children's own grace period before they are killed.
_KILL_MARGIN_S = 2.0


class Supervisor:
    """Runs the data plane for one emulator.

    Raises
    ------
    OSError
        If the port is taken.
    NothingDeployedError
        If there is nothing to run.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._layout = StateFolder(options.state.resolve())
        self._layout.prepare()
        self._journal = Journal(self._layout.logs / "supervisor.log", "supervisor")
        self._site = Site(self._layout, options.emulator, options.region)
        self._emulator = Emulator(options.emulator, options.region)
        self._watch_emulator = Watch(self._emulator, options.stacks)
        self._fingerprint = self._watch_emulator.look()
        self._deployments = Deployments(self._layout.deployments)
        self._sources = Sources(options.watched)
        self._deployment = self._discover()
        self._listener = _listen(options.port)
        self._shipper = (
            LogShipper(self._layout, self._emulator.client("logs"), self._journal.write)
            if options.cloudwatch_logs
            else None
        )
        self._exporter = (
            Exporter(self._layout, self._emulator.client("logs"), options.metrics_port)
            if options.metrics_port is not None
            else None
        )
        self._gateways: list[Child] = []
        self._poller: Child | None = None
        self._stop = threading.Event()
        self._announced: bool | None = None
        self._trouble = ""
        self._told: set[str] = set()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT, then stop everything in order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self._layout.pid_file("supervisor").write_text(f"{os.getpid()}\n")
        self._publish(self._deployment)
        for line in debuggers.invitations(self._deployment):
            print(line, flush=True)
        self._gateways = self._make_gateways(self._deployment)
        if self._deployment.mappings:
            self._poller = self._make_poller()
        for child in self._children():
            child.start()
        if self._shipper is not None:
            self._shipper.start()
        if self._exporter is not None:
            self._exporter.start()
        next_look_s = time.monotonic() + self._options.follow_s
        next_source_look_s = 0.0
        while not self._stop.wait(_TICK_S):
            self._watch()
            if self._sources and time.monotonic() >= next_source_look_s:
                next_source_look_s = time.monotonic() + _SOURCE_LOOK_S
                if self._sources.have_changed():
                    self._change_to(self._sources.lay_over(self._deployment))
            if time.monotonic() >= next_look_s:
                self._end_stuck()
                self._follow()
                trim(self._layout)
                next_look_s = time.monotonic() + self._options.follow_s
        return self._shut_down()

    def _discover(self) -> Deployment:
        options = self._options
        found = discover(
            self._emulator,
            options.stacks,
            self._layout.code,
            self._deployments,
            options.msk_brokers,
        )
        return debuggers.lay_over(self._sources.lay_over(found), options.debugged)

    def _children(self) -> list[Child]:
        return [*self._gateways, *([self._poller] if self._poller else [])]

    def _watch(self) -> None:
        for child in self._children():
            ended = child.watch()
            if ended:
                self._journal.write(f"{child.name} ended ({ended}); restarting it")
        ready = all(child.is_ready() for child in self._children())
        if ready is not self._announced:
            self._announced = ready
            if ready:
                about = {
                    "url": self._url(),
                    "apis": self._addresses(),
                    "pid": os.getpid(),
                    "at": time.time(),
                    "warnings": list(self._deployment.warnings),
                }
                write_atomically(self._layout.ready, json.dumps(about))
                self._journal.write(f"ready: {about['url']}")
            else:
                self._layout.ready.unlink(missing_ok=True)

    def _end_stuck(self) -> None:
        """Kill a process with an old status file, because a function blocks its event loop."""
        for child in self._children():
            path = self._layout.status_file(child.name)
            if not child.is_ready() or not path.exists():
                continue
            silent_s = time.time() - max(path.stat().st_mtime, child.started_at)
            if silent_s > (_POLLER_STUCK_S if child is self._poller else _STUCK_S):
                self._journal.write(f"{child.name} was silent for {silent_s:.0f} s; killing it")
                child.signal(signal.SIGKILL)

    def _url(self) -> str | None:
        addresses = self._addresses()
        return addresses[0]["url"] if addresses else None

    def _addresses(self) -> list[dict[str, str]]:
        """Return the URLs of the APIs' stages."""
        apis, port = self._deployment.apis, self._options.port
        return [
            {"name": api.name, "stage": api.stage, "url": address(apis, number, port)}
            for number, api in enumerate(apis)
        ]

    def _publish(self, deployment: Deployment) -> None:
        self._deployment = deployment
        # Announce readiness again for the new deployment.
        self._announced = None
        write_atomically(self._layout.deployment, deployment.to_json())
        for warning in deployment.warnings:
            self._journal.write(f"warning: {warning}")

    def _follow(self) -> None:
        """Check for a new deployment, and run it."""
        try:
            seen = self._watch_emulator.look()
            if seen == self._fingerprint:
                self._trouble = ""
                return
            deployment = self._discover()
        except (ClientError, BotoCoreError, NothingDeployedError, OSError, ValueError) as error:
            # If the emulator is unavailable or a stack is being updated, keep the old deployment.
            if str(error) != self._trouble:
                self._journal.write(f"can't read the deployment: {error}")
            self._trouble = str(error)
            return
        self._fingerprint, self._trouble = seen, ""
        if deployment != self._deployment:
            self._change_to(deployment)

    def _change_to(self, deployment: Deployment) -> None:
        before = self._deployment
        self._publish(deployment)
        self._journal.write("the deployment changed")
        # Consumers first, because old consumers may not know what a new API sends.
        if self._poller is not None:
            self._poller.signal(signal.SIGHUP)
        elif deployment.mappings:
            self._poller = self._make_poller()
            self._poller.start()
        if _api_side(deployment) != _api_side(before):
            self._swap_gateways(deployment)
        used = {
            self._layout.code.joinpath(folder)
            for spec in deployment.functions.values()
            for folder in (spec.code_dir, *spec.layer_dirs)
        }
        artefacts.remove_unused(self._layout.code, used)

    def _swap_gateways(self, deployment: Deployment) -> None:
        """Start the new gateways, then stop the old ones, so that no request is refused."""
        old, new = self._gateways, self._make_gateways(deployment)
        if not new:
            # Connections that nobody accepts would wait forever.
            self._listener.shutdown(socket.SHUT_RDWR)
        for child in new:
            child.start()
        deadline_s = time.monotonic() + _SWAP_TIMEOUT_S
        while not all(child.is_ready() for child in new):
            if self._stop.wait(_TICK_S):
                break
            if any(child.watch() for child in new) or time.monotonic() > deadline_s:
                self._journal.write("the new gateway did not start; see its function's log")
                break
        self._gateways = new
        threading.Thread(
            target=stop_all, args=(old, self._options.grace_s + _KILL_MARGIN_S), daemon=True
        ).start()

    def _make_gateways(self, deployment: Deployment) -> list[Child]:
        if not deployment.apis:
            return []
        # Listen only once there is a gateway; otherwise, connections would wait forever.
        self._listener.listen(_BACKLOG)
        main = api_function(deployment.apis, deployment.functions)
        spec = deployment.functions[main] if main else _without_function(self._layout)
        busy = self._busy_gateways(deployment)
        concurrent, count = busy > 0, max(1, busy)

        def starter_of(name: str, number: int) -> Any:
            settings = {
                **self._common_settings(deployment),
                "listener_fd": self._listener.fileno(),
                "name": name,
                "concurrent": main if concurrent else None,
                "processes": count,
                "number": number,
            }

            def start(ready_fd: int) -> subprocess.Popen[bytes]:
                descriptors = (self._listener.fileno(), ready_fd)
                output = None if concurrent else self._layout.logs / "gateway.log"
                complete = {**settings, "ready_fd": ready_fd}
                return launch("gateway", spec, self._site, complete, descriptors, output)

            return start

        children = []
        for number in range(count):
            name = f"gateway.{number}"
            aliases = (f"worker.{spec.logical_id}.{number}",) if concurrent else ()
            children.append(Child(name, starter_of(name, number), self._layout, aliases))
        return children

    def _busy_gateways(self, deployment: Deployment) -> int:
        """Return how many gateways run a function in their process, which makes them busy."""
        main = api_function(deployment.apis, deployment.functions)
        if main is None:
            return 0
        mode = mode_of(deployment.functions[main], self._options.modes)
        return mode.processes if mode is not None and mode.kind == "concurrent" else 0

    def _make_poller(self) -> Child:
        def start(ready_fd: int) -> subprocess.Popen[bytes]:
            settings = {
                **self._common_settings(self._deployment),
                "rest_s": self._options.rest_s,
                "busy_gateways": self._busy_gateways(self._deployment),
                "ready_fd": ready_fd,
                "parent_pid": os.getpid(),
            }
            with (self._layout.logs / "poller.log").open("ab") as sink:
                return subprocess.Popen(
                    [sys.executable, "-m", "dataplane.poller", json.dumps(settings)],
                    env={**os.environ, "PYTHONPATH": str(package_folder())},
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    pass_fds=(ready_fd,),
                )

        return Child("poller", start, self._layout)

    def _common_settings(self, deployment: Deployment) -> dict[str, Any]:
        limits = {}
        main = api_function(deployment.apis, deployment.functions)
        for name, spec in deployment.functions.items():
            mode = mode_of(spec, self._options.modes)
            strict = mode is not None and mode.kind == "strict"
            if mode and not strict and name != main and name not in self._told:
                self._told.add(name)
                self._journal.write(f"{name} runs strict: concurrent is for the API's function")
            limits[name] = mode.processes if mode and strict else default_strict_limit()
        return {
            "root": str(self._layout.root),
            "deployment": str(self._layout.deployment),
            "endpoint": self._options.emulator,
            "region": self._options.region,
            "strict_limits": limits,
            "grace_s": self._options.grace_s,
            "keep": self._options.keep,
        }

    def _shut_down(self) -> int:
        self._layout.ready.unlink(missing_ok=True)
        self._journal.write("stopping")
        self._listener.close()
        children = self._children()
        clean = stop_all(children, self._options.grace_s + _KILL_MARGIN_S)
        if self._shipper is not None:
            self._shipper.stop()
        if self._exporter is not None:
            self._exporter.stop()
        for path in self._layout.pids.glob("*.pid"):
            path.unlink(missing_ok=True)
        self._journal.write("stopped" if clean else "stopped; some had to be killed")
        return 0


def _api_side(deployment: Deployment) -> tuple[Any, ...]:
    """Return the parts of the deployment that the gateway depends on."""
    names = sorted({name for api in deployment.apis for name in api.functions})
    return deployment.apis, [deployment.functions.get(name) for name in names]


def _without_function(layout: StateFolder) -> FunctionSpec:
    """Return a placeholder for a gateway without functions, such as one with only MOCK methods."""
    folder = str(layout.code)
    return FunctionSpec("gateway", "", "Gateway", "", "", folder, "", 30, 128)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise OSError(f"port {port} on 127.0.0.1 is taken; choose another with --port") from error
    return listener
