"""Produces to Kafka: one idempotent producer per process, acknowledged by all replicas.

`Producer.send` accepts a record and returns at once; `Producer.wait` waits for the brokers.  A
partition's records are handed to librdkafka together, which costs a fifth of one by one. librdkafka
reports deliveries only while it is polled:

- With one invocation at a time (Lambda), or threads: each waiter flushes, which sends everything
  without waiting for more.
- With many greenlets (the local data plane): a blocking poll would stop all of them. So one
greenlet
  collects what all of them send, hands it over after a rest that grows with the load, and polls
  without blocking, while the waiters sleep.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka import Producer as LibrdkafkaProducer

from handlers.platform.concurrency import Sleeper, is_cooperative, off_loop
from handlers.platform.errors import Unavailable
from handlers.platform.kafka_config import Brokers, client_config

DELIVERY_TIMEOUT_S: Final = 4.0
WAIT_TIMEOUT_S: Final = 5.0
WARM_UP_TIMEOUT_S: Final = 2.0
FLUSH_S: Final = 0.1
PAUSE_S: Final = 0.002
#: How long librdkafka waits for more of a partition's records: if they are collected here, as long
#: as handing them over takes; otherwise until the flush.
LINGER_GATHERED_MS: Final = 1.0
LINGER_FLUSHED_MS: Final = 5.0
#: The rest between two hand-overs, which grows with each record of the previous one.
REST_S: Final = 0.004
REST_A_RECORD_S: Final = 0.0002
LONGEST_REST_S: Final = 0.010
REPLACE_INTERVAL_S: Final = 2.0
_REFUSAL: Final = "the log can't be reached; the request may be sent again with its idempotency key"


class Position(NamedTuple):
    """A record's position in the log."""

    partition: int
    offset: int


#: A record's headers: names and values, in order.
Headers = Sequence[tuple[str, str | bytes]]


class Outbound(NamedTuple):
    """A record to produce."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers = ()


class Undelivered(NamedTuple):
    """Why a record is not known to be in the log.

    Attributes
    ----------
    is_final
        Whether the record itself is at fault, so that it will never be accepted.
    """

    reason: str
    is_final: bool


class Pending:
    """An accepted record that is not yet known to be in the log."""

    __slots__ = ("_producer", "_sleeper", "error", "is_done", "position", "record")

    def __init__(self, record: Outbound, producer: Producer) -> None:
        self.record = record
        self.is_done = False
        self.error: KafkaError | None = None
        self.position: Position | None = None
        self._producer = producer
        self._sleeper: Sleeper | None = None

    def report(self, error: KafkaError | None, message: Message) -> None:
        """Handle the delivery report."""
        if error is None:
            self.position = Position(message.partition() or 0, message.offset() or 0)
        self.end(error)

    def end(self, error: KafkaError | None) -> None:
        """Record that the record's outcome is final: delivered, or the error."""
        self._producer.note(error)
        self.error = error
        self.is_done = True
        if self._sleeper is not None:
            self._sleeper.wake()

    def restart(self) -> None:
        """Forget the outcome, because the record is sent again."""
        self.is_done = False
        self.error = None

    def sleep(self) -> None:
        """Let this greenlet sleep until the record is done or `wake` is called. One waiter only."""
        self._sleeper = Sleeper()
        try:
            self._sleeper.sleep()
        finally:
            self._sleeper = None

    def wake(self) -> None:
        """Wake the waiter, whether the record is done or not."""
        if self._sleeper is not None:
            self._sleeper.wake()


#: Errors that a producer can't recover from, although not all are marked as fatal: the broker lost
#: or rejects its session (Tansu under load fences a producer permanently).
_PAST_RECOVERY: Final = frozenset(
    {
        KafkaError._FATAL,
        KafkaError._FENCED,
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.INVALID_PRODUCER_ID_MAPPING,
        KafkaError.UNKNOWN_PRODUCER_ID,
        KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER,
    }
)

#: Errors for a record that will never be accepted.
_REFUSALS: Final = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_MSG_SIZE,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.POLICY_VIOLATION,
    }
)


