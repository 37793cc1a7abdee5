"""`make bench`: measure the maximum rate of the system against pgbench, on a new instance.

    make bench ARGS="--only singles,batch --rounds 3 --seconds 10"

Starts a new instance like ``make up``, runs every scenario in rounds with pgbench in between,
verifies the books after each round, and removes the instance. The exit status is 1 if the ledger
contradicts its responses, and 2 if a measurement failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from load.bench import alone, road
from load.bench.own import own_instance, stop_application
from load.bench.report import as_text
from load.bench.target import ROOT, Target
from local_cloud import interrupts
from local_cloud.console import Progress

REPORTS = ROOT / ".cache" / "bench"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog='make bench ARGS="..."', description="Measure everything, on a separate instance."
    )
    road.add_options(parser)
    parser.add_argument(
        "--commands", type=int, default=60_000, help="commands in a round of `apply` (60000)"
    )
    options = parser.parse_args(arguments)
    interrupts.install()
    try:
        options.only = road.spelled_out(options.only, alone.NAMES)
        with own_instance(Progress()) as target:
            report = measure(target, options)
    except road.BooksDiffer as why:
        print(f"THE LEDGER CONTRADICTS ITS RESPONSES: {why}", file=sys.stderr)
        return 1
    except road.EXPECTED as why:
        print(f"bench: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print(f"\n{as_text(report)}\n\nsaved as {write(report, options.json)}")
    if "failed" in report:
        print(f"bench: {report['failed']}", file=sys.stderr)
        return 2
    return 0


def measure(target: Target, options: argparse.Namespace) -> dict[str, Any]:
    """Run the scenarios, then the parts that need the services to themselves; return the report.

    If one of these parts fails, the report has the earlier results, and the reason as ``failed``.
    """
    wanted = options.only.split(",")
    on_the_road = argparse.Namespace(**vars(options))
    on_the_road.only = ",".join(name for name in wanted if name not in alone.NAMES)
    report = road.run(target, on_the_road)
    report["options"]["only"] = options.only
    own = [name for name in wanted if name in alone.NAMES]
    if own:
        stop_application(target)
    try:
        for part in own:
            report["scenarios"][part] = _alone(target, options, part)
    except alone.BenchmarkFailed as why:
        # The earlier measurements took minutes and are still valid.
        report["failed"] = str(why)
    return report


def _alone(target: Target, options: argparse.Namespace, part: str) -> Any:
    print(f"{part} alone ...", flush=True)
    with tempfile.TemporaryDirectory() as name:
        if part == alone.POLLER:
            return alone.poller_alone(target, Path(name), options.rounds)
        return alone.apply_alone(
            target, Path(name), options.rounds, options.yardstick_seconds, options.commands
        )


def write(report: dict[str, Any], file: Path | None) -> Path:
    """Write the report to the given path, else to one with its revision's name; return the path."""
    if file is None:
        REPORTS.mkdir(parents=True, exist_ok=True)
        file = REPORTS / f"bench-{report['revision']}.json"
    file.write_text(json.dumps(report, indent=1) + "\n")
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file


if __name__ == "__main__":
    sys.exit(main())
