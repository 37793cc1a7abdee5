"""Commands that this process accepted recently, to answer reads before they are applied.

This is a cache of the log; a command that is not here is read from the log.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from handlers.domain import commands as c
from handlers.platform.kafka import Position

MAX_REMEMBERED: Final = 20_000


class Accepted(NamedTuple):
    """A command and its position in the log."""

    command: c.AnyCommand
    position: Position


class RecentCommands:
    """The latest accepted commands by transaction id, bounded in number."""

    def __init__(self, at_most: int = MAX_REMEMBERED) -> None:
        self._accepted: OrderedDict[str, Accepted] = OrderedDict()
        self._at_most = at_most

    def add(self, command: c.AnyCommand, position: Position) -> None:
        """Remember a command that is in the log."""
        self._accepted[command.transaction_id] = Accepted(command, position)
        if len(self._accepted) > self._at_most:
            self._accepted.popitem(last=False)

    def get(self, transaction_id: str) -> Accepted | None:
        """Return a command that this process accepted recently, or None."""
        return self._accepted.get(transaction_id)
