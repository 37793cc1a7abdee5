"""`make drill`: lose parts of an instance of its own under load, and print what held.

Exit status 0: everything held. 1: something did not, and its lines say what. 2: a drill could not
be carried out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from load.drill.absence import lose_a_shard
from load.drill.faults import NotPossible, fill_disks, jump_in_time
from load.drill.losses import lose_a_broker, lose_both, lose_the_ledger, lose_the_log
from load.drill.report import Line
from load.drill.stage import DrillFailed, Stage, stage
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError

#: By letter: what is done to the instance.
DRILLS: dict[str, Callable[[Stage], Line]] = {
    "a": lose_the_ledger,
    "b": lose_the_log,
    "c": lose_both,
    "d": lose_a_broker,
    "e": lose_a_shard,
    "f": fill_disks,
    "g": jump_in_time,
}
#: Where an instance has more than one of both: how many brokers and shards.
SIZES = {"d": (3, 1), "e": (1, 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the drills and print a report of each; return the exit status."""
    options = _parser().parse_args(arguments)
    progress, held = Progress(quiet=not options.verbose), True
    try:
        for letter in options.only:
            with stage(progress, *SIZES.get(letter, (1, 1))) as running:
                held = _carry_out(letter, DRILLS[letter], running) and held
    except (DrillFailed, LocalCloudError) as error:
        print(f"drill: {error}", file=sys.stderr)
        return 2
    return 0 if held else 1


def _carry_out(letter: str, drill: Callable[[Stage], Line], running: Stage) -> bool:
    """Run a drill and print its lines; return whether everything held that could be tried."""
    try:
        line = drill(running)
    except NotPossible as reason:
        print(f"({letter}) not carried out: this machine does not allow it: {reason}\n", flush=True)
        return True
    print(line, flush=True)
    return line.held


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument(
        "--only",
        type=_letters,
        default="".join(DRILLS),
        help=f"the letters of the drills to run (default: {''.join(DRILLS)})",
    )
    parser.add_argument("--verbose", action="store_true", help="show how the instances start")
    return parser


def _letters(text: str) -> str:
    unknown = sorted(set(text) - DRILLS.keys())
    if unknown or not text:
        raise argparse.ArgumentTypeError(f"{text!r} is not among {', '.join(DRILLS)}")
    return text


if __name__ == "__main__":
    sys.exit(main())
