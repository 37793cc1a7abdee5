"""Moves of partitions to other shards, as one of the nemesis's actions."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Final

from load.chaos.parts import PartFailed
from load.chaos.site import COMMANDS, Site

#: How long a move may take, with its repetitions after a fault met it.
LIMIT_S: Final = 120.0
_PLACES: Final = """
    select partition, coalesce(shard, 1) from ledger.partition_progress
    where topic = %s order by partition
"""


class Moves:
    """Moves one partition after the other to the shard after its own.

    Parameters
    ----------
    site
        A running instance with several shards, whose partitions nobody else moves.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        # Read now, because a database may be away when a move begins.
        self._places = {int(one): int(shard) for one, shard in site.rows(_PLACES, COMMANDS)}
        self._moved = 0

    def begin(self) -> Callable[[], None]:
        """Begin to move the next partition; return what finishes it."""
        partitions = sorted(self._places)
        partition = partitions[self._moved % len(partitions)]
        self._moved += 1
        target = self._places[partition] % self._site.shards + 1
        words = "run", "functions.move", str(partition), str(target)
        child = self._site.parts.local_cloud(*words)

        def finish() -> None:
            self._finish(child, words)
            self._places[partition] = target

        return finish

    def _finish(self, child: subprocess.Popen[str], words: tuple[str, ...]) -> None:
        """Wait for a move. If a fault met it, the same command goes on with it."""
        deadline_s = time.monotonic() + LIMIT_S
        said, _ = child.communicate(timeout=LIMIT_S)
        while child.returncode != 0:
            if time.monotonic() >= deadline_s:
                raise PartFailed(f"{' '.join(words)}: {said}")
            child = self._site.parts.local_cloud(*words)
            said, _ = child.communicate(timeout=LIMIT_S)
