"""Making a ledger anew from a log in memory, beside the one that was made from it live."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import psycopg

from handlers.applying.events import decode_outbox
from handlers.applying.writer import Writer
from handlers.auditing.comparison import Difference, first_difference
from handlers.auditing.rebuild import Unsent, rebuild, values_of, verdicts_of
from handlers.domain.growth import Growth
from handlers.growing import growths
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.integration.ledger.harness import COMMANDS, EVENTS, Ledger, NoCache
from tests.integration.ledger.pooling import empty
from tests.support.memory import Log


class MemoryHistory:
    """A log in memory, read as the real one is."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def partitions(self) -> int:
        return len(self._log.partitions)

    def read(
        self, partition: int, start: int, limit: int
    ) -> Sequence[tuple[int, int, int, bytes | None, bytes | None]]:
        return [record[:5] for record in self._log.partitions[partition][start : start + limit]]


def difference_when_rebuilt(
    ledger: Ledger, url: str, counts: Sequence[int] | None = None
) -> Difference | None:
    """Rebuild a ledger in another database, which is emptied first, and compare the two.

    Parameters
    ----------
    counts
        The partition counts that the log had, one after the other.
    """
    empty(url)
    history = MemoryHistory(ledger.log)
    database = Database(url, max_size=2)
    unpublished = [
        bytes(message.value)
        for row in ledger.rows("select messages from ledger.outbox")
        for message in decode_outbox(row["messages"])
    ]
    counts = counts or [ledger.partitions]
    unsent = Unsent(COMMANDS)
    writer = Writer(
        Shards.only(database),
        unsent,
        NoCache(),
        ledger.topic,
        commands_topic=COMMANDS,
        events_topic=EVENTS,
        partitions=counts[0],
        verdicts=verdicts_of([*values_of(history), *unpublished]),
    )

    def complete(growth: Growth) -> None:
        with database.connection() as connection:
            growths.note_from_log(connection, COMMANDS, growth)
            growths.complete(connection, COMMANDS, growth, lambda seen: None)

    try:
        rebuild(history, writer, unsent, counts, ledger.applied, lambda _: None, complete)
    finally:
        database.close()
    with ExitStack() as stack:
        live = [stack.enter_context(shard.database.connection()) for shard in ledger.shards.each]
        for connection in live:
            stack.enter_context(connection.transaction())
        rebuilt = stack.enter_context(psycopg.connect(url, prepare_threshold=None))
        return first_difference(live, rebuilt)
