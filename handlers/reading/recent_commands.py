"""What this process accepted a moment ago: an answer for who asks again before it is applied.

It is a copy of what the log has, kept for speed; whatever it does not have is looked up there.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from handlers.domain import commands as c
from handlers.platform.kafka import Position

MAX_REMEMBERED: Final = 20_000


class Accepted(NamedTuple):
    """A command and its place in the log."""

    command: c.AnyCommand
    position: Position


class RecentCommands:
    """The latest accepted commands, by transaction id; bounded."""

    def __init__(self, at_most: int = MAX_REMEMBERED) -> None:
        self._accepted: OrderedDict[str, Accepted] = OrderedDict()
        self._at_most = at_most

    def add(self, command: c.AnyCommand, position: Position) -> None:
        """Remember a command that the log has."""
        self._accepted[command.transaction_id] = Accepted(command, position)
        if len(self._accepted) > self._at_most:
            self._accepted.popitem(last=False)

    def get(self, transaction_id: str) -> Accepted | None:
        """Return a command that was accepted here lately, or None."""
        return self._accepted.get(transaction_id)
