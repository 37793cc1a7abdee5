"""The sweeper: publishes messages that batches left, expires holds, deletes old sessions.

Each shard is swept in a thread of its own, so that one that is away stops nothing on the others.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from handlers.platform.postgres import sql
from handlers.sharding.shards import HOME, Shard, Shards

logger = logging.getLogger(__name__)

#: The batch that wrote a younger row is still publishing it.
OUTBOX_AGE_S: Final = 10
#: How long one run publishes at most: well within the function's timeout.
OUTBOX_BUDGET_S: Final = 20.0
MAX_PASSES: Final = 1000
#: How long one run waits for all shards: within the function's timeout, so that what is known is
#: measured.
SWEEP_LIMIT_S: Final = 40.0
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
        Currencies with money in transit between partitions; None if a shard could not be read, of
        which money may be on its way.
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
    in_transit: int | None
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
        Partitions of the log that messages wait for, once for each shard with such messages.
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


@dataclass(slots=True)
class _Share:
    """One shard's part of a run.

    Attributes
    ----------
    absent
        Partitions whose rows on this shard don't count.
    signals
        What the shard says of its state; None if it could not be read.
    """

    shard: Shard
    absent: Sequence[int]
    swept: Swept = field(default_factory=Swept)
    signals: _Signals | None = None


@dataclass(frozen=True, slots=True)
class _Signals:
    """A shard's state; ``sums`` has each currency's balances, of all accounts and in transit."""

    parked: int
    parked_accounts: int
    outbox: int
    outbox_age_s: float
    sums: Mapping[str, tuple[int, int]]
    deliveries: int
    delivery_age_s: float
    parked_events: int


def sweep(
    shards: Shards,
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
    try:
        places = shards.map()
    except Exception as error:
        logger.exception("the sweeper can't read the map of shards")
        return Swept(failures={"map": _told(error)})
    shares = [_Share(shard, places.absent_from(shard.number)) for shard in shards.each]
    publisher = OutboxPublisher(producer)

    def work(share: _Share) -> None:
        _sweep_shard(
            share,
            {
                "outbox": lambda: _publish_outbox(share, publisher, outbox_age_s),
                "holds": lambda: _expire_holds(share, producer, commands_topic, sending_by),
                "sessions": lambda: _delete_sessions(share),
                "trouble": lambda: _look_for_trouble(share),
                "state": lambda: _look_at_state(share),
                "fullness": lambda: _look_at_fullness(share),
            },
        )

    return _sum_of(shares, _in_threads(work, shares))


def _sweep_shard(share: _Share, stages: Mapping[str, Callable[[], None]]) -> None:
    for name, stage in stages.items():
        try:
            stage()
        except Exception as error:
            logger.exception("the sweeper's stage %s failed on shard %d", name, share.shard.number)
            share.swept.failures[name] = _told(error)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _in_threads(work: Callable[[_Share], None], shares: Sequence[_Share]) -> list[bool]:
    """Sweep the shards, each in a thread if there are several; return which were done in time."""
    if len(shares) == 1:
        work(shares[0])
        return [True]
    threads = [threading.Thread(target=work, args=(share,), daemon=True) for share in shares]
    deadline_s = monotonic_s() + SWEEP_LIMIT_S
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline_s - monotonic_s()))
    return [not thread.is_alive() for thread in threads]


def _sum_of(shares: Sequence[_Share], were_done: Sequence[bool]) -> Swept:
    swept = Swept()
    for share, was_done in zip(shares, were_done, strict=True):
        one, number = share.swept, share.shard.number
        swept.published += one.published
        swept.holds += one.holds
        swept.refused += one.refused
        swept.awaited += one.awaited
        swept.fullness = max(swept.fullness, one.fullness)
        suffix = "" if number == HOME else f" of shard {number}"
        swept.failures |= {name + suffix: why for name, why in one.failures.items()}
        if not was_done:
            swept.failures["sweep" + suffix] = f"not done within {SWEEP_LIMIT_S:.0f} s"
    swept.state = _state_of([share.signals for share in shares])
    return swept


def _state_of(read: Sequence[_Signals | None]) -> State | None:
    """Return the state of all shards, as far as it could be read."""
    known = [one for one in read if one is not None]
    if not known:
        return None
    in_transit: Counter[str] = Counter()
    imbalanced = set()
    for one in known:
        for currency, (total, under_way) in one.sums.items():
            in_transit[currency] += under_way
            # Every posting is within a partition, so each shard balances.
            if total:
                imbalanced.add(currency)
    is_whole = len(known) == len(read)
    return State(
        parked=sum(one.parked for one in known),
        parked_accounts=sum(one.parked_accounts for one in known),
        outbox=sum(one.outbox for one in known),
        outbox_age_s=max(one.outbox_age_s for one in known),
        imbalanced=len(imbalanced),
        in_transit=sum(map(bool, in_transit.values())) if is_whole else None,
        deliveries=sum(one.deliveries for one in known),
        delivery_age_s=max(one.delivery_age_s for one in known),
        parked_events=sum(one.parked_events for one in known),
    )


def _publish_outbox(share: _Share, publisher: Publisher, age_s: float) -> None:
    shut: frozenset[TopicPartition] = frozenset()
    deadline_s = monotonic_s() + OUTBOX_BUDGET_S
    for _ in range(MAX_PASSES):
        with share.shard.database.connection() as connection:
            backlog = load_left(connection, age_s, shut, share.absent)
            if not backlog.rows and not any(wait.is_due for wait in backlog.waits):
                break
            published = publish(connection, publisher, backlog, shut)
        share.swept.published += published.rows
        # Don't try a partition again in this run after it refused a message.
        shut |= published.shut
        if monotonic_s() > deadline_s:
            break
    if shut:
        names = sorted(f"{topic}-{partition}" for topic, partition in shut)
        raise SweepFailed(f"the log did not accept messages for {', '.join(names)}")


def _expire_holds(
    share: _Share, producer: Producer, topic: str, sending_by: Callable[[], int]
) -> None:
    try:
        partitions = sending_by()
    except LogFenced:
        return  # expiry goes by the log's time, so the next run is early enough
    rows = share.shard.database.read(
        sql("applying/due_holds"),
        {
            "topic": topic,
            "limit": MAX_NUDGES,
            "patience_s": NUDGE_PATIENCE_S,
            "absent": share.absent,
        },
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
            share.swept.holds += 1
            last[nudge.record.partition] = nudge.position.offset
    share.shard.database.write(
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


def _delete_sessions(share: _Share) -> None:
    if share.shard.number == HOME:
        share.shard.database.write(sql("applying/delete_expired_sessions"))


def _look_for_trouble(share: _Share) -> None:
    wanted = {"absent": share.absent}
    ((refused, awaited),) = share.shard.database.read(sql("applying/outbox_trouble"), wanted)
    share.swept.refused, share.swept.awaited = refused, awaited


def _look_at_state(share: _Share) -> None:
    (row,) = share.shard.database.read(sql("applying/signals"), {"absent": share.absent})
    parked, accounts, outbox, outbox_age_s, sums, deliveries, delivery_age_s, parked_events = row
    share.signals = _Signals(
        parked=parked,
        parked_accounts=accounts,
        outbox=outbox,
        outbox_age_s=float(outbox_age_s),
        sums=sums,
        deliveries=deliveries,
        delivery_age_s=float(delivery_age_s),
        parked_events=parked_events,
    )


def _look_at_fullness(share: _Share) -> None:
    ((fullness,),) = share.shard.database.read(sql("applying/fullness"))
    share.swept.fullness = float(fullness)
