"""Measure deposits at an even pace: the time until the response, and until they are applied."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from load.bench.figures import each_us
from load.bench.generator import GeneratorError
from load.bench.measured import Measured, Site
from load.bench.people import People, single_deposits
from load.bench.progress import Watch, applied_at
from load.bench.proof import database_now, prove
from load.bench.statements import statement
from load.bench.target import ROOT, TargetError, cpu_used

LEVELS = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
SHARES = tuple(LEVELS)


def paced(site: Site, run: str) -> Measured:
    """Send deposits at a rate, wait until all are applied, and look up each of them.

    Raises
    ------
    TargetError
        If the database does not record commit times.
    """
    instance, people = site.target.instance, site.people
    for url in instance.database_urls:
        require_commit_times(url)
    lines = people.write_accounts(site.folder / "accounts")
    since = database_now(instance.database_url)
    with Watch(instance.database_urls) as watch:
        cpu = site.target.cpu()
        seen = drive_paced([f"{instance.api_url}/deposits", lines, site.rate, site.seconds, run])
        end_s = watch.await_applied(seen["accepted"])
        if seen["broken"]:
            watch.await_still()
        used_s = cpu_used(cpu, site.target.cpu()) | {"load generator": seen["cpu_s"]}
    sent = single_deposits(people, run, (seen["sent"],))
    proof = prove(instance.database_urls, people, since, sent, seen["accepted"])
    done = applied_at(watch.samples, seen["last_s"]) - watch.base
    figures = {
        "answered_per_s": seen["accepted"] / max(seen["last_s"] - seen["first_s"], 1e-9),
        **{f"http_{share}_ms": seen[f"{share}_ms"] for share in SHARES},
        **_applied_after_ms(instance.database_urls, people, since),
        "backlog_at_end": max(0.0, seen["accepted"] - done),
        "drain_s": max(0.0, end_s - seen["last_s"]),
        "sent_late_p99_ms": seen["sent_late_p99_ms"],
        "refused": seen["sent"] - seen["accepted"] - seen["broken"],
        "unknown": seen["broken"],
    }
    return Measured(figures, each_us(used_s, seen["accepted"]), proof)


def require_commit_times(database_url: str) -> None:
    """Check that the database records commit times.

    Raises
    ------
    TargetError
        If it does not.
    """
    with psycopg.connect(database_url) as connection:
        row = connection.execute("show track_commit_timestamp").fetchone()
    if row is None or row[0] != "on":
        raise TargetError(
            "the database does not record commit times; run `alter system set"
            " track_commit_timestamp = on` and `make restart S=postgres`, or use `make bench`"
        )


def drive_paced(arguments: list[Any]) -> dict[str, Any]:
    """Run the paced client in a separate process; return its figures.

    Raises
    ------
    GeneratorError
        If it fails, or gets no responses.
    """
    command = [sys.executable, "-m", "load.bench.paced", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise GeneratorError(f"the paced client failed:\n{done.stderr.strip()}")
    seen: dict[str, Any] = json.loads(done.stdout)
    if "p50_ms" not in seen:
        raise GeneratorError(f"the paced client got no responses: {seen} {done.stderr.strip()}")
    return seen


def _applied_after_ms(urls: Sequence[str], people: People, since: datetime) -> dict[str, float]:
    parameters = {"accounts": people.account_digits, "since": since}
    rows: list[tuple[float, float]] = []
    for url in urls:
        with psycopg.connect(url) as connection:
            rows += connection.execute(statement("applied_after"), parameters).fetchall()
    accepted, requested = (sorted(values) for values in zip(*rows, strict=True))
    return {
        **{f"accepted_to_applied_{name}_ms": level(accepted, at) for name, at in LEVELS.items()},
        **{f"requested_to_applied_{name}_ms": level(requested, at) for name, at in LEVELS.items()},
    }


def level(ordered: Sequence[float], share: float) -> float:
    """Return a percentile, interpolated between values as PostgreSQL's percentile_cont does."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
