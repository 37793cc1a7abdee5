"""Grow the log's partition count, as a command or as a function that you invoke by hand.

``python -m functions.grow 24`` grows the log or resumes an interrupted growth; ``--give-up``
cancels an early one.  As a function it takes the event ``{"partitions": 96}`` or ``{"give_up":
true}``; invoke it again until it is done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from functions import wiring
from functions.settings import SettingsError
from handlers.growing.grower import DRAIN_S, MARKED_S, Grower, Patience
from handlers.growing.growths import Growing
from handlers.platform.bounds import DEAD_TOPIC, WEBHOOKS_GROUP
from handlers.platform.errors import LedgerlaneError
from handlers.platform.topic_admin import PartitionCountError, TopicAdmin

INTERRUPTED: Final = 130
#: The time to reserve for the fence and for moving accounts, within a function's timeout.
RESERVE_S: Final = 120.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Grow the log or cancel a growth; return what was done."""
    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        wiring.logger().info("growing the log", extra={"step": line})

    left_s = context.get_remaining_time_in_millis() / 1000 - RESERVE_S
    patience = Patience(drain_s=min(DRAIN_S, left_s / 2), marked_s=min(MARKED_S, left_s / 2))
    grower = make(report, patience)
    if event.get("give_up"):
        return {"partitions": grower.give_up(), "steps": lines}
    partitions = int(event["partitions"])
    return {"partitions": partitions, "changed": grower.grow(partitions), "steps": lines}


def make(report: Callable[[str], None], patience: Patience) -> Grower:
    """Return a grower for the log in the settings."""
    settings = wiring.settings()
    return Grower(
        Growing(wiring.shards(), settings.commands_topic),
        TopicAdmin(wiring.brokers()),
        wiring.topics(),
        wiring.producer(),
        commands_topic=settings.commands_topic,
        events_topic=settings.events_topic,
        other_topics=(settings.log_prefix + DEAD_TOPIC,),
        events_group=settings.log_prefix + WEBHOOKS_GROUP,
        partitions=settings.partitions,
        patience=patience,
        report=report,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Grow the log and print each step; return the exit status."""
    options = _options(arguments)
    patience = Patience(drain_s=options.drain_s, marked_s=options.marked_s)
    try:
        grower = make(_say, patience)
        if options.give_up:
            print(f"The fence is lifted; the log keeps its {grower.give_up()} partitions.")
            return 0
        changed = grower.grow(options.partitions)
    except (LedgerlaneError, PartitionCountError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to resume", file=sys.stderr)
        return INTERRUPTED
    has = "has" if changed else "had already"
    print(f"The log {has} {options.partitions} partitions.")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="grow", description="Grow the log's partition count.")
    parser.add_argument("partitions", type=int, nargs="?", help="the new count")
    parser.add_argument(
        "--give-up",
        action="store_true",
        help="cancel the growth and lift the fence, if it is not too late",
    )
    for name, default in (("--drain-s", DRAIN_S), ("--marked-s", MARKED_S)):
        parser.add_argument(name, type=float, default=default, help=f"patience ({default:.0f})")
    options = parser.parse_args(arguments)
    if (options.partitions is None) != options.give_up:
        parser.error("give the new partition count, or --give-up")
    return options


if __name__ == "__main__":
    sys.exit(main())
