"""A temporary instance for a benchmark."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg

from load.bench import wal
from load.bench.target import ROOT, Target, TargetError
from local_cloud.config import Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.install.wrk import install_wrk
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import restart, stop_all
from local_cloud.ports import free_block
from local_cloud.stack import exclusive, find_service, servers
from local_cloud.up import clean, up

STATE = ROOT / ".cache" / "bench-own"
# Different from those of `make up` and `make test`, and below the kernel's ephemeral ports.
FIRST_PORT, LAST_PORT = 24000, 27000
_KEPT = ("LEDGERLANE_CACHE", "PARTITIONS", "SHARDS")


@contextlib.contextmanager
def own_instance(progress: Progress, state: Path = STATE) -> Iterator[Target]:
    """Start a new instance like ``make up``, and remove it at the end.

    Raises
    ------
    TargetError
        If it would run in containers.
    LocalCloudError
        If it does not start.
    """
    if os.environ.get("SERVICES", "").strip().lower() == "compose":
        raise TargetError("benchmarks can't measure containers; unset SERVICES")
    install_wrk()
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    left = load_instance(environment, state=state)
    if left.exists:
        clean(left, Progress(quiet=True))
    first = free_block(len(Ports.names()), FIRST_PORT, LAST_PORT)
    instance = load_instance(environment, state=state, ports_from=first)
    try:
        # Before the application starts, because it restarts the database.
        up(instance, progress, only_services=True)
        keep_commit_times(instance)
        for url in instance.database_urls:
            with psycopg.connect(url, autocommit=True) as admin:
                wal.lay_ready(admin)
        up(instance, progress)
        yield Target(instance)
    finally:
        with held_back():
            clean(instance, Progress(quiet=True))


def keep_commit_times(instance: Instance) -> None:
    """Make each PostgreSQL record commit times, which requires a restart."""
    for url in instance.database_urls:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("alter system set track_commit_timestamp = on")
    with exclusive(instance):
        for server in servers(instance):
            restart(server, Progress(quiet=True))


def stop_application(target: Target) -> None:
    """Stop the gateway, the workers and the poller, but not the services."""
    with exclusive(target.instance):
        stop_all([find_service(target.instance, "dataplane")], Progress(quiet=True))
