"""Decides which partition a command goes to, and whether commands may be sent now.

The log's partition count can grow (`handlers.growing.growths`). During a growth nothing may be
sent, and afterwards nothing may be sent by the old count, even by a process that was suspended. So
a process may send only if it read the layout recently (`handlers.platform.fresh`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from handlers.platform.errors import LogFenced
from handlers.platform.fresh import Fresh
from handlers.platform.postgres import Database, sql

RETRY_AFTER_S: Final = 5


class _Layout(NamedTuple):
    """The accounts' partition count, and whether nothing may be sent now."""

    partitions: int
    is_fenced: bool


class Partitioning:
    """How accounts map to the log's partitions.

    Reading the layout also lifts an abandoned fence, so that a growth whose process was killed does
    not block commands for long.

    Parameters
    ----------
    partitions
        The count to use until the ledger records one.
    """

    def __init__(self, database: Database, topic: str, partitions: int) -> None:
        self._database = database
        self._topic = topic
        self._configured = partitions
        self._layout = Fresh(self._read, "can't read whether the ledger accepts commands")

    @property
    def partitions(self) -> int:
        """The last known count: good enough for reads, but not for sending."""
        layout = self._layout.last
        return self._configured if layout is None else layout.partitions

    def sending_by(self) -> int:
        """Return the partition count to send commands by, now.

        Raises
        ------
        LogFenced
            If nothing may be sent.
        Unavailable
            If the layout can't be read.
        """
        layout = self._layout.now()
        if layout.is_fenced:
            raise LogFenced(retry_after_s=RETRY_AFTER_S)
        return layout.partitions

    def _read(self) -> _Layout:
        """Read the layout; if it has an abandoned fence, lift that first."""
        layout, has_lapsed = self._look()
        if has_lapsed:
            self._database.write(sql("growing/lapse"), {"topic": self._topic})
            layout, _ = self._look()
        return layout

    def _look(self) -> tuple[_Layout, bool]:
        """Read the layout, and whether there is an abandoned fence."""
        (row,) = self._database.read(sql("growing/layout"), {"topic": self._topic})
        partitions, is_fenced, has_lapsed = row
        return _Layout(partitions or self._configured, is_fenced), has_lapsed
