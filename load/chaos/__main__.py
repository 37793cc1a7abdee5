"""`make test-chaos`: faults at random while money moves, on a separate instance, and the judges.

    make test-chaos SEED=7 MINUTES=5
    make test-chaos BUG=outbox-deleted-first MINUTES=1
    SHARDS=2 make test-chaos

A seed determines the faults, their order, their pairs and how long they last, but not the moment of
each: that depends on when enough requests were accepted. So a seed repeats a schedule, not a run.

Exit status 0: nothing was lost, doubled, reordered or wrong (with ``BUG``: the judges found it). 1:
something was, and the findings say what; the history and the logs are kept. 2: it could not run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from load.chaos.bugs import BUGS, Bug
from load.chaos.instance import FOLDER, InstanceFailed, instance_with
from load.chaos.parts import PartFailed
from load.chaos.rewind import Rewind
from load.chaos.run import Result, Run
from load.chaos.schedule import SUPERVISED, every_fault, steps
from load.chaos.site import Site, site_of
from load.judge.topic import TopicUnreadable
from load.traffic.finals import WorkloadFailed
from local_cloud import interrupts

#: The maximum number of findings to print of each sort.
MOST_SHOWN: Final = 5
#: By sort of finding: what the summary calls it.
SORTS: Final = {
    "lost": "lost",
    "doubled": "doubled",
    "reordered": "reordered",
    "diverging": "wrong",
}
FOUND, FAILED = 1, 2
_EXPECTED = (InstanceFailed, LookupError, OSError, PartFailed, TopicUnreadable, WorkloadFailed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    bug = BUGS[options.bug] if options.bug else None
    interrupts.install()
    try:
        with _site(options, bug) as site:
            if bug is None:
                return max(_run(site, seed, options.minutes) for seed in _seeds(options))
            return _catch(site, bug, _seeds(options)[0], options.minutes)
    except (*_EXPECTED, ExceptionGroup) as error:
        print(f"chaos: {_first_of(error)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _site(options: argparse.Namespace, bug: Bug | None) -> contextlib.AbstractContextManager[Site]:
    if options.here and bug is None:
        state = Path(os.environ["LEDGERLANE_STATE"])
        return contextlib.nullcontext(site_of(state, os.environ))
    return instance_with(bug, options.ports_from)


def _seeds(options: argparse.Namespace) -> list[int]:
    return options.seed or [secrets.randbelow(1_000_000) for _ in range(options.runs)]


def _run(site: Site, seed: int, minutes: float) -> int:
    """Run one seed; keep its history if something is found."""
    result, path = _carried_out(site, seed, minutes)
    print(summary(seed, result), flush=True)
    if not result.findings:
        path.unlink()
        return 0
    logs = _kept(site, path)
    print(f"history: {path}\nlogs: {logs}", flush=True)
    return FOUND


def _catch(site: Site, bug: Bug, seed: int, minutes: float) -> int:
    """Run with a bug; it is a failure if nothing is found."""
    print(f"with the bug {bug.name}: {bug.about}", flush=True)
    result, path = _carried_out(site, seed, minutes, bug)
    path.unlink()
    print(summary(seed, result), flush=True)
    print(f"{bug.name}: {'caught' if result.findings else 'NOT CAUGHT'}", flush=True)
    return 0 if result.findings else FOUND


def _carried_out(
    site: Site, seed: int, minutes: float, bug: Bug | None = None
) -> tuple[Result, Path]:
    path = FOLDER / f"seed-{seed}-{time.strftime('%H%M%S')}.jsonl"
    parts = site.parts
    services = [name for start in ("postgres", "pgbouncer", "redis") for name in parts.names(start)]
    if site.broker != "tansu":
        # Tansu keeps nothing when it is killed.
        services += parts.names("broker")
    print(f"seed {seed}, {minutes:g} minutes, parts {', '.join([*SUPERVISED, *services])}")
    rewind = Rewind(site) if bug is not None and bug.forgets_replay else None
    run = Run(site, seed, path, _Clock().show, rewind=rewind)
    faults = every_fault(services, site.shards)
    if bug is not None and bug.only:
        faults = [fault for fault in faults if fault.how in bug.only]
    return run.carry_out(steps(seed, faults), minutes), path


class _Clock:
    """Prints lines with the time since the start."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()

    def show(self, text: str) -> None:
        print(f"{time.monotonic() - self._started_s:7.1f} s  {text}", flush=True)


def summary(seed: int, result: Result) -> str:
    """Return what was done and found."""
    history = result.history
    accepted = sum(attempt.transaction_id is not None for attempt in history.attempts)
    unknown = sum(attempt.status is None for attempt in history.attempts)
    reads = Counter(read.kind for read in history.reads)
    lines = [
        f"seed {seed}: {len(result.faults)} faults in {result.took_s / 60:.1f} min; "
        f"{len(history.attempts):,} attempts, {accepted:,} accepted, {unknown:,} unanswered; "
        + ", ".join(f"{count:,} reads of {kind}" for kind, count in sorted(reads.items()))
    ]
    shown: Counter[str] = Counter()
    for finding in result.findings:
        shown[finding.sort] += 1
        if shown[finding.sort] <= MOST_SHOWN:
            lines.append(f"{SORTS[finding.sort]:>10}: {finding.text}")
    lines.append(", ".join(f"{word} {shown[sort]}" for sort, word in SORTS.items()))
    return "\n".join(lines)


def _kept(site: Site, path: Path) -> Path:
    """Copy the instance's logs beside the history, because the instance is removed."""
    logs = path.with_suffix("")
    for folder in ("logs", "dataplane/logs"):
        with contextlib.suppress(OSError, shutil.Error):
            shutil.copytree(site.state / folder, logs / folder)
    return logs


def _first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make test-chaos", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="*", help="seeds, one run each (random ones)")
    parser.add_argument("--runs", type=int, default=1, help="how many random seeds (1)")
    parser.add_argument("--minutes", type=float, default=2.0, help="length of a run (2)")
    parser.add_argument("--bug", choices=sorted(BUGS), help="put this bug into a copy of the code")
    parser.add_argument(
        "--here", action="store_true", help='harm the running instance (eval "$(make -s env)")'
    )
    parser.add_argument("--ports-from", type=int, metavar="PORT", help="the first port to use")
    return parser


if __name__ == "__main__":
    sys.exit(main())
