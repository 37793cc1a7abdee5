"""The sweeper: publishes what batches left in the outbox, lets holds expire, ends old sessions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from handlers.applying.outbox import Publisher, load_left, publish
from handlers.applying.publisher import PUBLISH_TIMEOUT_S, OutboxPublisher, TopicPartition
from handlers.domain import commands as c
from handlers.domain.ids import hold_expiry_id
from handlers.domain.partitions import partition_of
from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.errors import LedgerlaneError, LogFenced
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.postgres import Database, sql

logger = logging.getLogger(__name__)

#: Rows younger than this are being published by the batch that wrote them.
OUTBOX_AGE_S: Final = 10
#: How long one run publishes at most: well within the function's own time.
OUTBOX_BUDGET_S: Final = 20.0
MAX_PASSES: Final = 1000
#: How many accounts' holds one run asks for at most.
MAX_NUDGES: Final = 10_000
#: How long a partition may take to apply the nudges that it got before it gets them again.
NUDGE_PATIENCE_S: Final = 3600


@dataclass(frozen=True, slots=True)
class State:
    """What the alerts watch of the ledger's state.

    Attributes
    ----------
    parked, parked_accounts
        Commands that wait for an operator, and their accounts.
    outbox, outbox_age_s
        Rows that are not published, and the age of the oldest in seconds.
    imbalanced
        Currencies whose accounts don't sum to zero.
    in_transit
        Currencies of which money is under way between partitions.
    deliveries, delivery_age_s
        Deliveries of webhooks that are not finished, and the age of the oldest in seconds.
    parked_events
        Records of the events' topic that could not be read.
    """

    parked: int
    parked_accounts: int
    outbox: int
    outbox_age_s: float
    imbalanced: int
    in_transit: int
    deliveries: int
    delivery_age_s: float
    parked_events: int


class SweepFailed(LedgerlaneError):
    """A stage of the sweeper failed; the others were run all the same."""


@dataclass(slots=True)
class Swept:
    """What a run of the sweeper did and saw.

    Attributes
    ----------
    published
        Rows of the outbox.
    holds
        Accounts that were asked to let go of holds.
    refused
        Messages that the log refuses for good, of all time; an operator has to look at each.
    awaited
        Partitions of the log that messages wait for.
    fullness
        How much of its bound the ledger's own fullest account uses, in percent.
    state
        What the alerts watch; None where it could not be read.
    failures
        What went wrong, by stage; empty if nothing did.
    """

    published: int = 0
    holds: int = 0
    refused: int = 0
    awaited: int = 0
    fullness: float = 0.0
    state: State | None = None
    failures: dict[str, str] = field(default_factory=dict)


def sweep(
    database: Database,
    producer: Producer,
    *,
    commands_topic: str,
    sending_by: Callable[[], int],
    outbox_age_s: float = OUTBOX_AGE_S,
) -> Swept:
    """Publish old outbox rows, ask for the expiry of holds whose time is over, and look around.

    All of it may be done twice, by another run or by the partition's next batch: each leg and each
    expiry has an id of its own that takes effect once.  Each stage runs whatever became of the
    others; what went wrong is in the result's ``failures``.

    Parameters
    ----------
    sending_by
        Returns the partition count that commands may be sent by now, or raises.
    outbox_age_s
        How old, in seconds, a row of the outbox has to be.
    """
    swept = Swept()
    stages: dict[str, Callable[[], None]] = {
        "outbox": lambda: _publish_outbox(swept, database, OutboxPublisher(producer), outbox_age_s),
        "holds": lambda: _expire_holds(swept, database, producer, commands_topic, sending_by),
        "sessions": lambda: _delete_sessions(database),
        "trouble": lambda: _look_for_trouble(swept, database),
        "state": lambda: _look_at_state(swept, database),
        "fullness": lambda: _look_at_fullness(swept, database),
    }
    for name, stage in stages.items():
        try:
            stage()
        except Exception as error:
            logger.exception("the sweeper's stage %s failed", name)
            swept.failures[name] = f"{type(error).__name__}: {error}"
    return swept


def _publish_outbox(swept: Swept, database: Database, publisher: Publisher, age_s: float) -> None:
    shut: frozenset[TopicPartition] = frozenset()
    deadline_s = monotonic_s() + OUTBOX_BUDGET_S
    for _ in range(MAX_PASSES):
        with database.connection() as connection:
            backlog = load_left(connection, age_s, shut)
            if not backlog.rows and not any(wait.is_due for wait in backlog.waits):
                break
            published = publish(connection, publisher, backlog, shut)
        swept.published += published.rows
        # What did not take a message is not waited for again in this run.
        shut |= published.shut
        if monotonic_s() > deadline_s:
            break
    if shut:
        names = sorted(f"{topic}-{partition}" for topic, partition in shut)
        raise SweepFailed(f"the log did not take messages for {', '.join(names)}")


def _expire_holds(
    swept: Swept,
    database: Database,
    producer: Producer,
    topic: str,
    sending_by: Callable[[], int],
) -> None:
    try:
        partitions = sending_by()
    except LogFenced:
        return  # time decides about a hold by the log: the next run is early enough
    rows = database.read(
        sql("applying/due_holds"),
        {"topic": topic, "limit": MAX_NUDGES, "patience_s": NUDGE_PATIENCE_S},
    )
    nudges = producer.send(
        [
            _nudge(topic, partition_of(account_id, partitions), hold_id, account_id)
            for hold_id, account_id in rows
        ]
    )
    outcomes = producer.outcomes(nudges, PUBLISH_TIMEOUT_S)
    last: dict[int, int] = {}
    for nudge in nudges:
        if nudge.position is not None:
            swept.holds += 1
            last[nudge.record.partition] = nudge.position.offset
    database.write(
        sql("applying/note_nudges"),
        {"topic": topic, "partitions": [*last], "offsets": [*last.values()]},
    )
    failure = next((outcome for outcome in outcomes if outcome is not None), None)
    if failure is not None:
        count = len(outcomes) - outcomes.count(None)
        raise SweepFailed(f"{count} accounts could not be asked: {failure.reason}")


def _nudge(topic: str, partition: int, hold_id: str, account_id: str) -> Outbound:
    command = c.HoldExpiry(
        transaction_id=hold_expiry_id(hold_id),
        user_id="",
        rules=c.RULES,
        requested_at_us=now_us(),
        account_id=account_id,
        hold_id=hold_id,
    )
    return Outbound(topic, partition, account_id.encode(), c.encode(command))


def _delete_sessions(database: Database) -> None:
    database.write(sql("applying/delete_expired_sessions"))


def _look_for_trouble(swept: Swept, database: Database) -> None:
    ((swept.refused, swept.awaited),) = database.read(sql("applying/outbox_trouble"))


def _look_at_state(swept: Swept, database: Database) -> None:
    (row,) = database.read(sql("applying/signals"))
    parked, accounts, outbox, outbox_age_s, imbalanced, in_transit, *rest = row
    deliveries, delivery_age_s, parked_events = rest
    swept.state = State(
        parked=parked,
        parked_accounts=accounts,
        outbox=outbox,
        outbox_age_s=float(outbox_age_s),
        imbalanced=imbalanced,
        in_transit=in_transit,
        deliveries=deliveries,
        delivery_age_s=float(delivery_age_s),
        parked_events=parked_events,
    )


def _look_at_fullness(swept: Swept, database: Database) -> None:
    ((fullness,),) = database.read(sql("applying/fullness"))
    swept.fullness = float(fullness)
