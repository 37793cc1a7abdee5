"""The sweeper: publishes what a crash left in the outbox, and lets holds expire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handlers.adapters.kafka import Outbound, Producer
from handlers.adapters.postgres import Database, sql
from handlers.clock import now_us
from handlers.domain import commands as c
from handlers.domain.ids import hold_expiry_id
from handlers.errors import LogFenced
from handlers.layout import Layout
from handlers.ledger.events import decode_outbox
from handlers.ledger.publishing import PUBLISH_TIMEOUT_S, OutboxPublisher
from handlers.ledger.service import delete_published

#: Rows younger than this are being published by the batch that wrote them.
OUTBOX_AGE_S: Final = 10
#: How much one pass takes, and how many passes one run makes at most.
PASS_SIZE: Final = 200
MAX_PASSES: Final = 50


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run of the sweeper did."""

    published: int
    holds: int


def sweep(
    database: Database,
    producer: Producer,
    *,
    commands_topic: str,
    partitions: int,
    outbox_age_s: float = OUTBOX_AGE_S,
) -> Swept:
    """Publish old outbox rows and ask for the expiry of holds whose time is over.

    Both may be done twice, by another run or by the partition's next batch: each leg and each
    expiry has an id of its own that takes effect once.

    Raises
    ------
    Unavailable
        If the database or the log can't be reached; the next run goes on.
    """
    published = _publish_outbox(database, OutboxPublisher(producer), outbox_age_s)
    layout = Layout(database, commands_topic, partitions)
    holds = _expire_holds(database, producer, commands_topic, layout)
    database.write(sql("apply/delete_expired_sessions"))
    return Swept(published, holds)


def _publish_outbox(database: Database, publisher: OutboxPublisher, age_s: float) -> int:
    published = 0
    for _ in range(MAX_PASSES):
        rows = database.read(sql("apply/due_outbox"), {"age_s": age_s, "limit": PASS_SIZE})
        for outbox_id, messages in rows:
            publisher.publish(decode_outbox(messages))
            with database.connection() as connection:
                delete_published(connection, [outbox_id])
        published += len(rows)
        if len(rows) < PASS_SIZE:
            break
    return published


def _expire_holds(
    database: Database, producer: Producer, commands_topic: str, layout: Layout
) -> int:
    try:
        layout.sending_by()
    except LogFenced:
        return 0  # time decides about a hold by the log: the next run is early enough
    rows = database.read(sql("apply/due_holds"), {"limit": PASS_SIZE * MAX_PASSES})
    records = []
    for hold_id, account_id in rows:
        command = c.HoldExpiry(
            transaction_id=hold_expiry_id(hold_id),
            user_id="",
            rules=c.RULES,
            requested_at_us=now_us(),
            account_id=account_id,
            hold_id=hold_id,
        )
        lane = layout.lane_of(account_id)
        records.append(Outbound(commands_topic, lane, account_id.encode(), c.encode(command)))
    producer.wait(producer.send(records), PUBLISH_TIMEOUT_S)
    return len(rows)
