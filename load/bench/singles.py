"""Deposits one by one: how many are accepted, how many applied, and how far apart the two are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from load.bench.figures import each_us
from load.bench.generator import Driven, drive
from load.bench.people import People, single_deposits
from load.bench.progress import Seen, Watch, applied_at
from load.bench.proof import Proof, database_now, prove
from load.bench.target import Target, cpu_used


@dataclass(frozen=True)
class Measured:
    """One round of a scenario.

    Attributes
    ----------
    figures
        By name, with the unit at its end.
    cpu_us
        CPU time an operation by part, in microseconds.
    """

    figures: dict[str, float]
    cpu_us: dict[str, float]
    proof: Proof | None = None


def measure(
    target: Target, people: People, folder: Path, run: str, connections: int, seconds: float
) -> Measured:
    """Send deposits for some seconds, wait until all are applied, and prove the books.

    Parameters
    ----------
    run
        A name that was never used before: idempotency keys are made of it.
    """
    instance = target.instance
    lines = people.write_accounts(folder / "accounts")
    since = database_now(instance.database_url)
    watch = Watch(instance.database_url)
    try:
        cpu = target.cpu()
        url = f"{instance.api_url}/deposits"
        driven = drive("singles", url, connections, seconds, [lines, run])
        end_s = watch.await_applied(driven.accepted)
        used_s = cpu_used(cpu, target.cpu()) | {"load generator": driven.cpu_s}
    finally:
        watch.close()
    proof = prove(
        instance.database_url, people, since, single_deposits(people, run, driven.made),
        driven.accepted,
    )  # fmt: skip
    figures = road_figures(driven, driven.accepted, watch.samples, end_s)
    return Measured(figures, each_us(used_s, driven.accepted), proof)


def road_figures(
    driven: Driven, commands: int, samples: list[Seen], end_s: float
) -> dict[str, float]:
    """Work out what a round says about the whole road, from the request to the applied command.

    Parameters
    ----------
    commands
        How many were accepted.
    samples
        How many records were applied over time, the first before the first request.
    end_s
        When the last was applied, on the monotonic clock.
    """
    done = applied_at(samples, driven.last_s) - samples[0].applied
    return {
        "accepted_per_s": commands / driven.window_s,
        "applied_in_window_per_s": done / driven.window_s,
        "backlog_at_end": max(0.0, commands - done),
        "drain_s": max(0.0, end_s - driven.last_s),
        "sustained_per_s": commands / (end_s - driven.first_s),
        "p50_ms": driven.p50_us / 1000,
        "p95_ms": driven.p95_us / 1000,
        "p99_ms": driven.p99_us / 1000,
        "max_ms": driven.max_us / 1000,
        "refused": driven.refused,
        "unknown": driven.unknown,
    }
