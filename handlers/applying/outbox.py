"""The outbox: messages that committed batches must still publish.

A batch's row is deleted once all its messages are published. Messages that a partition of the log
does not accept move to rows for that partition, and a wait says when to try again. Until then,
later messages for it queue up behind them, so no batch loses time. Messages that are refused
permanently are kept for an operator.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

import msgspec
import psycopg

from handlers.applying.arrays import int_array
from handlers.applying.events import Outgoing, decode_outbox, encode_outbox
from handlers.applying.publisher import Failure, TopicPartition
from handlers.domain.row_limits import clean
from handlers.platform.backoff import Backoff
from handlers.platform.postgres import sql

logger = logging.getLogger(__name__)

#: The maximum number of rows a batch takes along, of its own partition and of each wait.
BATCH_ROWS: Final = 64
#: How often batches try a wait. After that only the sweeper does, since each attempt takes seconds.
BATCH_ATTEMPTS: Final = 3
#: The maximum number of rows, and of waits, that the sweeper takes in one pass.
SWEPT_ROWS: Final = 200
SWEPT_WAITS: Final = 20
#: How often the sweeper tries a wait: without a limit.
ENDLESS: Final = 2**31 - 1
#: How long a wait rests after a failed attempt.
BACKOFF: Final = Backoff(first_s=2, last_s=60)

Connection = psycopg.Connection[Any]


class Publisher(Protocol):
    """Publishes records and waits for the brokers' acknowledgement."""

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        """Publish in order; return the failures, as `handlers.applying.publisher` defines them."""


class Row(NamedTuple):
    """A row: a batch's messages or, with ``to``, messages that a log partition did not accept.

    Attributes
    ----------
    broken
        The row's text, if it can't be decoded.
    """

    outbox_id: int
    partition: int
    to: TopicPartition | None
    messages: Sequence[Outgoing]
    broken: str | None = None


class Wait(NamedTuple):
    """A partition's messages that wait for a partition of the log.

    Attributes
    ----------
    held
        A count of messages that came to wait, which shows whether more arrive.
    is_due
        Whether it may be tried now.
    has_more
        Whether more rows wait than are tried now.
    """

    partition: int
    to: TopicPartition
    held: int
    is_due: bool
    has_more: bool = False

    @property
    def is_shut(self) -> bool:
        """Whether new messages must queue up behind the waiting ones."""
        return not self.is_due or self.has_more


class Backlog(NamedTuple):
    """The rows to publish before anything new, in order, and the waits."""

    rows: list[Row]
    waits: list[Wait]


NO_BACKLOG: Final = Backlog([], [])


class Published(NamedTuple):
    """The outcome of publishing rows.

    Attributes
    ----------
    rows
        The number of rows that are fully published.
    shut
        The partitions of the log that did not accept a message.
    """

    rows: int
    shut: frozenset[TopicPartition]


def load_backlog(connection: Connection, partition: int) -> Backlog:
    """Return what a batch must publish first; in pipeline mode, three exchanges."""
    waits = _load_waits(connection, partition, BATCH_ATTEMPTS)
    batches = connection.execute(
        sql("applying/load_outbox"), {"partition": partition, "limit": BATCH_ROWS}
    ).fetchall()
    return _backlog(connection, waits, batches, BATCH_ROWS)


def load_left(
    connection: Connection,
    age_s: float,
    shut: Collection[TopicPartition],
    absent: Sequence[int] = (),
) -> Backlog:
    """Return some rows that batches left at least ``age_s`` ago, and some whose wait is due.

    Parameters
    ----------
    shut
        Partitions of the log to skip for now.
    absent
        Partitions that live in another database, which has their rows.
    """
    waits = [
        wait._replace(is_due=wait.is_due and wait.to not in shut)
        for wait in _load_waits(connection, None, ENDLESS)
        if wait.partition not in absent
    ]
    # The others are due in the next pass.
    later = [wait for wait in waits if wait.is_due][SWEPT_WAITS:]
    waits = [wait._replace(is_due=False) if wait in later else wait for wait in waits]
    batches = connection.execute(
        sql("applying/due_outbox"),
        {"age_s": age_s, "limit": SWEPT_ROWS, "absent": list(absent)},
    ).fetchall()
    return _backlog(connection, waits, batches, BATCH_ROWS)


