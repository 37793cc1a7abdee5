"""Producing to Kafka: one idempotent producer a process, acknowledged by all replicas.

`Producer.send` queues a record and returns at once; `Producer.wait` waits for the brokers' word.
librdkafka reports deliveries only while somebody polls it:

- One invocation at a time (Lambda), or threads: whoever waits polls, which is the fastest.
- Many greenlets (the local data plane): a poll that waits would stop all of them, so one greenlet
  polls without waiting while anything is in flight, and every waiter sleeps on a lock of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka import Producer as LibrdkafkaProducer

from handlers.adapters.concurrency import is_cooperative, off_loop
from handlers.adapters.kafka_config import Brokers, client_config
from handlers.errors import Unavailable

DELIVERY_TIMEOUT_S: Final = 4.0
WAIT_TIMEOUT_S: Final = 5.0
WARM_UP_TIMEOUT_S: Final = 2.0
POLL_S: Final = 0.002
PAUSE_S: Final = 0.002
REPLACE_INTERVAL_S: Final = 2.0
_UNKNOWN_OFFSET: Final = -1
_REFUSAL: Final = "the log can't be reached; the request may be sent again with its idempotency key"


class Position(NamedTuple):
    """A record's place in the log."""

    partition: int
    offset: int


class Pending:
    """A record that was queued and is not yet known to be in the log."""

    __slots__ = ("_lock", "error", "is_done", "position", "record")

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.is_done = False
        self.error: KafkaError | None = None
        self.position: Position | None = None
        self._lock: threading.Lock | None = None

    def resolve(self, error: KafkaError | None, message: Message) -> None:
        """Take the delivery report."""
        if error is None:
            self.position = Position(message.partition() or 0, message.offset() or 0)
        self.error = error
        self.is_done = True
        # Read after is_done is set, as `sleep` writes before it reads: one of them sees the other.
        lock = self._lock
        if lock is not None:
            lock.release()

    def sleep(self, timeout_s: float) -> None:
        """Wait until it is resolved, or for ``timeout_s`` seconds; one waiter at most."""
        lock = threading.Lock()
        lock.acquire()
        self._lock = lock
        if not self.is_done:
            lock.acquire(timeout=timeout_s)
        self._lock = None


#: What a producer never gets over by itself, though not each of them comes marked as fatal: the
#: broker no longer knows, or no longer trusts, its session (a Tansu under load fences for good).
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


def _is_past_recovery(error: KafkaError) -> bool:
    return bool(error.fatal()) or error.code() in _PAST_RECOVERY


