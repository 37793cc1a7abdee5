"""The parameters of a scenario, and the results of one round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from load.bench.people import People
from load.bench.proof import Proof
from load.bench.target import Target

#: Enough to keep the system busy, and few enough that no client waits for long.
CONNECTIONS: Final = 128


@dataclass(frozen=True)
class Site:
    """Where a scenario runs, and its size.

    Attributes
    ----------
    folder
        The directory of the load generator's input files.
    connections
        The number of keep-alive connections with one request each.
    seconds
        How long requests are sent in a round.
    batch
        The commands per request of the batch scenario.
    rate
        The requests per second of the paced scenario.
    """

    target: Target
    people: People
    folder: Path
    connections: int = CONNECTIONS
    seconds: float = 6.0
    batch: int = 100
    rate: int = 1000


@dataclass(frozen=True)
class Measured:
    """One round of a scenario.

    Attributes
    ----------
    figures
        By name, which ends with the unit.
    cpu_us
        Each part's CPU time per operation, in microseconds.
    proof
        The comparison of the ledger with what was sent, if commands were sent.
    """

    figures: dict[str, float]
    cpu_us: dict[str, float]
    proof: Proof | None = None


@dataclass(frozen=True)
class Scenario:
    """A kind of load.

    Attributes
    ----------
    headline
        The figure that is compared with the yardstick and between revisions.
    measure
        Runs one round. Its second argument is a unique name.
    """

    name: str
    title: str
    headline: str
    measure: Callable[[Site, str], Measured]
