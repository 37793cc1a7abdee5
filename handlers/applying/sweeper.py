"""The sweeper: publishes messages that batches left, expires holds, deletes old sessions."""

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

#: The batch that wrote a younger row is still publishing it.
OUTBOX_AGE_S: Final = 10
#: How long one run publishes at most: well within the function's timeout.
OUTBOX_BUDGET_S: Final = 20.0
MAX_PASSES: Final = 1000
#: The maximum number of accounts that one run nudges.
MAX_NUDGES: Final = 10_000
#: How long a partition may take to apply its nudges before it gets them again.
NUDGE_PATIENCE_S: Final = 3600


@dataclass(frozen=True, slots=True)
class State:
    """The state of the ledger that alarms watch.

    Attributes
    ----------
    parked, parked_accounts
        Parked commands that wait for an operator, and their accounts.
    outbox, outbox_age_s
        Unpublished rows, and the age of the oldest in seconds.
    imbalanced
        Currencies whose accounts don't sum to zero.
    in_transit
        Currencies with money in transit between partitions.
    deliveries, delivery_age_s
        Unfinished webhook deliveries, and the age of the oldest in seconds.
    parked_events
        Records of the events topic that could not be read.
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
    """A stage of the sweeper failed. The others still ran."""


@dataclass(slots=True)
class Swept:
    """The work and observations of one run.

    Attributes
    ----------
    published
        Published rows of the outbox.
    holds
        Accounts that were nudged to expire holds.
    refused
        Messages that the log ever refused permanently; an operator must look at each.
    awaited
        Partitions of the log that messages wait for.
    fullness
        How full the ledger's fullest own account is, in percent of its limit.
    state
        The state that alarms watch; None if it could not be read.
    failures
        Errors by stage; empty if there were none.
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
    """Publish old outbox rows, nudge accounts with expired holds, and read the ledger's state.

    All of it may be repeated, by another run or by the partition's next batch: each leg and each
    expiry has its own id and takes effect once.  Every stage runs even if others fail; errors are
    in the result's ``failures``.

    Parameters
    ----------
    sending_by
        Returns the partition count to send commands by, or raises.
    outbox_age_s
        The minimum age of an outbox row, in seconds.
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
        # Don't try a partition again in this run after it refused a message.
        shut |= published.shut
        if monotonic_s() > deadline_s:
            break
    if shut:
        names = sorted(f"{topic}-{partition}" for topic, partition in shut)
        raise SweepFailed(f"the log did not accept messages for {', '.join(names)}")


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
        return  # expiry goes by the log's time, so the next run is early enough
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
        raise SweepFailed(f"{count} accounts could not be nudged: {failure.reason}")


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
