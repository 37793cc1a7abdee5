"""Sample the stack under load: the partitions' progress, CPU and memory."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from load.report.figures import GENERATOR, REPORTER
from load.run.usage import Usage, roots_of, usage
from local_cloud.config import Instance

SQL: Final = Path(__file__).with_name("sql")
#: The sampling interval, and so the precision of the times of applying, in seconds.
PROGRESS_INTERVAL_S: Final = 0.05
USAGE_INTERVAL_S: Final = 1.0


@dataclass
class Samples:
    """The samples. Times are in seconds since the Unix epoch.

    Attributes
    ----------
    progress
        By partition: each time at which its progress was seen to change, with its next offset.
    usage
        By time: the usage of each part.
    """

    progress: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    usage: list[tuple[float, dict[str, Usage]]] = field(default_factory=list)

    def note_progress(self, at_s: float, offsets: Mapping[int, int]) -> None:
        """Record the partitions' next offsets."""
        for partition, next_offset in offsets.items():
            seen = self.progress.setdefault(partition, [])
            if not seen or seen[-1][1] < next_offset:
                seen.append((at_s, next_offset))

    def next_offsets(self) -> dict[int, int]:
        """Return the latest next offset of each partition."""
        return {partition: seen[-1][1] for partition, seen in self.progress.items()}


class Ledger:
    """Connections to the ledger's databases that read its progress."""

    def __init__(self, urls: Sequence[str], topic: str) -> None:
        self._connections = [psycopg.connect(url, autocommit=True) for url in urls]
        self._topic = topic
        self._progress = (SQL / "progress.sql").read_bytes()
        self._under_way = (SQL / "under_way.sql").read_bytes()

    def next_offsets(self) -> dict[int, int]:
        """Return the next offset of each partition."""
        return {
            partition: next_offset
            for connection in self._connections
            for partition, next_offset in connection.execute(self._progress, {"topic": self._topic})
        }

    def under_way(self) -> int:
        """Return how much work is still in progress."""
        rows = [connection.execute(self._under_way).fetchone() for connection in self._connections]
        return sum(int(row[0]) for row in rows if row)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()


class Sampler:
    """Takes samples in a separate thread until it is stopped.

    Parameters
    ----------
    instance
        The instance whose processes are sampled.
    ledger
        Used only by this thread until it has stopped.
    """

    def __init__(self, instance: Instance, ledger: Ledger) -> None:
        self.samples = Samples()
        self.generator_pid: int | None = None
        self._instance = instance
        self._ledger = ledger
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self._problem: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> Samples:
        """Stop; return the samples.

        Raises
        ------
        psycopg.Error
            If the connection to the database was lost.
        """
        self._stopping.set()
        self._thread.join()
        self._ledger.close()
        if self._problem is not None:
            raise self._problem
        return self.samples

    def _run(self) -> None:
        usage_due_s = 0.0
        try:
            while not self._stopping.wait(PROGRESS_INTERVAL_S):
                offsets = self._ledger.next_offsets()
                # Taken after the read, so the progress was reached no later than this.
                self.samples.note_progress(time.time(), offsets)
                if time.monotonic() >= usage_due_s:
                    usage_due_s = time.monotonic() + USAGE_INTERVAL_S
                    self.samples.usage.append((time.time(), self._usage()))
        except (psycopg.Error, OSError) as error:
            self._problem = error

    def _usage(self) -> dict[str, Usage]:
        roots = roots_of(self._instance)
        if self.generator_pid is not None:
            roots[self.generator_pid] = GENERATOR
        roots[os.getpid()] = REPORTER
        found = usage(roots)
        if REPORTER in found:
            # Without its children, because k6's time is added to it when k6 ends.
            found[REPORTER] = Usage(time.process_time(), found[REPORTER].memory_bytes)
        return found