def _load_waits(connection: Connection, partition: int | None, attempts: int) -> list[Wait]:
    rows = connection.execute(
        sql("applying/outbox_waits"), {"partition": partition, "attempts": attempts}
    ).fetchall()
    return [Wait(row[0], (row[1], row[2]), row[3], row[4]) for row in rows]


def _backlog(
    connection: Connection, waits: list[Wait], batches: Iterable[Any], limit: int
) -> Backlog:
    due = [wait for wait in waits if wait.is_due]
    if not due:
        return Backlog(_decoded(batches), waits)
    rows = connection.execute(
        sql("applying/waiting_outbox"),
        {
            "partitions": [wait.partition for wait in due],
            "to_topics": [wait.to[0] for wait in due],
            "to_partitions": [wait.to[1] for wait in due],
            "limit": limit,
        },
    ).fetchall()
    counts = Counter((row[1], (row[2], row[3])) for row in rows)
    waits = [wait._replace(has_more=counts[wait.partition, wait.to] >= limit) for wait in waits]
    # Waiting rows are older than rows that batches left.
    return Backlog(_decoded([*rows, *batches]), waits)


def _decoded(rows: Iterable[Any]) -> list[Row]:
    decoded: list[Row] = []
    for outbox_id, partition, to_topic, to_partition, text in rows:
        to = None if to_topic is None else (to_topic, to_partition)
        try:
            decoded.append(Row(outbox_id, partition, to, decode_outbox(text)))
        except msgspec.DecodeError:
            decoded.append(Row(outbox_id, partition, to, (), broken=text))
    return decoded


@dataclass(slots=True)
class _Remains:
    """The unpublished part of a row, and the reasons."""

    row: Row
    held: dict[TopicPartition, list[Outgoing]] = field(default_factory=dict)
    refused: list[tuple[Outgoing, str]] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not self.held and not self.refused and self.row.broken is None

    def hold(self, message: Outgoing) -> None:
        self.held.setdefault(_target(message), []).append(message)


def publish(
    connection: Connection,
    publisher: Publisher,
    backlog: Backlog,
    shut: Collection[TopicPartition] = frozenset(),
) -> Published:
    """Publish rows, oldest first, and record the outcome of each.

    Parameters
    ----------
    connection
        In autocommit mode.
    shut
        Partitions of the log to skip, besides those that the backlog waits for.

    Raises
    ------
    Unavailable, psycopg.Error
        If the outcome can't be determined or recorded. Publishing the rows again does no harm.
    """
    closed = {(wait.partition, wait.to) for wait in backlog.waits if wait.is_shut}
    remains = [_Remains(row) for row in backlog.rows]
    sent: list[tuple[_Remains, Outgoing]] = []
    for one in remains:
        for message in one.row.messages:
            target = _target(message)
            if one.row.to is None and (target in shut or (one.row.partition, target) in closed):
                one.hold(message)
            else:
                sent.append((one, message))
    failed: dict[tuple[int, TopicPartition], str] = {}
    for failure in publisher.publish([message for _, message in sent]):
        one, message = sent[failure.place]
        if failure.is_final:
            one.refused.append((message, failure.reason))
        else:
            one.hold(message)
            failed[one.row.partition, _target(message)] = failure.reason
    whole = [one.row.outbox_id for one in remains if one.is_nothing]
    if len(whole) < len(remains) or any(wait.is_due for wait in backlog.waits):
        with connection.transaction():
            held = _put_aside(connection, [one for one in remains if not one.is_nothing])
            _write_waits(connection, backlog.waits, held, failed)
            delete_published(connection, whole)
    elif whole:
        delete_published(connection, whole)
    return Published(len(whole), frozenset(target for _, target in failed))


