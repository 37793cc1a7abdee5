"""Watch the ledger's progress in its log while something else generates load."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import psycopg

from handlers.platform.bounds import COMMANDS_TOPIC
from load.bench.statements import statement

_TOPIC = {"topic": COMMANDS_TOPIC}
INTERVAL_S = 0.025
#: How long the ledger may make no progress, with work left, before the wait fails.
STANDSTILL_S = 60.0
#: Everything counts as applied after this time without progress.
STILL_S = 3.0


class NotDrained(Exception):
    """The ledger stopped applying although there is work left."""


class Seen(NamedTuple):
    """The number of applied records at a time of the monotonic clock."""

    at_s: float
    applied: int


class Watch:
    """Samples the partitions' progress 40 times a second in a separate thread.

    Parameters
    ----------
    urls
        The databases' direct URLs, so that the samples don't affect the poolers' figures.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._connections = [psycopg.connect(url, autocommit=True) for url in urls]
        self._over = threading.Event()
        self.samples = [self._sample()]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def base(self) -> int:
        """The number of applied records when the watch began."""
        return self.samples[0].applied

    def _sample(self) -> Seen:
        query = statement("progress")
        rows = [one.execute(query, _TOPIC, prepare=True).fetchone() for one in self._connections]
        return Seen(time.monotonic(), sum(int(row[0]) for row in rows if row))

    def _run(self) -> None:
        while not self._over.wait(INTERVAL_S):
            self.samples.append(self._sample())

    def await_applied(self, count: int) -> float:
        """Wait until so many more records are applied than at the start; return the time.

        Raises
        ------
        NotDrained
            If nothing is applied for a minute, or the database is unavailable.
        """
        wanted, last, moved_s = self.base + count, -1, time.monotonic()
        while True:
            seen = self.samples[-1]
            if seen.applied >= wanted:
                return reached_s(self.samples, wanted)
            if seen.applied != last:
                last, moved_s = seen.applied, time.monotonic()
            stands = time.monotonic() - moved_s > STANDSTILL_S
            if stands or not self._thread.is_alive():
                raise NotDrained(f"{wanted - seen.applied} accepted commands are not applied")
            time.sleep(INTERVAL_S)

    def await_still(self) -> None:
        """Wait until nothing is applied for some seconds.

        Use this if requests got no response, because their commands may have been accepted.
        """
        last, moved_s = self.samples[-1].applied, time.monotonic()
        deadline = moved_s + STANDSTILL_S
        while time.monotonic() < min(deadline, moved_s + STILL_S):
            time.sleep(INTERVAL_S)
            if self.samples[-1].applied != last:
                last, moved_s = self.samples[-1].applied, time.monotonic()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()


def reached_s(samples: Sequence[Seen], wanted: int) -> float:
    """Return the time of the first sample with so many applied records.

    Raises
    ------
    ValueError
        If there is no such sample.
    """
    for sample in samples:
        if sample.applied >= wanted:
            return sample.at_s
    raise ValueError(f"no sample has {wanted} applied records")


def applied_at(samples: Sequence[Seen], moment_s: float) -> float:
    """Return the number of applied records at a time, interpolated linearly."""
    if moment_s <= samples[0].at_s:
        return samples[0].applied
    for before, after in pairwise(samples):
        if moment_s <= after.at_s:
            share = (moment_s - before.at_s) / (after.at_s - before.at_s)
            return before.applied + share * (after.applied - before.applied)
    return samples[-1].applied
