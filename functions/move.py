"""Move a partition to another shard, as a command or as a function that you invoke by hand.

``python -m functions.move 3 2`` moves partition 3, and those that must stay with it, to shard 2, or
finishes an interrupted move; ``--undo`` takes an unfinished one back, and ``--spread`` spreads the
partitions of a ledger that has no commands yet over its shards.  As a function it takes the event
``{"partition": 3, "to": 2}``, ``{"undo": true}`` or ``{"spread": true}``; invoke it again until it
is done.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from functions import wiring
from functions.settings import SettingsError
from handlers.moving.mover import SETTLE_S, Mover
from handlers.moving.spread import Spread, spread
from handlers.platform.errors import LedgerlaneError

INTERRUPTED: Final = 130


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Move a partition, undo a move, or spread the partitions; return what was done."""
    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        wiring.logger().info("moving partitions", extra={"step": line})

    if event.get("spread"):
        return {"placed": spread_evenly().placed}
    mover = make(report)
    if event.get("undo"):
        return {"shard": mover.undo().source, "steps": lines}
    changed = mover.move(int(event["partition"]), int(event["to"]))
    return {"shard": int(event["to"]), "changed": changed, "steps": lines}


def make(report: Callable[[str], None]) -> Mover:
    """Return a mover for the shards in the settings."""
    settings = wiring.settings()
    return Mover(wiring.shards(), settings.commands_topic, settings.partitions, report=report)


def spread_evenly() -> Spread:
    """Spread the partitions of a ledger without commands over the shards in the settings."""
    settings = wiring.settings()
    return spread(wiring.shards(), settings.commands_topic, settings.partitions, SETTLE_S)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the options say and print each step; return the exit status."""
    options = _options(arguments)
    try:
        if options.spread:
            _tell(spread_evenly())
        elif options.undo:
            print(f"The move is undone; shard {make(_say).undo().source} keeps its partitions.")
        else:
            changed = make(_say).move(options.partition, options.to)
            is_there = "is now" if changed else "was already"
            print(f"Partition {options.partition} {is_there} on shard {options.to}.")
    except (LedgerlaneError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to resume", file=sys.stderr)
        return INTERRUPTED
    return 0


def _tell(done: Spread) -> None:
    for partition, shard in done.placed.items():
        print(f"Partition {partition} is on shard {shard}.")
    if done.left:
        print("The ledger has commands, so its partitions stay where they are. To move them, run:")
    for partition, shard in done.left.items():
        print(f"  make move-partition P={partition} TO={shard}")


def _say(line: str) -> None:
    print(line, flush=True)


def _shard(text: str) -> int:
    """Read a shard's number, or its name, such as ``shard2``."""
    found = re.fullmatch(r"(?:shard)?([1-9]\d{0,3})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a shard, for example 2 or shard2")
    return int(found[1])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="move", description="Move a partition to another shard.")
    parser.add_argument("partition", type=int, nargs="?", help="the partition")
    parser.add_argument("to", type=_shard, nargs="?", help="the shard, for example 2 or shard2")
    parser.add_argument("--undo", action="store_true", help="take an unfinished move back")
    parser.add_argument(
        "--spread", action="store_true", help="spread the partitions of a ledger without commands"
    )
    options = parser.parse_args(arguments)
    is_move = options.partition is not None and options.to is not None
    if sum((is_move, options.undo, options.spread)) != 1:
        parser.error("give a partition and a shard, or --undo, or --spread")
    return options


if __name__ == "__main__":
    sys.exit(main())
