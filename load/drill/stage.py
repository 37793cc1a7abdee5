"""The instance that a drill breaks, and the commands that mend it, which are the runbooks'."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from handlers.platform.bounds import COMMANDS_TOPIC
from load.judge.topic import TopicRecord, TopicUnreadable, read_topic
from local_cloud.addresses import addresses
from local_cloud.config import MODULES, ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.ports import free_block
from local_cloud.stack import every_service
from local_cloud.up import clean, up

STATE = ROOT / ".cache" / "drill"
#: Other than those of `make up`, `make test` and the benchmarks.
FIRST_PORT, LAST_PORT = 22000, 24000
PATIENCE_S = 180.0
QUIET = Progress(quiet=True)
_KEPT = ("LEDGERLANE_CACHE", "PARTITIONS")


class DrillFailed(Exception):
    """A step of the drill did not do what it must."""


class Stage:
    """A running instance of its own.

    Parameters
    ----------
    instance : Instance
        The instance.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def command(self, *arguments: str) -> str:
        """Run a command as a user would (`make restore` is `restore`), and return its output.

        Raises
        ------
        DrillFailed
            If it fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "local_cloud", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": MODULES,
                "LEDGERLANE_STATE": str(self.instance.state),
                "LEDGERLANE_BACKUPS": str(backups_of(self.instance.state)),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DrillFailed(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def kill(self, *names: str) -> None:
        """Kill services with SIGKILL, as a crash would, and wait until they are gone."""
        services = [one for one in every_service(self.instance) if one.name in names]
        for service in services:
            process = service.process
            if process is not None:
                os.kill(process.pid, signal.SIGKILL)
        wait_until(
            lambda: all(one.process is None for one in services), f"{', '.join(names)} to be gone"
        )

    def signal_poller(self, number: signal.Signals) -> None:
        """Signal the data plane's poller, for example to freeze it."""
        for file in (self.instance.state / "dataplane" / "pids").glob("poller*.pid"):
            os.kill(int(file.read_text()), number)

    def topic(self) -> list[list[TopicRecord]]:
        """Read the whole log."""
        return read_topic(self.instance.kafka_bootstrap, COMMANDS_TOPIC)

    def rows(self, query: str, *parameters: object, shard: int = 1) -> list[tuple[Any, ...]]:
        """Read rows of the ledger, as one of its databases has them."""
        url = self.instance.database_url_of(shard)
        with psycopg.connect(url, connect_timeout=10) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    def all_rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read rows of the ledger, of all databases together."""
        shards = self.instance.shard_numbers
        return [row for shard in shards for row in self.rows(query, *parameters, shard=shard)]

    def try_rows(self, query: str) -> None:
        """Run a query that may fail, because the database is ill."""
        with contextlib.suppress(psycopg.Error):
            self.rows(query)

    def await_drained(self) -> None:
        """Wait until everything in the log is applied, and nothing more is sent.

        Raises
        ------
        DrillFailed
            If that takes too long.
        """
        wait_until(self._is_drained, "the log to be applied")

    def _is_drained(self) -> bool:
        # Applying can append records, so nothing may be new after all of them are applied.
        try:
            before = [len(part) for part in self.topic()]
            reached: dict[Any, Any] = dict(
                self.all_rows(
                    "select partition, next_offset from ledger.partition_progress "
                    "where topic = %s and shard is null",
                    COMMANDS_TOPIC,
                )
            )
            waiting = self.all_rows("select 1 from ledger.outbox limit 1")
            after = [len(part) for part in self.topic()]
        except (psycopg.OperationalError, TopicUnreadable):
            return False
        ends = {partition: end for partition, end in enumerate(after) if end}
        is_applied = all(reached.get(partition) == end for partition, end in ends.items())
        return before == after and not waiting and is_applied

    def rebuild_differs(self) -> str:
        """Rebuild the ledger from the log; return what differs, empty if nothing does."""
        return self._complaint("functions.rebuild", "check")

    def audit_finds(self) -> str:
        """Audit the books; return what is wrong, empty if nothing is."""
        return self._complaint("functions.audit")

    def _complaint(self, *module: str) -> str:
        """Run a module that fails if something is wrong, and return what it says then."""
        done = subprocess.run(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env={**os.environ, **addresses(self.instance), "PYTHONPATH": MODULES},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Wait for a condition.

    Raises
    ------
    DrillFailed
        If it is not met in time.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            raise DrillFailed(f"waited {timeout_s:.0f} s in vain for {what}")
        time.sleep(0.1)


def backups_of(state: Path) -> Path:
    """Return where a drill's instance has its backups."""
    return state.with_name(f"{state.name}-backups")


@contextmanager
def stage(
    progress: Progress, brokers: int = 1, shards: int = 1, state: Path = STATE
) -> Iterator[Stage]:
    """Start a new instance like ``make up``, and remove it with its backups at the end.

    Parameters
    ----------
    brokers : int
        How many brokers it has.
    shards : int
        How many databases it has.
    state : Path
        Its state directory.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"BROKERS": str(brokers), "SHARDS": str(shards), "OBSERVE": "0"}
    remove(state)
    first = free_block(len(Ports.names()), FIRST_PORT, LAST_PORT)
    instance = load_instance(environment, state=state, ports_from=first)
    try:
        up(instance, progress)
        yield Stage(instance)
    finally:
        remove(state)


def remove(state: Path) -> None:
    """Remove an instance and its backups, if there are any."""
    left = load_instance({}, state=state)
    if left.exists:
        clean(left, QUIET)
    shutil.rmtree(backups_of(state), ignore_errors=True)
    state.with_name(f"{state.name}-backup.key").unlink(missing_ok=True)
