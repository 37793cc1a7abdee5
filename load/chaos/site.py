"""A running instance: its addresses, its processes, and what its database and log contain."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from handlers.platform.bounds import SETTINGS
from load.chaos.parts import ROOT, Parts
from load.judge.topic import TopicRecord, read_topic
from local_cloud.services.dataplane import health_problem

COMMANDS = SETTINGS["COMMANDS_TOPIC"].read({})
_UNDELIVERED = re.compile(r"partition \d+: offsets \d+ to \d+ were not delivered[^\"\n]*")
# A shard keeps the row of a partition that it had, which says where it is now.
_PROGRESS = """
    select partition, next_offset from ledger.partition_progress
    where topic = %s and shard is null
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running instance.

    Attributes
    ----------
    database_url
        The home database.
    further_urls
        The further shards' databases.
    state
        Its state directory.
    tree
        The clone whose code it runs.
    """

    api_url: str
    database_url: str
    kafka: str
    state: Path
    broker: str = ""
    tree: Path = ROOT
    further_urls: tuple[str, ...] = ()

    @property
    def shards(self) -> int:
        """How many databases it has."""
        return 1 + len(self.further_urls)

    @property
    def parts(self) -> Parts:
        """Its processes."""
        return Parts(self.state, self.tree)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read rows from the home database."""
        return _rows(self.database_url, query, parameters)

    def all_rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read rows from all databases."""
        urls = (self.database_url, *self.further_urls)
        return [row for url in urls for row in _rows(url, query, parameters)]

    def topic(self) -> list[list[TopicRecord]]:
        """Read the whole commands topic."""
        return read_topic(self.kafka, COMMANDS)

    def ends(self) -> dict[int, int]:
        """Return where each partition of the commands topic ends."""
        return {number: len(part) for number, part in enumerate(self.topic())}

    def is_drained(self, ends: Mapping[int, int] | None = None) -> bool:
        """Return whether every record is applied and nothing is left to publish."""
        known = self.ends() if ends is None else ends
        progress = dict(self.all_rows(_PROGRESS, COMMANDS))
        outbox = self.all_rows("select 1 from ledger.outbox limit 1")
        return not outbox and all(
            progress.get(number, 0) >= end for number, end in known.items() if end
        )

    def drains(self, timeout_s: float) -> bool:
        """Wait until the log is applied, with second legs and settlements; return whether it is."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            # Applying can append records, so repeat until a full read finds all of them applied.
            ends = self.ends()
            if self.is_drained(ends) and self.ends() == ends:
                return True
            time.sleep(0.2)
        return False

    def is_healthy(self) -> bool:
        """Return whether the API responds, and its services do."""
        return health_problem(self.api_url) is None


def _rows(url: str, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.read_only = True
        return connection.execute(query.encode(), parameters or None).fetchall()


def further_urls(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the further shards' databases that an environment names."""
    return tuple(filter(None, environment.get("LEDGERLANE_SHARD_URLS", "").split(",")))


def site_of(state: Path, environment: Mapping[str, str], tree: Path = ROOT) -> Site:
    """Return the instance whose addresses are in an environment (``local_cloud env``)."""
    return Site(
        api_url=environment["LEDGERLANE_API_URL"],
        database_url=environment["LEDGERLANE_DATABASE_URL"],
        further_urls=further_urls(environment),
        kafka=environment["LEDGERLANE_KAFKA"],
        broker=environment.get("LEDGERLANE_BROKER", ""),
        state=state,
        tree=tree,
    )


def application_log(state: Path) -> dict[Path, int]:
    """Return the apply function's logs, and how long each is now."""
    logs = state.glob("dataplane/logs/functions/*-apply.log*")
    return {path: path.stat().st_size for path in logs}


def undelivered(state: Path, since: Mapping[Path, int]) -> list[str]:
    """Return what the apply function reported as not delivered to it, since its logs were shorter.

    It reads such records from the log itself (decision 8), so clients do not miss them. But a
    poller that skips records is a fault.
    """
    found = []
    for path in application_log(state):
        with path.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(since.get(path, 0))
            found += [match.group() for line in lines if (match := _UNDELIVERED.search(line))]
    return found