class Producer:
    """An idempotent producer that replaces itself when it is past recovery.

    Parameters
    ----------
    brokers
        Where to produce to.
    linger_ms
        How long a record may wait for others to share a request with; by default 5 where many
        requests are in flight and 0 where one is.
    delivery_timeout_s
        How long a record is tried before it is given up.
    """

    def __init__(
        self,
        brokers: Brokers,
        linger_ms: float | None = None,
        delivery_timeout_s: float = DELIVERY_TIMEOUT_S,
    ) -> None:
        self._is_cooperative = is_cooperative()
        if linger_ms is None:
            linger_ms = 5 if self._is_cooperative else 0
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
        self._in_flight = 0
        self._is_broken = False
        self._last_success_s = time.monotonic()
        self._made_at_s = 0.0
        self._work = threading.Event()
        self._is_closed = False
        self._client = self._make()
        self._retired: list[LibrdkafkaProducer] = []
        if self._is_cooperative:
            threading.Thread(target=self._serve, name="kafka-producer", daemon=True).start()

    def warm_up(self) -> None:
        """Connect, so that the first send need not; never raises.

        It asks for all topics: naming one would make some brokers create it.
        """
        try:
            self._client.list_topics(timeout=WARM_UP_TIMEOUT_S)
        except KafkaException:
            return

    def is_reachable(self) -> bool:
        """Tell whether the brokers answer, within `WARM_UP_TIMEOUT_S`."""
        client = self._client
        try:
            off_loop(lambda: client.list_topics(timeout=WARM_UP_TIMEOUT_S))
        except KafkaException:
            return False
        return True

    def send(
        self,
        topic: str,
        partition: int,
        key: bytes,
        value: bytes,
        headers: dict[str, bytes] | None = None,
    ) -> Pending:
        """Queue a record without waiting.

        Parameters
        ----------
        topic, partition
            Where it goes.
        key, value, headers
            What it carries.

        Raises
        ------
        Unavailable
            If the queue is full, which means that the brokers don't take what was queued before.
        """
        record: dict[str, Any] = {
            "topic": topic,
            "partition": partition,
            "key": key,
            "value": value,
        }
        if headers:
            record["headers"] = headers
        pending = Pending(record)
        self._produce(pending)
        return pending

    def wait(
        self, pendings: Sequence[Pending], timeout_s: float = WAIT_TIMEOUT_S
    ) -> list[Position]:
        """Wait until all brokers have every record.

        Returns
        -------
        list of Position
            The places in the log, in the order of ``pendings``.

        Raises
        ------
        Unavailable
            If a record could not be delivered, or its fate is not known in time.
        """
        deadline_s = time.monotonic() + timeout_s
        self._settle(pendings, deadline_s)
        positions: list[Position] = []
        for pending in pendings:
            positions.append(self._position(pending, deadline_s))
        return positions

    def _position(self, pending: Pending, deadline_s: float) -> Position:
        position = pending.position
        if position is None:
            raise Unavailable(_REFUSAL)
        if position.offset >= 0:
            return position
        # The broker has it from an attempt whose answer was lost, and does not say where. Sent
        # once more it has a known place, and the ledger applies it once whatever the copies.
        pending.is_done = False
        self._produce(pending)
        self._settle([pending], deadline_s)
        if pending.position is None or pending.position.offset < 0:
            raise Unavailable(_REFUSAL)
        return pending.position

    def _settle(self, pendings: Sequence[Pending], deadline_s: float) -> None:
        for pending in pendings:
            while not pending.is_done:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    break
                if self._is_cooperative:
                    pending.sleep(left_s)
                else:
                    self._client.poll(min(POLL_S, left_s))
                    self._look_after()

    def _produce(self, pending: Pending) -> None:
        with self._lock:
            self._in_flight += 1
        try:
            self._hand_over(pending)
        except (BufferError, KafkaException) as error:
            with self._lock:
                self._in_flight -= 1
            if isinstance(error, KafkaException) and _is_past_recovery(error.args[0]):
                self._is_broken = True
            self._look_after()
            raise Unavailable(_REFUSAL, retry_after_s=2) from error
        if self._is_cooperative and not self._work.is_set():
            self._work.set()

    def _hand_over(self, pending: Pending) -> None:
        client = self._client
        try:
            client.produce(**pending.record, on_delivery=self._reporter(pending))
        except KafkaException as error:
            if error.args[0].code() != KafkaError._UNKNOWN_PARTITION:
                raise
            # The log may have grown since this client last asked how many partitions there are.
            off_loop(lambda: client.list_topics(timeout=WARM_UP_TIMEOUT_S))
            client.produce(**pending.record, on_delivery=self._reporter(pending))

    def _reporter(self, pending: Pending) -> Any:
        def report(error: KafkaError | None, message: Message) -> None:
            # Served by polls, which may run in several threads at once.
            with self._lock:
                self._in_flight -= 1
            if error is None:
                self._last_success_s = time.monotonic()
            elif _is_past_recovery(error) or error.code() == KafkaError._MSG_TIMED_OUT:
                self._note_failure(error)
            pending.resolve(error, message)

        return report

    def _note_failure(self, error: KafkaError) -> None:
        # A broker that lost its memory leaves an old producer timing out for ever.
        silent_s = time.monotonic() - self._last_success_s
        if _is_past_recovery(error) or silent_s >= self._delivery_timeout_s:
            self._is_broken = True

    def _on_error(self, error: KafkaError) -> None:
        if _is_past_recovery(error):
            self._is_broken = True

    def _make(self) -> LibrdkafkaProducer:
        self._made_at_s = time.monotonic()
        client = LibrdkafkaProducer(self._config)
        client.poll(0)
        return client

    def _look_after(self) -> None:
        """Replace the client if it is broken, and let retired ones report what they still hold."""
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
        """Serve delivery reports for all greenlets, without ever waiting in C."""
        while not self._is_closed:
            if self._in_flight <= 0:
                self._work.clear()
                if self._in_flight <= 0:
                    self._work.wait()
                continue
            self._client.poll(0)
            self._look_after()
            time.sleep(PAUSE_S)

    def close(self, timeout_s: float = 5.0) -> None:
        """Deliver what is queued, as far as ``timeout_s`` allows, and stop."""
        deadline_s = time.monotonic() + timeout_s
        while len(self._client) and time.monotonic() < deadline_s:
            self._client.poll(0)
            time.sleep(PAUSE_S)
        self._is_closed = True
        self._work.set()
