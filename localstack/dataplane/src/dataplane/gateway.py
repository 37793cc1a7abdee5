"""The gateway's process. One function can run in this process; others run in strict workers.

In concurrent mode, the function runs in this process, so a request needs no message to another one.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gevent import monkey

monkey.patch_all()

# Everything imported from here on is patched.
import gevent
from gevent.event import Event

from dataplane.http import body_models
from dataplane.http.frontend import Frontend
from dataplane.http.server import MAXIMUM_CONNECTIONS, HttpServer
from dataplane.http.stages import Stages
from dataplane.invokers import (
    BrokenInvoker,
    ConcurrentInvoker,
    KeepingInvoker,
    ReportingInvoker,
    ReservedInvoker,
    StrictInvoker,
)
from dataplane.journal import Journal
from dataplane.keeper import Keeper
from dataplane.model import Deployment, FunctionSpec, RestApi
from dataplane.pool import StrictPool
from dataplane.process import Room, collect_less, die_with_parent
from dataplane.runtime import errors, loader
from dataplane.runtime.environment import Identity
from dataplane.state_folder import StateFolder, write_atomically
from dataplane.worker import Site

Invokers = dict[str, ReportingInvoker]

_BROKEN_LIFE_S = 3.0
# The usual account of emulators, used if no function's ARN has another one.
_ACCOUNT = "000000000000"
_OUTPUT_BUFFER_BYTES = 65_536
_OUTPUT_INTERVAL_S = 0.1
# File descriptors for the function's clients and files, in addition to connections.
_OTHER_FILES = 1024


def main(settings: dict[str, Any], folders: list[str]) -> int:
    """Run a gateway process until SIGTERM.

    Parameters
    ----------
    settings
        ``root``, ``deployment`` (a file), ``endpoint``, ``region``, ``listener_fd``, ``ready_fd``,
        ``name``, ``concurrent`` (a function's name or None), ``processes`` (their number),
        ``strict_limits``, ``grace_s``, ``keep`` (which invocations are kept, or None).
    folders
        The directories of the data plane's packages, removed from the path before the function
        loads.
    """
    die_with_parent(settings["parent_pid"])
    _make_room_for_connections()
    layout = StateFolder(Path(settings["root"]))
    journal = Journal(layout.logs / "gateway.log", settings["name"])
    deployment = Deployment.from_json(Path(settings["deployment"]).read_text())
    apis = deployment.apis
    if not apis:
        raise SystemExit("the deployment has no REST API")
    site = Site(layout, settings["endpoint"], settings["region"])
    listener = socket.socket(fileno=settings["listener_fd"])
    for api in apis:
        body_models.prepare(api)
    keeper = Keeper.of_process(layout, settings, journal.write)
    pools = _pools(apis, deployment, site, settings, keeper)
    invokers: Invokers = {name: StrictInvoker(pool) for name, pool in pools.items()}
    started = time.perf_counter()
    broken = None
    if settings["concurrent"]:
        Room.with_gateways(settings["processes"]).take(settings["number"])
        _gather_output()
        identity = Identity(**settings["identity"])
        os.chdir(identity.code_dir)
        packages = loader.RUNTIME_PACKAGES | loader.CONCURRENT_PACKAGES
        loader.narrow_path(
            identity.code_dir, packages, folders, identity.layer_dirs, identity.source_dir
        )
        try:
            handler = loader.load_handler(identity.handler)
            spec = deployment.functions[identity.name].shared(settings["processes"])
            invokers[identity.name] = _in_process(handler, identity, spec, keeper)
        except (Exception, SystemExit) as error:
            broken = json.dumps(errors.report(error, "init"))
            journal.write(f"can't load {identity.name}: {broken}")
            invokers[identity.name] = BrokenInvoker(broken)
    for pool in pools.values():
        gevent.spawn(pool.warm, 1)
    init_ms = (time.perf_counter() - started) * 1000
    port = listener.getsockname()[1]
    frontend = _frontend(apis, deployment, invokers, port, settings, journal)
    return _serve(settings, layout, journal, listener, frontend, invokers, pools, init_ms, broken)


def _frontend(
    apis: Sequence[RestApi],
    deployment: Deployment,
    invokers: Invokers,
    port: int,
    settings: dict[str, Any],
    journal: Journal,
) -> Frontend | Stages:
    """Return the request handler. A single API needs only its own frontend."""
    arns = [spec.arn.split(":") for spec in deployment.functions.values()]
    account_id = arns[0][4] if arns else _ACCOUNT
    made = [
        Frontend(
            api,
            invokers,
            account_id,
            port,
            settings["processes"],
            region=settings["region"],
            note=journal.write,
            quotas=StateFolder(Path(settings["root"])).quotas,
        )
        for api in apis
    ]
    return made[0] if len(made) == 1 else Stages(list(zip(apis, made, strict=True)))


def _in_process(
    handler: loader.Handler, identity: Identity, spec: FunctionSpec, keeper: Keeper | None
) -> ReportingInvoker:
    """Return the invoker of the function in this process, with no more layers than it needs."""
    invoker: ReportingInvoker = ConcurrentInvoker(handler, identity)
    if keeper is not None:
        invoker = KeepingInvoker(invoker, spec.name, keeper)
    if spec.reserved_concurrency is not None:
        invoker = ReservedInvoker(invoker, spec.reserved_concurrency)
    return invoker


def _make_room_for_connections() -> None:
    """Raise the limit of open files, usually 1,024, to the maximum number of connections."""
    wanted = MAXIMUM_CONNECTIONS + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _gather_output() -> None:
    """Flush the function's output a few times a second instead of after each line.

    A kill can lose the last lines. Strict workers write each line at once, like Lambda.
    """
    stdout = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(1, "w", closefd=False), _OUTPUT_BUFFER_BYTES),
        encoding="utf-8",
        errors="backslashreplace",
    )
    sys.stdout = stdout

    def flush() -> None:
        while True:
            gevent.sleep(_OUTPUT_INTERVAL_S)
            stdout.flush()

    gevent.spawn(flush)


def _pools(
    apis: Sequence[RestApi],
    deployment: Deployment,
    site: Site,
    settings: dict[str, Any],
    keeper: Keeper | None,
) -> dict[str, StrictPool]:
    """Return a pool for each function of the APIs, except the one in this process."""
    names = {name for api in apis for name in api.functions} - {settings["concurrent"]}
    specs = {
        name: deployment.functions[name].shared(settings["processes"])
        for name in sorted(names)
        if name in deployment.functions
    }
    limits = settings["strict_limits"]
    return {name: StrictPool(spec, site, limits[name], keeper) for name, spec in specs.items()}


def _serve(
    settings: dict[str, Any],
    layout: StateFolder,
    journal: Journal,
    listener: socket.socket,
    frontend: Frontend | Stages,
    invokers: Invokers,
    pools: dict[str, StrictPool],
    init_ms: float,
    broken: str | None,
) -> int:
    """Serve until stopped, or only for a few seconds if the function can't be loaded."""
    server = HttpServer(
        listener,
        lambda request, ip, keep_alive: frontend.answer(request, ip, keep_alive=keep_alive),
        frontend.refuse,
    )
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    gevent.signal_handler(
        signal.SIGUSR1, lambda: (layout.logs / "stacks.log").write_text(server.stacks())
    )
    begun = time.time()
    status_file = layout.status_file(settings["name"])

    def status() -> str:
        return json.dumps(
            {
                "pid": os.getpid(),
                "since": begun,
                "at": time.time(),
                "function_in_process": settings["concurrent"],
                "init_ms": round(init_ms, 1),
                "broken": broken,
                "connections": server.connections,
                "in_flight": server.in_flight,
                "requests": frontend.statuses.total(),
                "statuses": dict(frontend.statuses),
                "latencies": frontend.describe(),
                "invocations": {name: one.describe() for name, one in invokers.items()},
            }
        )

    server.start()
    write_atomically(status_file, status())
    journal.write(f"serving on port {listener.getsockname()[1]}, ready in {init_ms:.0f} ms")
    os.write(settings["ready_fd"], b"ready\n")
    os.close(settings["ready_fd"])
    collect_less()
    threads = gevent.get_hub().threadpool
    # If the function can't be loaded, the next process tries again.
    end_s = time.monotonic() + (_BROKEN_LIFE_S if broken else float("inf"))
    while not stop.wait(1.0) and time.monotonic() < end_s:
        # In a thread, so that a busy disk does not delay requests.
        threads.apply(write_atomically, (status_file, status()))
    finished = server.drain(settings["grace_s"])
    for pool in pools.values():
        pool.close()
    journal.write("stopped" if finished else "stopped with requests unfinished")
    sys.stdout.flush()
    return 1 if broken else 0
