"""Write a report of `make bench` or `make bench-scale` to docs/performance.md, between marks.

`.venv/bin/python -m load.bench.document .cache/bench/bench-0123456789.json`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from load.bench.figures import Spread
from load.bench.layers import image_name, short
from load.bench.report import YARDSTICKS, heading
from load.bench.target import ROOT

DOCUMENT: Final = ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- measured: written by load.bench.document, not by hand -->"
END: Final = "<!-- measured: end -->"
SCALE_BEGIN: Final = "<!-- scale: written by load.bench.document, not by hand -->"
SCALE_END: Final = "<!-- scale: end -->"
_LATENCIES: Final = ("p50_ms", "p95_ms", "p99_ms")


class NoMarks(Exception):
    """The document has no marks for a report."""


def fill(text: str, section: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """Return a document with the text between two marks replaced.

    Raises
    ------
    NoMarks
        If a mark is missing.
    """
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise NoMarks(f"the document must have a line {marks[0]!r}, then a line {marks[1]!r}")
    return f"{before}{begin}\n\n{section.strip()}\n\n{end}{after}"


def written_into(text: str, report: Mapping[str, Any]) -> str:
    """Return the document with a report of either kind inserted."""
    if "dimensions" in report:
        return fill(text, scale_section_of(report), (SCALE_BEGIN, SCALE_END))
    return fill(text, section_of(report))


def scale_section_of(report: Mapping[str, Any]) -> str:
    """Return a report of `make bench-scale` as Markdown, with its plots and tables."""
    rounds = f"{report['rounds']} rounds" if report["rounds"] > 1 else "1 round"
    lines = [f"Ledgerlane {report['revision']}, {report['at']}, {rounds} a point."]
    for name, dimension in report["dimensions"].items():
        title = dimension["title"]
        if len(dimension["points"]) > 1:
            lines += ["", f"![{title}](images/{image_name(name)})"]
        lines += ["", f"| {title} | commands /s | of TPC-B | CPU each, µs |", "|---|---|---|---|"]
        lines += [
            f"| {short(point['value'])} | {_spread(point['per_s'])} | {_spread(point['of_tpc_b'])}"
            f" | {_cpu(point)} |"
            for point in dimension["points"]
        ]
    return "\n".join(lines)


def section_of(report: Mapping[str, Any]) -> str:
    """Return a report as Markdown."""
    lines = [f"{line}.  " for line in heading(report)]
    lines += ["", "| | rate /s | of TPC-B | CPU each, µs |", "|---|---|---|---|"]
    for name, spread in report["yardsticks"].items():
        lines.append(f"| {YARDSTICKS[name]} | {_spread(spread)} | | |")
    for scenario in report["scenarios"].values():
        if not scenario["headline"].endswith("_per_s"):
            continue
        ratio = _spread(scenario["of_tpc_b"]) if "of_tpc_b" in scenario else ""
        rate = _spread(scenario["figures"][scenario["headline"]])
        lines.append(f"| {scenario['title']} | {rate} | {ratio} | {_cpu(scenario)} |")
    lines += _latencies(report)
    lines += _cpu_by_part(report)
    lines += _proofs(report)
    return "\n".join(lines)


def _spread(spread: Mapping[str, float]) -> str:
    text = str(Spread(spread["median"], spread["lowest"], spread["highest"]))
    return " ".join(text.split())


def _cpu(scenario: Mapping[str, Any]) -> str:
    return f"{sum(part['median'] for part in scenario['cpu_us'].values()):,.0f}"


def _latencies(report: Mapping[str, Any]) -> list[str]:
    """Return a table of the times to respond and to apply, at an even pace and at the maximum."""
    rows = []
    for scenario in report["scenarios"].values():
        figures = scenario["figures"]
        for prefix in ("", "http_", "accepted_to_applied_", "requested_to_applied_"):
            names = [f"{prefix}{name}" for name in _LATENCIES]
            if all(name in figures for name in names):
                what = prefix.rstrip("_").replace("_", " ").replace("http", "answer") or "answer"
                times = " | ".join(_spread(figures[name]) for name in names)
                rows.append(f"| {scenario['title']}: {what} | {times} |")
    return ["", "| ms | p50 | p95 | p99 |", "|---|---|---|---|", *rows] if rows else []


def _cpu_by_part(report: Mapping[str, Any]) -> list[str]:
    scenarios = report["scenarios"].values()
    parts = dict.fromkeys(part for scenario in scenarios for part in scenario["cpu_us"])
    if not parts:
        return []
    lines = ["", f"| CPU each, µs | {' | '.join(parts)} |", "|---" * (len(parts) + 1) + "|"]
    for scenario in scenarios:
        medians = (scenario["cpu_us"].get(part) for part in parts)
        columns = " | ".join("" if one is None else f"{one['median']:,.1f}" for one in medians)
        lines.append(f"| {scenario['title']} | {columns} |")
    return lines


def _proofs(report: Mapping[str, Any]) -> list[str]:
    proofs = [scenario["proof"] for scenario in report["scenarios"].values() if "proof" in scenario]
    if not proofs:
        return []
    sums = {name: sum(proof[name] for proof in proofs) for name in proofs[0]}
    told = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in sums.items())
    return ["", f"Deposits: {told}; the audit was clean after each round."]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.document", description="Write a report to the documentation."
    )
    parser.add_argument("report", type=Path, help="JSON from `make bench` or `make bench-scale`")
    parser.add_argument("--into", type=Path, default=DOCUMENT, help="(docs/performance.md)")
    options = parser.parse_args(arguments)
    try:
        report = json.loads(options.report.read_text())
        options.into.write_text(written_into(options.into.read_text(), report))
    except (OSError, ValueError, NoMarks) as why:
        print(f"document: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
