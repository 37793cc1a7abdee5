"""`make bench-scale`: measure how a command's cost grows along each dimension from a base point.

    make bench-scale            all points, some 25 minutes: up to 1 M accounts and 10 M postings
    make bench-scale QUICK=1    fewer and smaller points, some minutes

Accounts, history, partitions, batch size and hot accounts use the apply side alone; connections use
HTTP. It writes JSON, and one plot per dimension to ``docs/images``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from load.bench import alone, deposits, road, yardstick
from load.bench.figures import spreads
from load.bench.machine import conditions
from load.bench.measured import Measured, Site
from load.bench.own import own_instance, stop_application
from load.bench.people import make_people
from load.bench.proof import audited
from load.bench.target import ROOT, Target
from local_cloud import interrupts
from local_cloud.console import Progress

REPORTS = ROOT / ".cache" / "bench"
IMAGES = ROOT / "docs" / "images"
#: The approximate disk space of a posting with its transaction, indexes and WAL.
POSTING_BYTES = 1500
CONNECTIONS = "connections"


@dataclass(frozen=True)
class Point:
    """The parameters of a measurement, which are options of ``load.bench.apply``."""

    commands: int = 60_000
    accounts: int = 10_000
    history: int = 0
    partitions: int = 4
    processes: int = 4
    batch: int = 500
    hot_share: float = 0.0

    def options(self) -> list[str]:
        """Return the parameters as command line options."""
        return [
            word
            for name, value in asdict(self).items()
            for word in (f"--{name.replace('_', '-')}", str(value))
        ]


@dataclass(frozen=True)
class Dimension:
    """A dimension: its name, title and values."""

    name: str
    title: str
    values: tuple[float, ...]
    quick: tuple[float, ...]


APPLY_SIDE = (
    Dimension("accounts", "Accounts", (1e4, 3e4, 1e5, 3e5, 1e6), (1e4, 3e4, 1e5)),
    Dimension("history", "Postings before", (0, 1e5, 1e6, 3e6, 1e7), (0, 1e5, 5e5)),
    Dimension("partitions", "Partitions", (1, 2, 4, 8, 12), (1, 4, 12)),
    Dimension("batch", "Commands in a batch", (1, 10, 50, 100, 500, 1000), (1, 100, 1000)),
    Dimension(
        "hot_share", "Share of one account a partition", (0, 0.25, 0.5, 0.75, 0.9), (0, 0.5, 0.9)
    ),
)
OVER_HTTP = Dimension(
    CONNECTIONS, "Connections", (1, 2, 4, 8, 16, 32, 64, 128, 256), (1, 16, 64, 256)
)


def base_point(quick: bool) -> Point:
    """Return the base point, from which one dimension at a time is varied."""
    return Point(commands=20_000) if quick else Point()


def point_at(base: Point, dimension: str, value: float) -> Point:
    """Return the base point with one dimension changed, and dependent parameters adjusted.

    There are never more writers than partitions, because a partition has one writer. Small batches
    are slow, so they get fewer commands per round.
    """
    changed: dict[str, Any] = {dimension: value if dimension == "hot_share" else int(value)}
    point = replace(base, **changed)
    commands = min(base.commands, max(2_000, 400 * point.batch))
    return replace(point, commands=commands, processes=min(base.processes, point.partitions))


def fits(point: Point, free_bytes: int) -> bool:
    """Return whether a point's data takes at most half of the free disk space."""
    return point.history * POSTING_BYTES <= free_bytes / 2


def over_http(target: Target, options: argparse.Namespace, values: Sequence[float]) -> list[Any]:
    """Measure deposits through HTTP with increasing numbers of connections.

    Raises
    ------
    BooksDiffer
        If the ledger contradicts its responses.
    """
    road.prepare_yardstick(target)
    people = asyncio.run(make_people(target.instance.api_url, 512))
    rounds: dict[float, list[Measured]] = {value: [] for value in values}
    tpc_b = []
    with tempfile.TemporaryDirectory() as name:
        site = Site(target, people, Path(name), seconds=options.seconds)
        deposits.singles(replace(site, seconds=road.WARM_UP_S), secrets.token_hex(6))
        for _ in range(options.rounds):
            tpc_b.append(yardstick.tpc_b(target.instance.pooler_url, options.yardstick_seconds))
            for value in values:
                sized = replace(site, connections=int(value))
                one = deposits.singles(sized, secrets.token_hex(6))
                if one.proof is None or not one.proof.holds:
                    raise road.BooksDiffer(f"{value:.0f} connections: {one.proof}")
                rounds[value].append(one)
                print(
                    f"connections {value:.0f}: {one.figures['sustained_per_s']:,.0f}/s", flush=True
                )
    report = audited(target.instance.database_urls)
    if not report.is_sound:
        raise road.BooksDiffer("; ".join(map(str, report.findings)))
    return [_entry(value, rounds[value], tpc_b, "sustained_per_s") for value in values]


