"""What a scenario is given, and what one round of it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from load.bench.people import People
from load.bench.proof import Proof
from load.bench.target import Target

#: Enough that nothing has to wait for a client, and few enough that no client waits for long.
CONNECTIONS: Final = 128


@dataclass(frozen=True)
class Site:
    """Where a scenario runs and how much of it.

    Attributes
    ----------
    folder
        For the files that the load generator reads.
    connections
        Keep-alive connections that each have one request under way.
    seconds
        How long requests are sent in a round.
    batch
        Commands in one request of the batch scenario.
    rate
        Requests a second of the paced scenario.
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
        By name, with the unit at its end.
    cpu_us
        CPU time an operation by part, in microseconds.
    proof
        How the ledger compares with what was sent, where something was.
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
        Runs one round; its second argument is a name that was never used before.
    """

    name: str
    title: str
    headline: str
    measure: Callable[[Site, str], Measured]
