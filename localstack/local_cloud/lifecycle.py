"""Start services together and stop them one by one, leaving nothing half done."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from local_cloud.config import Instance, Ports
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import held_back
from local_cloud.ports import becomes_free, holder
from local_cloud.process import Process, marked_processes, start, stop
from local_cloud.services.base import Service

READY_POLL_S = 0.05
TAIL_LINES = 12
TAIL_BYTES = 16384


def check_ports(services: Iterable[Service]) -> None:
    """Check that every port the services need is free.

    Raises
    ------
    LocalCloudError
        If a port is taken. The error names each one, its holder if visible, and its variable.
    """
    taken = []
    for service in services:
        for name in service.port_names:
            port = int(getattr(service.instance.ports, name))
            if not becomes_free(port):
                who = holder(port)
                taken.append((service.title, name, port, f" by {who}" if who else ""))
    if not taken:
        return
    problems = [f"port {port} ({title}) is taken{who}" for title, _, port, who in taken]
    variables = " ".join(f"{Ports.variable(name)}=<another>" for _, name, _, _ in taken)
    raise LocalCloudError("; ".join(problems), f"stop that process, or set {variables}")


def start_all(services: Sequence[Service], progress: Progress) -> list[Service]:
    """Start the services that are not running, and wait until each is ready.

    All are launched at once and then awaited in order, so that they boot in parallel. If one
    fails, the ones that this call started are stopped again.

    Returns
    -------
    list of Service
        The services that were started.

    Raises
    ------
    LocalCloudError
        If a port is taken, or a service does not start.
    """
    idle = [service for service in services if service.process is None]
    check_ports(idle)
    started: list[Service] = []
    try:
        begun: dict[str, float] = {}
        for service in idle:
            begun[service.name] = time.monotonic()
            started.append(service)
            launch_service(service)
        for service in services:
            with progress.step(service.title, "starting", begun.get(service.name)) as step:
                text = f"{service.version()} on port {service.port}"
                if service in idle:
                    _await(service)
                    service.after_start()
                    step.text = f"{text}; {service.note()}" if service.note() else text
                else:
                    service.check()
                    step.skip(f"{text}, already running")
    except BaseException:
        with held_back():
            stop_all(started, Progress(quiet=True))
        raise
    return started


def launch_service(service: Service) -> Process:
    """Launch a service and record its process. It may not be ready yet."""
    launch = service.prepare()
    rotate(service.log)
    mark = str(service.instance.state)
    try:
        with held_back():
            process = start(
                service.name, launch, service.log, service.port, mark, service.version()
            )
            process.write(service.instance.run)
    except OSError as error:
        raise LocalCloudError(
            f"can't start {service.title} ({error})", f"see {service.log}"
        ) from error
    return process


def rotate(log: Path) -> None:
    """Keep the log of the previous run, and no older one."""
    if log.exists() and log.stat().st_size > 0:
        log.replace(log.with_name(log.name + ".1"))


def _await(service: Service) -> None:
    deadline = time.monotonic() + service.start_patience_s
    while True:
        if service.process is None:
            raise LocalCloudError(
                f"{service.title} stopped while it was starting",
                f"see {service.log}",
                tail(service.log),
            )
        if service.ready():
            return
        if time.monotonic() >= deadline:
            raise LocalCloudError(
                f"{service.title} is not ready after {service.start_patience_s:.0f} s",
                f"see {service.log}",
                tail(service.log),
            )
        time.sleep(READY_POLL_S)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, reading no more than its end."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL_BYTES))
            text = stream.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def restart(service: Service, progress: Progress) -> None:
    """Stop a service if it is running, and start it again.

    Raises
    ------
    LocalCloudError
        If it does not start.
    """
    stop_all([service], progress)
    start_all([service], progress)


def stop_all(services: Iterable[Service], progress: Progress) -> list[str]:
    """Stop the services in the given order. Services that are not running are skipped.

    Returns
    -------
    list of str
        The names of the services that were stopped.
    """
    stopped = []
    for service in services:
        process = service.process
        if process is not None:
            with progress.step(service.title, "stopping") as step:
                service.before_stop()
                gentle = stop(process, service.stop_signal, service.stop_patience_s)
                step.text = "stopped" if gentle else "killed, because it did not stop in time"
            stopped.append(service.name)
        service.after_stop()
    return stopped


def stop_leftovers(instance: Instance) -> int:
    """Stop every process that still carries the instance's mark; return their number."""
    found = marked_processes(str(instance.state))
    for process in found:
        stop(process, Service.stop_signal, 5.0)
    return len(found)