def apply_side(
    target: Target, options: argparse.Namespace, dimension: Dimension
) -> Iterator[dict[str, Any]]:
    """Measure the apply side at each value of a dimension. This empties the ledger each time."""
    for value in dimension.quick if options.quick else dimension.values:
        point = point_at(base_point(options.quick), dimension.name, value)
        free = shutil.disk_usage(target.instance.unprivileged_data).free
        if not fits(point, free):
            print(f"{dimension.name} {value:,.0f}: skipped, only {free // 2**30} GiB free on disk")
            continue
        with tempfile.TemporaryDirectory() as name:
            measured, tpc_b = alone.apply_rounds(
                target, Path(name), options.rounds, options.yardstick_seconds, point.options()
            )
        entry = _entry(value, measured, tpc_b, "applied_per_s")
        print(f"{dimension.name} {value:,g}: {entry['per_s']['median']:,.0f}/s", flush=True)
        yield entry


def _entry(
    value: float, measured: Sequence[Measured], tpc_b: Sequence[float], headline: str
) -> dict[str, Any]:
    """Return a point of the report: a dimension's value with its figures."""
    rates = [one.figures[headline] for one in measured]
    rows = [
        {"per_s": rate, "of_tpc_b": rate / yardstick}
        for rate, yardstick in zip(rates, tpc_b, strict=True)
    ]
    figures = {name: asdict(spread) for name, spread in spreads(rows).items()}
    others = {
        name: asdict(spread) for name, spread in spreads([m.figures for m in measured]).items()
    }
    cpu = {name: asdict(spread) for name, spread in spreads([m.cpu_us for m in measured]).items()}
    return {"value": value, **figures, "figures": others, "cpu_us": cpu}


def measure(target: Target, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every chosen dimension; return the report."""
    wanted = [name for name in options.only.split(",") if name]
    report = {
        **conditions(target),
        "base": asdict(base_point(options.quick)),
        "rounds": options.rounds,
    }
    report["dimensions"] = found = {}
    if CONNECTIONS in wanted:
        values = OVER_HTTP.quick if options.quick else OVER_HTTP.values
        entries = over_http(target, options, values)
        found[CONNECTIONS] = {"title": OVER_HTTP.title, "points": entries}
    stop_application(target)
    for dimension in APPLY_SIDE:
        if dimension.name in wanted:
            points = list(apply_side(target, options, dimension))
            found[dimension.name] = {"title": dimension.title, "points": points}
    return report


def as_text(report: dict[str, Any]) -> str:
    """Return the report as text, with one line per point."""
    lines = []
    for name, dimension in report["dimensions"].items():
        lines += [f"\n{dimension['title']} ({name})"]
        for point in dimension["points"]:
            cpu_us = sum(part["median"] for part in point["cpu_us"].values())
            rate, ratio = point["per_s"], point["of_tpc_b"]["median"]
            lines.append(
                f"  {point['value']:>12,g}  {rate['median']:>10,.0f}/s"
                f"  [{rate['lowest']:,.0f} .. {rate['highest']:,.0f}]"
                f"  {ratio:6.2f} x TPC-B  {cpu_us:8,.1f} µs of CPU each"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    names = [OVER_HTTP.name, *(dimension.name for dimension in APPLY_SIDE)]
    parser = argparse.ArgumentParser(
        prog="make bench-scale", description="Measure how the cost of a command grows."
    )
    parser.add_argument("--quick", action="store_true", help="fewer and smaller points")
    parser.add_argument(
        "--only", default=",".join(names), help=f"dimensions, comma-separated: {', '.join(names)}"
    )
    parser.add_argument("--rounds", type=int, help="rounds of each point (3; 1 with --quick)")
    parser.add_argument("--seconds", type=float, help="HTTP load in a round (6; 2 with --quick)")
    parser.add_argument(
        "--yardstick-seconds", type=int, help="length of pgbench (5; 2 with --quick)"
    )
    parser.add_argument("--json", type=Path, help="the report's file, instead of .cache/bench")
    parser.add_argument(
        "--images", type=Path, default=IMAGES, help="the plots' directory (docs/images)"
    )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.only.split(",") if name and name not in names]
    if unknown:
        parser.error(f"there is no dimension {unknown[0]!r}; choose one of {', '.join(names)}")
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (2.0 if options.quick else 6.0)
    options.yardstick_seconds = options.yardstick_seconds or (2 if options.quick else 5)
    interrupts.install()
    try:
        # Checked before measuring, not after.
        from load.bench import plots
    except ImportError:
        print("bench-scale: matplotlib is missing; use `make bench-scale`", file=sys.stderr)
        return 2
    try:
        with own_instance(Progress()) as target:
            report = measure(target, options)
    except road.BooksDiffer as why:
        print(f"THE LEDGER CONTRADICTS ITS RESPONSES: {why}", file=sys.stderr)
        return 1
    except (*road.EXPECTED, alone.BenchmarkFailed) as why:
        print(f"bench-scale: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    REPORTS.mkdir(parents=True, exist_ok=True)
    file = options.json or REPORTS / f"scale-{report['revision']}.json"
    file.write_text(json.dumps(report, indent=1) + "\n")
    print(as_text(report))
    for image in plots.draw(report, options.images):
        print(f"drawn: {image.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
