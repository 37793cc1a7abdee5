"""A crowd comes and goes: its members, all at once, and how each of them ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from load.crowd.members import Awaited, End, Visit, idle, slow_head, slow_reader, waiting

#: How long everybody may take to come, and to go once they may, in seconds.
COMING_S = 10.0
SETTLING_S = 2.0
GOING_S = 45.0


@dataclass(frozen=True)
class Size:
    """How many of each kind there are; of those who wait, as many as there is to wait for."""

    idle: int = 500
    slow_heads: int = 50
    slow_readers: int = 50


@dataclass
class Crowd:
    """What became of a crowd; complete when it is gone."""

    ends: list[End] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return what went wrong, each thing once with how often it did."""
        counts = Counter(f"{end.kind}: {end.what}" for end in self.ends if not end.is_right)
        return [f"{what} ({count})" for what, count in counts.items()]

    def __str__(self) -> str:
        counts = Counter(f"{end.kind}: {end.what}" for end in self.ends)
        return "; ".join(f"{count} {what}" for what, count in sorted(counts.items()))


@contextlib.asynccontextmanager
async def crowded(
    url: str, awaited: Sequence[Awaited], wait_s: int, size: Size
) -> AsyncIterator[Crowd]:
    """Have a crowd there while the block runs; wait for its end behind it.

    Raises
    ------
    TimeoutError
        If not all of them can connect in time, or one of them never ends.
    """
    visit, crowd = Visit(url, wait_s), Crowd()
    coming: list[Coroutine[Any, Any, End]] = [
        *(idle(visit) for _ in range(size.idle)),
        *(waiting(visit, one) for one in awaited),
        *(slow_head(visit) for _ in range(size.slow_heads)),
        *(slow_reader(visit) for _ in range(size.slow_readers)),
    ]
    async with asyncio.TaskGroup() as group:
        members = [group.create_task(one) for one in coming]
        async with asyncio.timeout(COMING_S):
            while visit.arrived < len(members):
                await asyncio.sleep(0.05)
        # What they ask for first is a burst of a thousand requests, which is no crowd any more
        # once it is answered.
        await asyncio.sleep(SETTLING_S)
        yield crowd
        visit.over.set()
        async with asyncio.timeout(GOING_S):
            crowd.ends += [await member for member in members]
