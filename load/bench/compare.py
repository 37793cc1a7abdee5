"""`make bench-compare A=... B=...`: compare two revisions, round by round.

    python -m load.bench.compare main~5 main --only singles,latency --rounds 5
    python -m load.bench.compare . . --env-a OBSERVE=1 --env-b OBSERVE=0 --only singles,batch
    python -m load.bench.compare . . --env-b TRACES=1 --env-b OTEL_TRACES_SAMPLER_ARG=0.01

Each revision gets its own worktree and instance, started by its own code. This checkout then
measures them alternately, A B B A, so that changes in the machine's speed affect both and neither
always comes second. ``.`` is the working tree; twice, it compares two settings of ``make up``.
Worktrees and instances are removed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from load.bench import road
from load.bench.figures import Spread, ratios
from load.bench.machine import machine, revision
from load.bench.measured import Measured, Scenario, Site
from load.bench.own import FIRST_PORT, LAST_PORT, keep_commit_times
from load.bench.people import make_people
from load.bench.scenarios import chosen
from load.bench.target import ROOT, Target
from load.bench.watching import unwatched
from local_cloud import interrupts
from local_cloud.config import Ports, load_instance
from local_cloud.install.wrk import install_wrk
from local_cloud.interrupts import held_back
from local_cloud.ports import free_block

FOLDER = ROOT / ".cache" / "bench-compare"
REPORTS = ROOT / ".cache" / "bench"
REQUIREMENTS = ("requirements-dev.lock", "requirements.txt", "localstack", "infra/cdk", "tests")
HERE = "."
OPTIONS = ("only", "rounds", "seconds", "connections", "accounts", "batch", "rate")


class CompareError(Exception):
    """A revision can't be started."""


@dataclass(frozen=True)
class Side:
    """One of the two revisions.

    Attributes
    ----------
    letter
        ``A`` or ``B``.
    folder
        Its worktree.
    python
        The interpreter with its requirements.
    variables
        Environment variables of its instance.
    """

    letter: str
    revision: str
    folder: Path
    python: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The revision, and the variables that it runs with."""
        words = [f"{name}={value}" for name, value in self.variables.items()]
        return " ".join([self.revision, *words])

    @property
    def state(self) -> Path:
        """The state directory of its instance."""
        return FOLDER / f"{self.letter}-state"

    def local_cloud(self, *arguments: str) -> None:
        """Run its own ``python -m local_cloud``.

        Raises
        ------
        CompareError
            If it fails.
        """
        dropped = ("LEDGERLANE_", *(Ports.variable(name) for name in Ports.names()))
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(dropped)
        }
        # Tools and assets are stored by content, so both can share a cache.
        environment |= {
            "LEDGERLANE_CACHE": str(ROOT / ".cache"),
            "PYTHONPATH": str(self.folder / "localstack"),
            **self.variables,
        }
        command = [str(self.python), "-m", "local_cloud", "--state", str(self.state), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = f"{done.stdout.strip()}\n{done.stderr.strip()}".strip()
            raise CompareError(f"{self.letter} ({self.revision}): {' '.join(arguments)}:\n{said}")


@contextlib.contextmanager
def checked_out(letter: str, name: str) -> Iterator[Side]:
    """Check out a revision into a new worktree, and remove it at the end.

    Raises
    ------
    CompareError
        If the revision does not exist, or its requirements can't be installed.
    """
    if name == HERE:
        yield Side(letter, revision(), ROOT, ROOT / ".venv" / "bin" / "python")
        return
    full = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    folder = FOLDER / f"{letter}-tree"
    _remove(folder)
    _git("worktree", "add", "--quiet", "--detach", str(folder), full)
    try:
        yield Side(letter, full[:10], folder, _python(folder))
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    if folder.exists():
        _git("worktree", "remove", "--force", str(folder))
    # Remove git's records of worktrees whose directories are gone, left by a killed run.
    _git("worktree", "prune")


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        why = done.stderr.strip() or "there is no such revision"
        raise CompareError(f"git {' '.join(arguments)}: {why}")
    return done.stdout.strip()


def _python(folder: Path) -> Path:
    """Return a worktree's interpreter: ours if its requirements are the same, else a new one."""
    if _requirements(folder) == _requirements(ROOT):
        return ROOT / ".venv" / "bin" / "python"
    script = ["sh", "localstack/bootstrap.sh"]
    done = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CompareError(f"can't install its requirements:\n{done.stderr.strip()}")
    return folder / ".venv" / "bin" / "python"


def _requirements(folder: Path) -> list[str]:
    files = [folder / place for place in REQUIREMENTS]
    files = [file / "requirements.txt" if file.is_dir() else file for file in files]
    return [file.read_text() if file.exists() else "" for file in files]


@contextlib.contextmanager
def running(side: Side) -> Iterator[Target]:
    """Start a new instance of a revision with its own code, and remove it at the end."""
    # Started before the next one looks for free ports, so that its ports are taken.
    first = free_block(len(Ports.names()), FIRST_PORT, LAST_PORT)
    try:
        side.local_cloud("clean")
        side.local_cloud("--ports-from", str(first), "services", "up")
        instance = load_instance({}, state=side.state)
        keep_commit_times(instance)
        side.local_cloud("up")
        yield Target(load_instance({}, state=side.state))
    finally:
        with held_back():
            side.local_cloud("clean")


