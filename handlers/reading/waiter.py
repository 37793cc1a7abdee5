"""Waits for accepted commands to finish, at little cost for the database.

One query per tick and shard looks up the results for all waiting requests of a process. A request's
result is looked up often at first and then less often, so hundreds of requests that wait for a
stuck partition cost little, even while new ones arrive. Each shard has a thread of its own, so that
nobody waits for a shard that has nothing to do with the request.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from handlers.domain import commands as c
from handlers.domain.ids import digits
from handlers.domain.leg_columns import COUNT, leg_of
from handlers.domain.state import Leg
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import Database
from handlers.reading.legs import legs_query
from handlers.reading.transactions import conflict_view, unread_view
from handlers.reading.views import TransactionView, leg_view
from handlers.sharding.shards import HOME, Shards

FIRST_TICK_S: Final = 0.005
LAST_TICK_S: Final = 0.05
SLOWER: Final = 1.25
MAX_WAIT_S: Final = 20
#: The pause before a result is looked up again, as a fraction of the time waited so far, and its
#: maximum in seconds.
PAUSE_SHARE: Final = 0.1
LONGEST_PAUSE_S: Final = 0.25
MAX_IDS_A_QUERY: Final = 2000

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Awaited:
    """A command that a request waits for; times are from the monotonic clock."""

    transaction_id: str
    position: Position
    command: c.AnyCommand | None = None
    result: TransactionView | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    since_s: float = field(default_factory=time.monotonic)
    due_s: float = 0.0

    def put_off(self, now_s: float) -> None:
        """Schedule the next lookup after this one."""
        self.due_s = now_s + min(PAUSE_SHARE * (now_s - self.since_s), LONGEST_PAUSE_S)


class Waiter:
    """Waits for results; one per process."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._lookouts = {shard.number: _Lookout(shard.database) for shard in shards.each}

    def wait(
        self, accepted: list[tuple[c.AnyCommand, Position]], timeout_s: float
    ) -> list[TransactionView | None]:
        """Wait until commands are final.

        Parameters
        ----------
        accepted
            The commands and their positions in the log.
        timeout_s
            How long to wait for all of them together, in seconds.

        Returns
        -------
        list
            The results in order, or None for a command without a result yet.
        """
        entries = [
            Awaited(command.transaction_id, position, command) for command, position in accepted
        ]
        return self._wait(entries, timeout_s)

    def wait_for_id(self, transaction_id: str, position: Position, timeout_s: float) -> None:
        """Wait until a transaction is final, whichever request its id stands for."""
        self._wait([Awaited(transaction_id, position)], timeout_s)

    def _wait(self, entries: list[Awaited], timeout_s: float) -> list[TransactionView | None]:
        deadline_s = time.monotonic() + timeout_s
        for entry in entries:
            entry.lock.acquire()
        by_lookout = self._by_lookout(entries)
        for lookout, theirs in by_lookout:
            lookout.add(theirs)
        try:
            for entry in entries:
                left_s = deadline_s - time.monotonic()
                if entry.result is None and left_s > 0:
                    entry.lock.acquire(timeout=left_s)
        finally:
            for lookout, theirs in by_lookout:
                lookout.remove(theirs)
        return [entry.result for entry in entries]

    def _by_lookout(self, entries: list[Awaited]) -> list[tuple[_Lookout, list[Awaited]]]:
        """Group commands by the shard that applies them.

        If that is not known, look at home: the requests return as pending in time.
        """
        grouped: dict[int, list[Awaited]] = {}
        for entry in entries:
            try:
                number = self._shards.number_of_partition(entry.position.partition)
                self._shards.database(number)
            except Unavailable:
                number = HOME
            grouped.setdefault(number, []).append(entry)
        return [(self._lookouts[number], theirs) for number, theirs in grouped.items()]


class _Lookout:
    """Looks out for results in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._awaited: list[Awaited] = []
        self._ticker: threading.Thread | None = None
        self._has_news = False

    def add(self, entries: list[Awaited]) -> None:
        """Look out for results until `remove`."""
        with self._lock:
            self._awaited += entries
            self._has_news = True
            if self._ticker is None:
                self._ticker = threading.Thread(target=self._tick, name="waiter", daemon=True)
                self._ticker.start()

    def remove(self, entries: list[Awaited]) -> None:
        """Look out for these no longer."""
        gone = set(map(id, entries))
        with self._lock:
            self._awaited = [entry for entry in self._awaited if id(entry) not in gone]

    def _tick(self) -> None:
        interval_s = FIRST_TICK_S
        while True:
            time.sleep(interval_s)
            with self._lock:
                waiting = [entry for entry in self._awaited if entry.result is None]
                if not waiting:
                    self._ticker = None
                    return
                interval_s = (
                    FIRST_TICK_S if self._has_news else min(interval_s * SLOWER, LAST_TICK_S)
                )
                self._has_news = False
            now_s = time.monotonic()
            due = [entry for entry in waiting if entry.due_s <= now_s][:MAX_IDS_A_QUERY]
            for entry in due:
                entry.put_off(now_s)
            try:
                if due:
                    self._look(due)
            except Unavailable:
                interval_s = LAST_TICK_S
            except Exception:
                # The requests return as pending in time, and the next tick may succeed.
                logger.exception("looking up results failed")
                interval_s = LAST_TICK_S

    def _look(self, waiting: list[Awaited]) -> None:
        rows = self._database.read(
            legs_query("reading/awaited"),
            {
                "ids": [digits(entry.transaction_id) for entry in waiting],
                "partitions": [entry.position.partition for entry in waiting],
                "offsets": [entry.position.offset for entry in waiting],
            },
        )
        for row in rows:
            number, is_conflict = row[COUNT:]
            entry = waiting[number - 1]
            leg = leg_of(row) if row[0] is not None else None
            entry.result = _result(entry, leg, is_conflict)
            entry.lock.release()


def _result(entry: Awaited, leg: Leg | None, is_conflict: bool) -> TransactionView:
    """Return a request's result: its transaction, or the conflict with another request's key."""
    command = entry.command
    if command is not None and leg is not None and leg.fingerprint != command.fingerprint:
        is_conflict = True
    if is_conflict and command is not None:
        return conflict_view(command, entry.position, None)
    if leg is None:
        return unread_view(entry.transaction_id, entry.position)
    # Whoever waits for a result requested the transaction.
    return leg_view(leg, shows_metadata=True)