def _is_past_recovery(error: KafkaError) -> bool:
    return bool(error.fatal()) or error.code() in _PAST_RECOVERY


def _outcome(pending: Pending) -> Undelivered | None:
    if pending.position is not None:
        return None
    error = pending.error
    if error is None:
        return Undelivered("the brokers did not respond in time", is_final=False)
    return Undelivered(error.str(), is_final=error.code() in _REFUSALS)


def _rest_after(count: int) -> float:
    """Return how long to collect records after a hand-over of this many, in seconds.

    Each request costs the broker and us about a hundred microseconds. Under load, fewer and larger
    requests get more done, for a wait that is small next to the others.
    """
    return min(LONGEST_REST_S, REST_S + REST_A_RECORD_S * count)


class Producer:
    """An idempotent producer that replaces its client when that can't recover.

    Parameters
    ----------
    brokers
        The brokers to produce to.
    delivery_timeout_s
        How long to try a record before giving up.
    """

    def __init__(self, brokers: Brokers, delivery_timeout_s: float = DELIVERY_TIMEOUT_S) -> None:
        self._is_cooperative = is_cooperative()
        linger_ms = LINGER_GATHERED_MS if self._is_cooperative else LINGER_FLUSHED_MS
        self._config = client_config(brokers) | {
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": linger_ms,
            "compression.type": "none",
            "delivery.timeout.ms": int(delivery_timeout_s * 1000),
            "request.timeout.ms": int(delivery_timeout_s * 1000),
            "retry.backoff.ms": 50,
            "retry.backoff.max.ms": 500,
            "topic.metadata.refresh.interval.ms": 60_000,
            "queue.buffering.max.messages": 100_000,
            "queue.buffering.max.kbytes": 131_072,
            "error_cb": self._on_error,
        }
        self._delivery_timeout_s = delivery_timeout_s
        self._lock = threading.Lock()
        self._is_broken = False
        self._last_success_s = time.monotonic()
        self._made_at_s = 0.0
        self._is_closed = False
        self._client = self._make()
        self._retired: list[LibrdkafkaProducer] = []
        # With greenlets: the collected records, the waiters with their deadlines, and the work
        # signal.
        self._gathered: list[Pending] = []
        self._asleep: deque[tuple[float, Pending]] = deque()
        self._work = threading.Event()
        if self._is_cooperative:
            threading.Thread(target=self._serve, name="kafka-producer", daemon=True).start()

    def warm_up(self) -> None:
        """Connect, so that the first send need not. Never raises.

        It requests metadata for all topics, because some brokers create a topic that is named.
        """
        try:
            self._client.list_topics(timeout=WARM_UP_TIMEOUT_S)
        except KafkaException:
            return

    def is_reachable(self) -> bool:
        """Tell whether the brokers respond within `WARM_UP_TIMEOUT_S`."""
        client = self._client
        try:
            off_loop(lambda: client.list_topics(timeout=WARM_UP_TIMEOUT_S))
        except KafkaException:
            return False
        return True

    def send(self, records: Iterable[Outbound]) -> list[Pending]:
        """Accept records without waiting. Each partition's records keep their order.

        `wait` returns their outcomes.
        """
        pendings = [Pending(record, self) for record in records]
        self._take(pendings)
        return pendings

    def wait(
        self, pendings: Sequence[Pending], timeout_s: float = WAIT_TIMEOUT_S
    ) -> list[Position]:
        """Wait until all brokers have every record.

        Returns
        -------
        list of Position
            The positions in the log, in the order of ``pendings``.

        Raises
        ------
        Unavailable
            If a record could not be queued or delivered, or its outcome is not known in time.
        """
        positions: list[Position] = []
        for position in self.positions(pendings, timeout_s):
            if isinstance(position, Unavailable):
                raise position
            positions.append(position)
        return positions

    def positions(
        self, pendings: Sequence[Pending], timeout_s: float = WAIT_TIMEOUT_S
    ) -> list[Position | Unavailable]:
        """Wait like `wait`, and return each record's position or its error."""
        deadline_s = time.monotonic() + timeout_s
        self._settle(pendings, deadline_s)
        return [self._position(pending, deadline_s) for pending in pendings]

    def outcomes(
        self, pendings: Sequence[Pending], timeout_s: float = WAIT_TIMEOUT_S
    ) -> list[Undelivered | None]:
        """Wait like `wait`, and return for each record why it is not in the log, or None if it is.

        The outcomes are in the order of ``pendings``. The timeout is for all of them together.
        """
        self._settle(pendings, time.monotonic() + timeout_s)
        return [_outcome(pending) for pending in pendings]

    def _position(self, pending: Pending, deadline_s: float) -> Position | Unavailable:
        position = pending.position
        if position is not None and position.offset < 0:
            # The broker has it from an attempt whose response was lost, and does not say where.
            # Sending it again gives a known position, and the ledger applies it once however many
            # copies there are.
            pending.restart()
            self._take([pending])
            self._settle([pending], deadline_s)
            position = pending.position
        if position is None or position.offset < 0:
            return Unavailable(_REFUSAL)
        return position

    def _settle(self, pendings: Sequence[Pending], deadline_s: float) -> None:
        for pending in pendings:
            if pending.is_done:
                continue
            if self._is_cooperative:
                self._asleep.append((deadline_s, pending))
                pending.sleep()
            else:
                self._flush_until_done(pending, deadline_s)

    def _flush_until_done(self, pending: Pending, deadline_s: float) -> None:
        while not pending.is_done:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._client.flush(min(FLUSH_S, left_s))
            self._look_after()
            if not pending.is_done:
                # A retired client has it, or another thread is handling its report.
                time.sleep(PAUSE_S)

    def _take(self, pendings: list[Pending]) -> None:
        if not self._is_cooperative:
            self._hand_over(pendings)
            return
        self._gathered += pendings
        if not self._work.is_set():
            self._work.set()

    def _hand_over(self, pendings: Sequence[Pending]) -> None:
        """Hand records to librdkafka. Records that it does not accept fail."""
        refused = self._queue(pendings)
        unknown = [one for one, error in refused if error.code() == KafkaError._UNKNOWN_PARTITION]
        if unknown:
            # The log may have grown since this client last asked for the partition count.
            client = self._client
            off_loop(lambda: client.list_topics(timeout=WARM_UP_TIMEOUT_S))
            again = {id(pending) for pending in unknown}
            refused = [one for one in refused if id(one[0]) not in again] + self._queue(unknown)
        for pending, error in refused:
            pending.end(error)
        if refused:
            self._look_after()

    def _queue(self, pendings: Sequence[Pending]) -> list[tuple[Pending, KafkaError]]:
        """Queue records in librdkafka, partition by partition; return those it did not accept."""
        groups: dict[tuple[str, int], list[Pending]] = {}
        for pending in pendings:
            groups.setdefault(pending.record[:2], []).append(pending)
        refused: list[tuple[Pending, KafkaError]] = []
        for (topic, partition), group in groups.items():
            if any(one.record.headers for one in group):
                refused += self._queue_runs(group)
            else:
                refused += self._queue_together(topic, partition, group)
        return refused

    def _queue_runs(self, group: Sequence[Pending]) -> list[tuple[Pending, KafkaError]]:
        """Queue one partition's records, some with headers, in runs of those with and without.

        Of a hundred commands, few are traced. The others still go together.
        """
        refused: list[tuple[Pending, KafkaError]] = []
        queued = 0
        for has_headers, each in groupby(group, lambda one: bool(one.record.headers)):
            run = list(each)
            queued += len(run)
            if has_headers:
                found = self._queue_one_by_one(run)
            else:
                found = self._queue_together(*run[0].record[:2], run)
            refused += found
            if any(error.code() == KafkaError._QUEUE_FULL for _, error in found):
                # Later records must not overtake it.
                full = KafkaError(KafkaError._QUEUE_FULL)
                return refused + [(one, full) for one in group[queued:]]
        return refused

    def _queue_together(
        self, topic: str, partition: int, group: Sequence[Pending]
    ) -> list[tuple[Pending, KafkaError]]:
        messages: list[dict[str, Any]] = [
            {"key": one.record.key, "value": one.record.value, "callback": one.report}
            for one in group
        ]
        try:
            # The partition must be passed here: the one in a message is ignored.
            queued = self._client.produce_batch(topic, messages, partition=partition)
        except (BufferError, KafkaException) as error:
            is_full = isinstance(error, BufferError)
            why = KafkaError(KafkaError._QUEUE_FULL) if is_full else error.args[0]
            return [(one, why) for one in group]
        if queued == len(group):
            return []
        return [
            (one, message["_error"])
            for one, message in zip(group, messages, strict=True)
            if "_error" in message
        ]

    def _queue_one_by_one(self, group: Sequence[Pending]) -> list[tuple[Pending, KafkaError]]:
        """Queue one partition's records with headers, which the client's batches don't support."""
        refused: list[tuple[Pending, KafkaError]] = []
        for place, one in enumerate(group):
            topic, partition, key, value, headers = one.record
            try:
                self._client.produce(
                    topic, value, key, partition, one.report, headers=list(headers)
                )
            except BufferError:
                # Later records must not overtake it.
                full = KafkaError(KafkaError._QUEUE_FULL)
                return refused + [(each, full) for each in group[place:]]
            except KafkaException as error:
                refused.append((one, error.args[0]))
        return refused

    def note(self, error: KafkaError | None) -> None:
        """Learn from a record's outcome whether this client still works."""
        if error is None:
            self._last_success_s = time.monotonic()
        elif _is_past_recovery(error):
            self._is_broken = True
        elif error.code() == KafkaError._MSG_TIMED_OUT:
            # A broker that lost its memory lets an old producer time out forever.
            silent_s = time.monotonic() - self._last_success_s
            self._is_broken = self._is_broken or silent_s >= self._delivery_timeout_s

    def _on_error(self, error: KafkaError) -> None:
        if _is_past_recovery(error):
            self._is_broken = True

    def _make(self) -> LibrdkafkaProducer:
        self._made_at_s = time.monotonic()
        client = LibrdkafkaProducer(self._config)
        client.poll(0)
        return client

    def _look_after(self) -> None:
        """Replace the client if it is broken, and poll retired ones for their last reports."""
        for old in list(self._retired):
            old.poll(0)
            if len(old) == 0 and old in self._retired:
                self._retired.remove(old)
        if not self._is_broken or time.monotonic() - self._made_at_s < REPLACE_INTERVAL_S:
            return
        with self._lock:
            if not self._is_broken:
                return
            self._is_broken = False
            old = self._client
            self._client = self._make()
            self._retired.append(old)
        old.purge(in_queue=True, in_flight=True, blocking=False)

    def _serve(self) -> None:
        """Hand over what all greenlets sent, and handle their reports, without blocking in C."""
        due_s = 0.0
        while not self._is_closed:
            if not (self._gathered or self._asleep or self._retired or len(self._client)):
                self._work.clear()
                self._work.wait()
            now_s = time.monotonic()
            if self._gathered and now_s >= due_s:
                gathered, self._gathered = self._gathered, []
                due_s = now_s + _rest_after(len(gathered))
                self._hand_over(gathered)
            self._client.poll(0)
            self._wake_late(now_s)
            self._look_after()
            time.sleep(PAUSE_S)

    def _wake_late(self, now_s: float) -> None:
        """Wake waiters whose time is up, in order, since all wait for equally long."""
        while self._asleep and (self._asleep[0][1].is_done or self._asleep[0][0] <= now_s):
            _, pending = self._asleep.popleft()
            if not pending.is_done:
                pending.wake()

    def close(self, timeout_s: float = 5.0) -> None:
        """Deliver the accepted records, as far as ``timeout_s`` allows, and stop."""
        deadline_s = time.monotonic() + timeout_s
        while (self._gathered or len(self._client)) and time.monotonic() < deadline_s:
            self._client.poll(0)
            time.sleep(PAUSE_S)
        self._is_closed = True
        self._work.set()
