"""The schedule of faults, which a seed determines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, NamedTuple

How = Literal["kill", "freeze", "restart", "move"]
#: What the data plane's supervisor replaces by itself, by the prefix of its pid files.
SUPERVISED: Final = ("poller", "worker.Apply", "gateway")
#: What stays away until somebody starts it again, each after what it needs to start.
SERVICES: Final = ("postgres", "pgbouncer", "redis", "broker")
#: How long a fault lasts, in seconds: less and more than most timeouts, and hardly a moment.
SHORTEST_S: Final = 0.2
LONGEST_S: Final = 4.0
#: How many requests must be accepted before the next faults, so that they interrupt something.
LEAST_BETWEEN: Final = 50
MOST_BETWEEN: Final = 250
#: The share of steps with two faults at once.
PAIRED: Final = 0.35


@dataclass(frozen=True)
class Fault:
    """Something that happens to a part of the system."""

    how: How
    part: str

    def __str__(self) -> str:
        return f"{self.how} {self.part}"


class Step(NamedTuple):
    """One fault, or two that begin one after the other and end together.

    Attributes
    ----------
    between
        How many requests are accepted first.
    lasts_s
        How long a killed service stays away, and what is frozen stays frozen; the second of two
        faults, half as long.
    """

    between: int
    faults: tuple[Fault, ...]
    lasts_s: float

    def __str__(self) -> str:
        what = ", then ".join(map(str, self.faults))
        return f"after {self.between} accepted: {what} for {self.lasts_s:.1f} s"


#: A partition moves to another shard. That is no fault, but must bear all of them.
MOVE: Final = Fault("move", "partition")


def every_fault(services: Sequence[str] = SERVICES, shards: int = 1) -> list[Fault]:
    """Return each fault once. What is supervised can't be restarted by itself."""
    return [
        *(Fault("kill", part) for part in (*SUPERVISED, *services)),
        *(Fault("freeze", part) for part in (*SUPERVISED, *services)),
        *(Fault("restart", part) for part in services),
        *([MOVE] if shards > 1 else []),
    ]


def steps(seed: int, faults: Sequence[Fault]) -> Iterator[Step]:
    """Yield steps without end. Each fault occurs once before any occurs again."""
    random = Random(seed)
    while True:
        yield from _deal(random, faults)


def round_of(seed: int, faults: Sequence[Fault]) -> list[Step]:
    """Return a seed's first steps, with each fault once."""
    return list(_deal(Random(seed), faults))


def _deal(random: Random, faults: Sequence[Fault]) -> Iterator[Step]:
    left = random.sample(faults, len(faults))
    while left:
        chosen = [left.pop()]
        others = [fault for fault in left if fault.part != chosen[0].part]
        if others and random.random() < PAIRED:
            chosen.append(random.choice(others))
            left.remove(chosen[1])
        between = random.randint(LEAST_BETWEEN, MOST_BETWEEN)
        yield Step(between, tuple(chosen), round(random.uniform(SHORTEST_S, LONGEST_S), 1))