def delete_published(connection: Connection, outbox_ids: Sequence[int]) -> None:
    """Delete published rows. If this is lost, they are only published again."""
    connection.execute(sql("applying/delete_outbox"), {"outbox_ids": int_array(outbox_ids)})


def _put_aside(
    connection: Connection, remains: Sequence[_Remains]
) -> Counter[tuple[int, TopicPartition]]:
    """Move the rest of rows to other rows; return how many messages wait for each partition."""
    # Rows that wait already stay where they are, to keep their place.
    staying = [one for one in remains if one.row.to is not None and one.held]
    leaving = [one for one in remains if one.row.to is None or not one.held]
    taken = connection.execute(
        sql("applying/take_outbox"), {"outbox_ids": [one.row.outbox_id for one in leaving]}
    ).fetchall()
    ours = {outbox_id for (outbox_id,) in taken}
    came: Counter[tuple[int, TopicPartition]] = Counter()
    for one in leaving:
        if one.row.outbox_id in ours:
            for target, messages in one.held.items():
                _hold(connection, one.row.partition, target, messages)
                came[one.row.partition, target] += len(messages)
            _refuse(connection, one)
    for one in staying:
        if one.refused and _rewrite(connection, one):
            _refuse(connection, one)
    return came


def _hold(
    connection: Connection, partition: int, target: TopicPartition, messages: list[Outgoing]
) -> None:
    connection.execute(
        sql("applying/hold_outbox"),
        _place(partition, target) | {"messages": encode_outbox(messages).decode()},
    )


def _rewrite(connection: Connection, one: _Remains) -> bool:
    """Reduce a row to what can still be published; return False if the row is gone."""
    ((_, messages),) = one.held.items()
    parameters = {"outbox_id": one.row.outbox_id, "messages": encode_outbox(messages).decode()}
    return connection.execute(sql("applying/rewrite_outbox"), parameters).rowcount == 1


def _refuse(connection: Connection, one: _Remains) -> None:
    """Keep permanently refused messages for an operator."""
    partition = one.row.partition
    for message, reason in one.refused:
        logger.error("a message of partition %d was refused permanently: %s", partition, reason)
        content = {"key": message.key.encode(), "value": bytes(message.value)}
        parameters = _place(partition, _target(message)) | content | {"error": clean(reason)}
        connection.execute(sql("applying/refuse_outbox"), parameters)
    if one.row.broken is not None:
        logger.error("outbox row %d can't be decoded", one.row.outbox_id)
        parameters = _place(partition, one.row.to or (None, None)) | {
            "key": None,
            "value": one.row.broken.encode(),
            "error": "the row can't be decoded",
        }
        connection.execute(sql("applying/refuse_outbox"), parameters)


def _write_waits(
    connection: Connection,
    waits: Sequence[Wait],
    came: Counter[tuple[int, TopicPartition]],
    failed: dict[tuple[int, TopicPartition], str],
) -> None:
    """Record the waits in a fixed order, so that two writers can't deadlock."""
    tried = {(wait.partition, wait.to): wait for wait in waits if wait.is_due}
    for place in sorted(came.keys() | failed.keys() | tried.keys()):
        parameters: dict[str, Any] = _place(*place)
        if place in came or place in failed:
            parameters |= {
                "held": came[place],
                "attempts": int(place in failed),
                "error": clean(failed.get(place, "")),
                "backoffs_s": BACKOFF.schedule,
            }
            connection.execute(sql("applying/note_wait"), parameters)
        elif tried[place].has_more:
            connection.execute(sql("applying/renew_wait"), parameters)
        else:
            connection.execute(sql("applying/end_wait"), parameters | {"held": tried[place].held})


def _target(message: Outgoing) -> TopicPartition:
    return message.topic, message.partition


def _place(partition: int, target: TopicPartition | tuple[None, None]) -> dict[str, Any]:
    return {"partition": partition, "to_topic": target[0], "to_partition": target[1]}
