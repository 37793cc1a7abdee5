"""Start and end a crowd: all its members at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from load.crowd.members import Awaited, End, Visit, idle, slow_head, slow_reader, waiting

#: How long all members may take to connect, and to end when the crowd is over, in seconds.
COMING_S = 10.0
SETTLING_S = 2.0
GOING_S = 45.0


@dataclass(frozen=True)
class Size:
    """The number of members of each kind. Each pending transaction has one waiting member."""

    idle: int = 500
    slow_heads: int = 50
    slow_readers: int = 50


@dataclass
class Crowd:
    """How the members of a crowd ended. Complete once the crowd is gone."""

    ends: list[End] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return the failures, each once with its count."""
        counts = Counter(f"{end.kind}: {end.what}" for end in self.ends if not end.is_right)
        return [f"{what} ({count})" for what, count in counts.items()]

    def __str__(self) -> str:
        counts = Counter(f"{end.kind}: {end.what}" for end in self.ends)
        return "; ".join(f"{count} {what}" for what, count in sorted(counts.items()))


@contextlib.asynccontextmanager
async def crowded(
    url: str, awaited: Sequence[Awaited], wait_s: int, size: Size
) -> AsyncIterator[Crowd]:
    """Run the block beside a crowd, then wait until the crowd has ended.

    Raises
    ------
    TimeoutError
        If a member can't connect in time, or does not end.
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
        # The first requests are a burst of a thousand, which would distort the measurement. Wait
        # until they are answered.
        await asyncio.sleep(SETTLING_S)
        yield crowd
        visit.over.set()
        async with asyncio.timeout(GOING_S):
            crowd.ends += [await member for member in members]