def compare(sides: Sequence[tuple[Side, Target]], options: argparse.Namespace) -> dict[str, Any]:
    """Measure both revisions alternately and return the report.

    Raises
    ------
    BooksDiffer
        If a ledger contradicts its responses.
    """
    scenarios = chosen(options.only)
    load = [round(one, 2) for one in os.getloadavg()]
    rounds: dict[tuple[str, str], list[Measured]] = {}
    with contextlib.ExitStack() as stack:
        sites = {}
        for side, target in sides:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            people = asyncio.run(make_people(target.instance.api_url, options.accounts))
            sites[side.letter] = Site(
                target, people, folder, options.connections, options.seconds, options.batch,
                options.rate,
            )  # fmt: skip
        for number in range(options.rounds + 1):
            for scenario in scenarios:
                for letter, site in in_turn(sites, number):
                    sized = site if number else replace(site, seconds=road.WARM_UP_S)
                    others = (other for other in sites.values() if other is not site)
                    with unwatched(other.target.instance for other in others):
                        one = scenario.measure(sized, secrets.token_hex(6))
                    if one.proof is not None and not one.proof.holds:
                        raise road.BooksDiffer(f"{letter}, {scenario.name}: {one.proof}")
                    value = one.figures[scenario.headline]
                    title = f"round {number}" if number else "warm-up"
                    print(f"{title}: {letter} {scenario.name} {value:,.1f}", flush=True)
                    if number:
                        rounds.setdefault((letter, scenario.name), []).append(one)
    return {
        "A": sides[0][0].title,
        "B": sides[1][0].title,
        "machine": machine(),
        "load_average_before": load,
        "options": {name: getattr(options, name) for name in OPTIONS},
        "scenarios": {
            scenario.name: compared(
                scenario, rounds["A", scenario.name], rounds["B", scenario.name]
            )
            for scenario in scenarios
        },
    }


def in_turn(sites: Mapping[str, Site], number: int) -> list[tuple[str, Site]]:
    """Return a round's order, which is reversed from round to round.

    Whoever comes second pays for what the first one left to be done, such as the database's and the
    broker's writing to disk.
    """
    return sorted(sites.items(), reverse=number % 2 == 0)


def compared(scenario: Scenario, a: Sequence[Measured], b: Sequence[Measured]) -> dict[str, Any]:
    """Return both revisions' spreads of a scenario's figures and CPU, and the ratios B to A."""
    report: dict[str, Any] = {"title": scenario.title, "headline": scenario.headline}
    ours, theirs = [_flat(one) for one in a], [_flat(one) for one in b]
    for name in ours[0]:
        values = [one[name] for one in ours], [one.get(name, 0.0) for one in theirs]
        report.setdefault("figures", {})[name] = {
            "A": asdict(Spread.of(values[0])),
            "B": asdict(Spread.of(values[1])),
            # A figure that is 0, such as refusals, has no ratio.
            "B/A": asdict(Spread.of(ratios(values[1], values[0]))) if all(values[0]) else None,
        }
    return report


def _flat(measured: Measured) -> dict[str, float]:
    whole = {"cpu_us all": sum(measured.cpu_us.values())}
    parts = {f"cpu_us {name}": value for name, value in measured.cpu_us.items()}
    return {**measured.figures, **whole, **parts}


def _variable(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise argparse.ArgumentTypeError(f"{text} is not of the form NAME=VALUE")
    return name, value


def as_text(report: dict[str, Any]) -> str:
    """Return the report as text."""
    lines = [f"A {report['A']}   B {report['B']}   medians [lowest .. highest]"]
    for name, scenario in report["scenarios"].items():
        lines += ["", f"{name}: {scenario['title']}"]
        for figure, found in scenario["figures"].items():
            ratio = found["B/A"]
            columns = [str(Spread(**found[side])) for side in ("A", "B")]
            columns.append(str(Spread(**ratio)) if ratio else "")
            lines.append(
                f"  {figure:<30}" + "".join(f"{column:<34}" for column in columns).rstrip()
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="make bench-compare A=... B=...", description="Measure two revisions alternately."
    )
    parser.add_argument("a", help="a git revision, or . for the working tree")
    parser.add_argument("b")
    for letter in "ab":
        parser.add_argument(
            f"--env-{letter}",
            metavar="NAME=VALUE",
            type=_variable,
            action="append",
            default=[],
            help=f"a setting of `make up` for {letter.upper()} only; can be repeated",
        )
    road.add_options(parser)
    # An even number, so that each side comes first as often as second.
    parser.set_defaults(only="singles", rounds=4)
    options = parser.parse_args(arguments)
    interrupts.install()
    try:
        chosen(options.only)
        install_wrk()
        with contextlib.ExitStack() as stack:
            trees = zip("AB", (options.a, options.b), strict=True)
            sides = [
                replace(stack.enter_context(checked_out(letter, name)), variables=dict(variables))
                for (letter, name), variables in zip(
                    trees, (options.env_a, options.env_b), strict=True
                )
            ]
            pairs = [(side, stack.enter_context(running(side))) for side in sides]
            report = compare(pairs, options)
    except road.BooksDiffer as why:
        print(f"THE LEDGER CONTRADICTS ITS RESPONSES: {why}", file=sys.stderr)
        return 1
    except (*road.EXPECTED, CompareError) as why:
        print(f"bench-compare: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    REPORTS.mkdir(parents=True, exist_ok=True)
    names = "-".join(side.revision for side in sides)
    file = options.json or REPORTS / f"compare-{names}.json"
    file.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\n{as_text(report)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
