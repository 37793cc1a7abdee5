"""The report of a benchmark, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from load.bench.figures import Spread, ratios, spreads, written
from load.bench.measured import Measured, Scenario

YARDSTICKS = {"tpc_b_per_s": "pgbench TPC-B", "simple_update_per_s": "pgbench -N"}


@dataclass
class Rounds:
    """The measurements so far.

    Attributes
    ----------
    yardsticks
        The figures of pgbench in each round, by name.
    measured
        The rounds of each scenario.
    """

    yardsticks: list[dict[str, float]] = field(default_factory=list)
    measured: dict[str, list[Measured]] = field(default_factory=dict)


def as_json(
    rounds: Rounds,
    scenarios: Sequence[Scenario],
    conditions: Mapping[str, Any],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the whole report. `as_text` needs nothing else."""
    return {
        **conditions,
        "options": dict(options),
        "rounds": max(map(len, rounds.measured.values()), default=0),
        "yardsticks": _spread_out(rounds.yardsticks),
        "scenarios": {
            scenario.name: scenario_report(
                scenario.title,
                scenario.headline,
                rounds.measured[scenario.name],
                [one["tpc_b_per_s"] for one in rounds.yardsticks],
            )
            for scenario in scenarios
            if rounds.measured.get(scenario.name)
        },
    }


def scenario_report(
    title: str, headline: str, measured: Sequence[Measured], tpc_b_per_s: Sequence[float]
) -> dict[str, Any]:
    """Return the report of one scenario.

    Parameters
    ----------
    headline
        The main figure. If it is a rate, it is compared with TPC-B of the same round.
    tpc_b_per_s
        The yardstick of each round; empty if it was not measured.
    """
    report: dict[str, Any] = {
        "title": title,
        "headline": headline,
        "figures": _spread_out([one.figures for one in measured]),
        "cpu_us": _spread_out([one.cpu_us for one in measured]),
    }
    if headline.endswith("_per_s") and tpc_b_per_s:
        found = ratios([one.figures[headline] for one in measured], tpc_b_per_s)
        report["of_tpc_b"] = {**asdict(Spread.of(found)), "rounds": found}
    proofs = [one.proof for one in measured if one.proof is not None]
    if proofs:
        names = [name for name, _ in proofs[0].as_dict()]
        report["proof"] = {name: sum(getattr(one, name) for one in proofs) for name in names}
        # An account that differs once differs in all later rounds, so don't sum.
        report["proof"]["diverging"] = max(one.diverging for one in proofs)
    return report


def _spread_out(rounds: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {
        name: {**asdict(spread), "rounds": [one[name] for one in rounds if name in one]}
        for name, spread in spreads(rounds).items()
    }


def as_text(report: Mapping[str, Any]) -> str:
    """Return a report as text."""
    lines = [*heading(report), ""]
    for name, spread in report["yardsticks"].items():
        lines.append(_line(f"{YARDSTICKS[name]} /s", spread))
    for name, scenario in report["scenarios"].items():
        lines += ["", f"{name}: {scenario['title']}"]
        lines += [_line(_words(figure), spread) for figure, spread in scenario["figures"].items()]
        if "of_tpc_b" in scenario:
            what = _words(scenario["headline"])
            lines.append(_line(f"{what} / TPC-B", scenario["of_tpc_b"]))
        lines += _cpu(scenario["cpu_us"])
        if "proof" in scenario:
            proof = ", ".join(
                f"{_words(name)} {value:,}" for name, value in scenario["proof"].items()
            )
            lines.append(f"  {proof}")
    return "\n".join(lines)


def heading(report: Mapping[str, Any]) -> list[str]:
    """Return the lines about the revision, the machine and the conditions."""
    machine, versions = report["machine"], report["versions"]
    options = ", ".join(f"{_words(name)} {value}" for name, value in report["options"].items())
    load = " ".join(f"{one:.2f}" for one in report["load_average_before"])
    return [
        f"Ledgerlane {report['revision']}, {report['at']}",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']:,} MiB,"
        f" Linux {machine['kernel']}; load average before {load}, nice {report['nice']}",
        ", ".join(f"{name} {version}" for name, version in versions.items()),
        f"{options}; medians of {report['rounds']} rounds [lowest .. highest]",
    ]


def _cpu(parts: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a line with the CPU of each part, the largest first, and their sum."""
    ordered = sorted(parts.items(), key=lambda part: -part[1]["median"])
    shown = ", ".join(f"{name} {written(spread['median'])}" for name, spread in ordered)
    total = sum(spread["median"] for spread in parts.values())
    return [f"  CPU each, µs: {written(total)} = {shown}"] if parts else []


def _line(title: str, spread: Mapping[str, Any]) -> str:
    found = Spread(spread["median"], spread["lowest"], spread["highest"])
    return f"  {title:<34} {found}"


def _words(name: str) -> str:
    """Format a figure's name and unit for people."""
    text = name.replace("_", " ")
    for end, unit in ((" per s", " /s"), (" ms", ", ms"), (" s", ", s")):
        if text.endswith(end):
            return text.removesuffix(end) + unit
    return text
