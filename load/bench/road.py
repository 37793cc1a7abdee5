"""Measure a running instance: requests, until the commands that they send are applied.

    LEDGERLANE_STATE=... python -m load.bench.road --only singles --rounds 3 --seconds 8

It deploys nothing, but adds users, accounts and deposits to the instance, and pgbench's tables to
its database. In each round, pgbench runs first, through the same pooler, then each scenario. The
exit status is 1 if the ledger contradicts its responses.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from load.bench import yardstick
from load.bench.generator import GeneratorError
from load.bench.machine import conditions
from load.bench.measured import CONNECTIONS, Measured, Scenario, Site
from load.bench.people import SetUpFailed, make_people
from load.bench.progress import NotDrained
from load.bench.proof import audited
from load.bench.report import Rounds, as_json, as_text
from load.bench.scenarios import UnknownScenario, chosen
from load.bench.target import Target, TargetError
from local_cloud.errors import LocalCloudError

WARM_UP_S = 2.0
#: The errors that end a benchmark with a message instead of a traceback.
EXPECTED = (
    GeneratorError,
    LocalCloudError,
    NotDrained,
    SetUpFailed,
    TargetError,
    UnknownScenario,
    yardstick.YardstickError,
)


class BooksDiffer(Exception):
    """The ledger contradicts its responses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.road",
        description="Measure the running instance (that of LEDGERLANE_STATE).",
    )
    add_options(parser)
    parser.set_defaults(only="singles")
    options = parser.parse_args(arguments)
    try:
        report = run(Target.from_environment(), options)
    except BooksDiffer as why:
        print(f"THE LEDGER CONTRADICTS ITS RESPONSES: {why}", file=sys.stderr)
        return 1
    except EXPECTED as why:
        print(f"bench: {why}", file=sys.stderr)
        return 2
    print(f"\n{as_text(report)}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the scenarios."""
    parser.add_argument(
        "--only", default="all", help="scenarios, comma-separated: all, reads, singles, ..."
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds after warm-up (%(default)s)")
    parser.add_argument("--seconds", type=float, default=6.0, help="load in a round (6)")
    parser.add_argument(
        "--connections", type=int, default=CONNECTIONS,
        help=f"keep-alive connections; batches use an eighth ({CONNECTIONS})",
    )  # fmt: skip
    parser.add_argument("--accounts", type=int, default=512, help="accounts of 8 users (512)")
    parser.add_argument("--batch", type=int, default=100, help="commands in a batch (100)")
    parser.add_argument("--rate", type=int, default=1000, help="requests/s of `latency` (1000)")
    parser.add_argument(
        "--yardstick-seconds", type=int, default=5, help="length of each pgbench; 0: none (5)"
    )
    parser.add_argument("--json", type=Path, help="write the report to this file")


def spelled_out(names: str, others: Sequence[str] = ()) -> str:
    """Return the names, with groups replaced by their members.

    Parameters
    ----------
    others
        More known names, which belong to ``all``.

    Raises
    ------
    UnknownScenario
        If a name is unknown.
    """
    own = [name for name in names.split(",") if name in others or name == "all"]
    rest = ",".join(name for name in names.split(",") if name not in others)
    found = [scenario.name for scenario in chosen(rest, others)] if rest else []
    return ",".join([*found, *(name for name in others if name in own or "all" in own)])


def run(target: Target, options: argparse.Namespace) -> dict[str, Any]:
    """Run the chosen scenarios against a running instance; return the report.

    Raises
    ------
    BooksDiffer
        If the ledger contradicts its responses.
    """
    scenarios = chosen(options.only)
    about = conditions(target)
    if options.yardstick_seconds:
        prepare_yardstick(target)
    people = asyncio.run(make_people(target.instance.api_url, options.accounts))
    rounds = Rounds()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(
            target, people, Path(folder), options.connections, options.seconds, options.batch,
            options.rate,
        )  # fmt: skip
        for number in range(options.rounds + 1):
            _round(site, scenarios, options, number, rounds)
    names = ("only", "seconds", "connections", "accounts", "batch", "rate", "yardstick_seconds")
    return as_json(rounds, scenarios, about, {name: getattr(options, name) for name in names})


def _round(
    site: Site, scenarios: list[Scenario], options: argparse.Namespace, number: int, rounds: Rounds
) -> None:
    """Run each scenario once and audit the books. Round 0 is a short warm-up and not kept."""
    title, sized = f"round {number}", site
    if number and options.yardstick_seconds:
        rounds.yardsticks.append(_pgbench(site.target, options.yardstick_seconds))
    if not number:
        title, sized = "warm-up", replace(site, seconds=WARM_UP_S)
    for scenario in scenarios:
        # Idempotency keys must differ from those of other runs on the same instance.
        measured = scenario.measure(sized, secrets.token_hex(6))
        _show(title, scenario, measured)
        if measured.proof is not None and not measured.proof.holds:
            raise BooksDiffer(f"{scenario.name}, {title}: {measured.proof}")
        if number:
            rounds.measured.setdefault(scenario.name, []).append(measured)
    if any(scenario.name in ("singles", "batch", "latency") for scenario in scenarios):
        report = audited(site.target.instance.database_urls)
        if not report.is_sound:
            raise BooksDiffer(f"{title}: {'; '.join(map(str, report.findings))}")
        print(f"{title}: the audit of {report.postings:,} postings is clean", flush=True)


def _pgbench(target: Target, seconds: int) -> dict[str, float]:
    url = target.instance.pooler_url
    found = {
        "tpc_b_per_s": yardstick.tpc_b(url, seconds),
        "simple_update_per_s": yardstick.simple_update(url, seconds),
    }
    print(", ".join(f"{name} {value:,.0f}" for name, value in found.items()), flush=True)
    return found


def _show(title: str, scenario: Scenario, measured: Measured) -> None:
    value = measured.figures[scenario.headline]
    proof = f"; {measured.proof}" if measured.proof else ""
    print(f"{title}: {scenario.name} {scenario.headline} {value:,.1f}{proof}", flush=True)


def prepare_yardstick(target: Target) -> None:
    """Create pgbench's tables if they are missing."""
    with psycopg.connect(target.instance.database_url) as connection:
        row = connection.execute("select to_regclass('pgbench_accounts')").fetchone()
    if row is None or row[0] is None:
        yardstick.prepare(target.instance.pooler_url)


if __name__ == "__main__":
    sys.exit(main())
