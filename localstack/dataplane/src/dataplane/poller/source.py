"""A mapping's Kafka consumer: assignment, fetching, pausing, committing, in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    OFFSET_INVALID,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from dataplane.metrics.event_counts import EventCounts
from dataplane.model import KafkaMapping
from dataplane.poller.consumer import consumer_settings, header_pairs
from dataplane.poller.events import MAXIMUM_EVENT_BYTES, TIMESTAMP_TYPES, Record, encode_record
from dataplane.poller.filters import RecordFilter
from dataplane.poller.partition_queue import PartitionQueue
from dataplane.poller.schedule import Schedule

_COMMIT_INTERVAL_S = 0.2
_LAG_INTERVAL_S = 0.5
_QUERY_TIMEOUT_S = 5.0
# Log an unavailable broker once in a while, not for each connection attempt.
_REPEAT_S = 30.0
_FETCH_MESSAGES = 1000
_PAUSED_POLL_S = 0.01
# A partition is paused with this many batches in its queue, and resumed with half of them. Pausing
# discards what librdkafka has prefetched, and the queue must not run empty until it is fetched
# again.
_QUEUED_BATCHES = 16


class Source:
    """Fills a mapping's partition queues from Kafka, and commits their progress.

    Parameters
    ----------
    schedule
        Shared with the senders. Its lock protects the partitions.
    drain_s
        How long the batch in flight of a revoked partition may take to finish.
    note
        Writes a line to the poller's journal.
    before
        The consumer that this one replaces after a fatal error.
    wanted
        The mapping's filter criteria, if any.
    """

    def __init__(
        self,
        mapping: KafkaMapping,
        schedule: Schedule,
        security: dict[str, str],
        drain_s: float,
        note: Callable[[str], None],
        before: Source | None = None,
        wanted: RecordFilter | None = None,
        counts: EventCounts | None = None,
    ) -> None:
        # A batch in flight of the previous consumer blocks its partition until it is done.
        left = before.queues.items() if before else ()
        self.queues: dict[tuple[str, int], PartitionQueue] = {
            place: queue for place, queue in left if queue.in_flight
        }
        for queue in self.queues.values():
            queue.revoked = True
        self.last_error: str | None = None
        self.fatal = False
        self._mapping = mapping
        self._schedule = schedule
        self._drain_s = drain_s
        self._note = note
        self._wanted = wanted
        self._counts = counts
        self._high_queue = max(2000, _QUEUED_BATCHES * mapping.batch_size)
        self._committing = False
        self._next_commit_s = 0.0
        self._next_lag_s = 0.0
        self._noted_s: dict[int, float] = {}
        self._high: dict[tuple[str, int], int] = {}
        # The committed offsets of partitions whose first record has not arrived yet.
        self._expected: dict[tuple[str, int], int] = {}
        settings = consumer_settings(mapping, security)
        settings |= {"error_cb": self._on_error, "on_commit": self._on_commit}
        self._consumer = Consumer(settings)
        self._consumer.subscribe(
            list(mapping.topics),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_lost,
        )

    def step(self, wait_s: float) -> None:
        """Queue received records, waiting up to ``wait_s`` for the first, and commit progress."""
        if any(queue.paused for queue in self.queues.values()):
            # A partition must resume as soon as its queue is short, independent of the others.
            wait_s = min(wait_s, _PAUSED_POLL_S)
        first = self._consumer.poll(wait_s)
        if first is not None:
            # consume() waits for a whole batch, so call poll() first, which waits for one message.
            self._queue([first, *self._consumer.consume(_FETCH_MESSAGES, timeout=0)])
        now_s = time.monotonic()
        if now_s >= self._next_commit_s:
            self._next_commit_s = now_s + _COMMIT_INTERVAL_S
            self._commit()
        self._resume()
        if now_s >= self._next_lag_s:
            self._next_lag_s = now_s + _LAG_INTERVAL_S
            self._look_at_watermarks()

    def close(self) -> None:
        """Commit the progress and leave the group."""
        with self._schedule.changed:
            done = self._uncommitted(self.queues.values())
        self._commit_now(done)
        self._consumer.close()

    def lag(self, queue: PartitionQueue) -> int | None:
        """Return the lag as of the last fetch. Can be called from any thread."""
        high = self._high.get((queue.topic, queue.partition))
        if high is None or queue.next_offset is None:
            return None
        return max(0, high - queue.next_offset)

    def _look_at_watermarks(self) -> None:
        """Store the high watermarks of the last fetches.

        This is done here because a query from another thread would block until poll() returns. It
        uses the cached values because a volatile broker answers queries wrongly.
        """
        for topic, partition in list(self.queues):
            try:
                place = TopicPartition(topic, partition)
                _, high = self._consumer.get_watermark_offsets(place, cached=True)
            except KafkaException:
                continue
            if high >= 0:
                self._high[(topic, partition)] = high

    def _queue(self, messages: list[Message]) -> None:
        arrived: dict[tuple[str, int], list[Record]] = {}
        for message in messages:
            error = message.error()
            if error is not None:
                self._on_error(error)
                continue
            topic, partition, offset = message.topic(), message.partition(), message.offset()
            if topic is None or partition is None or offset is None:
                continue
            if self._expected and (topic, partition) in self._expected:
                self._note_reset((topic, partition), offset)
            records = arrived.setdefault((topic, partition), [])
            records.append(self._record(topic, partition, offset, message))
        full = []
        now_s = time.monotonic()
        with self._schedule.changed:
            for place, records in arrived.items():
                queue = self.queues.get(place)
                if queue is None or queue.revoked:
                    continue
                if not queue.wanted:
                    queue.waiting_since_s = now_s
                for record in records:
                    queue.append(record)
                if self._counts is not None:
                    self._counts.poll(records)
                if not queue.paused and self._is_full(queue):
                    queue.paused = True
                    full.append(TopicPartition(queue.topic, queue.partition))
                self._schedule.offer(queue)
        if full:
            self._consumer.pause(full)

    def _record(self, topic: str, partition: int, offset: int, message: Message) -> Record:
        timestamp, value = message.timestamp(), message.value()
        if self._wanted is not None:
            metadata = {
                "topic": topic,
                "partition": partition,
                "offset": offset,
                "timestamp": timestamp[1],
                "timestampType": TIMESTAMP_TYPES.get(timestamp[0], "CREATE_TIME"),
            }
            if not self._wanted.wants(metadata, value):
                return Record(offset, timestamp[1], b"")
        return encode_record(
            topic,
            partition,
            offset,
            timestamp,
            message.key(),
            value,
            header_pairs(message),
        )

    def _is_full(self, queue: PartitionQueue) -> bool:
        return len(queue.records) >= self._high_queue or queue.queued_bytes >= MAXIMUM_EVENT_BYTES

    def _resume(self) -> None:
        with self._schedule.changed:
            drained = [
                queue
                for queue in self.queues.values()
                if queue.paused
                and len(queue.records) <= self._high_queue // 2
                and queue.queued_bytes <= MAXIMUM_EVENT_BYTES // 2
            ]
            for queue in drained:
                queue.paused = False
        if drained:
            self._consumer.resume(
                [TopicPartition(queue.topic, queue.partition) for queue in drained]
            )

    def _uncommitted(
        self, queues: Iterable[PartitionQueue], revoked: bool = False
    ) -> list[TopicPartition]:
        return [
            TopicPartition(queue.topic, queue.partition, queue.next_offset)
            for queue in queues
            if queue.revoked is revoked
            and queue.next_offset is not None
            and queue.next_offset != queue.committed
        ]

    def _commit(self) -> None:
        if self._committing:
            return
        with self._schedule.changed:
            done = self._uncommitted(self.queues.values())
        if not done:
            return
        try:
            self._consumer.commit(offsets=done, asynchronous=True)
            self._committing = True
        except KafkaException as error:
            self._on_error(error.args[0])

    def _commit_now(self, done: list[TopicPartition]) -> None:
        if not done:
            return
        try:
            self._consumer.commit(offsets=done, asynchronous=False)
        except KafkaException as error:
            # Without the commit, records are delivered again, which is safe. Log it.
            self._on_error(error.args[0])

    def _on_commit(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        self._committing = False
        if error is not None:
            self._on_error(error)
            return
        for place in partitions:
            queue = self.queues.get((place.topic, place.partition))
            if queue is not None and place.error is None:
                queue.committed = place.offset

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._note(f"assigned {_names(partitions)}")
        partitions = self._starting_places(partitions)
        with self._schedule.changed:
            for place in partitions:
                key = (place.topic, place.partition)
                before = self.queues.get(key)
                queue = PartitionQueue(place.topic, place.partition)
                if before is not None and before.in_flight:
                    queue.blocked_by = before
                self.queues[key] = queue
        consumer.assign(partitions)

    def _starting_places(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Apply the mapping's starting position to partitions without a committed offset."""
        position = self._mapping.starting_position
        if position not in ("LATEST", "AT_TIMESTAMP"):
            # The consumer's offset reset starts at the earliest record.
            return partitions
        known = self._consumer.committed(partitions, timeout=_QUERY_TIMEOUT_S)
        fresh = [place for place in known if place.offset in (OFFSET_INVALID, OFFSET_BEGINNING)]
        for place in known:
            if place.offset >= 0:
                self._expected[(place.topic, place.partition)] = place.offset
        if not fresh:
            return partitions
        chosen = {(place.topic, place.partition): place for place in self._begin(fresh)}
        return [chosen.get((place.topic, place.partition), place) for place in partitions]

    def _begin(self, fresh: list[TopicPartition]) -> list[TopicPartition]:
        stamp_s = self._mapping.starting_timestamp_s
        if self._mapping.starting_position == "AT_TIMESTAMP" and stamp_s is not None:
            stamp_ms = int(stamp_s * 1000)
            asked = [TopicPartition(place.topic, place.partition, stamp_ms) for place in fresh]
            return self._consumer.offsets_for_times(asked, timeout=_QUERY_TIMEOUT_S)
        return [TopicPartition(place.topic, place.partition, OFFSET_END) for place in fresh]

    def _note_reset(self, place: tuple[str, int], offset: int) -> None:
        """Log it if a partition's first record does not have the committed offset.

        Later records can follow a gap, because transactions and compaction leave gaps.
        """
        expected = self._expected.pop(place)
        if offset > expected:
            try:
                low, _ = self._consumer.get_watermark_offsets(
                    TopicPartition(*place), timeout=_QUERY_TIMEOUT_S
                )
            except KafkaException:
                return
            if low <= expected:
                return
        if offset != expected:
            self._note(
                f"{place[0]}-{place[1]}: the committed offset {expected} is not in the log any "
                f"more; reading from the earliest, {offset}"
            )

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._note(f"revoked {_names(partitions)}")
        queues = self._revoke(partitions)
        deadline_s = time.monotonic() + self._drain_s
        with self._schedule.changed:
            while any(queue.in_flight for queue in queues) and time.monotonic() < deadline_s:
                self._schedule.changed.wait(0.05)
            done = self._uncommitted(queues, revoked=True)
        self._commit_now(done)
        self._forget(queues)

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._note(f"lost {_names(partitions)}; records in flight will be delivered again")
        # They belong to another consumer (or to a deleted log), so nothing may be committed.
        self._revoke(partitions)

    def _revoke(self, partitions: list[TopicPartition]) -> list[PartitionQueue]:
        with self._schedule.changed:
            keys = [(place.topic, place.partition) for place in partitions]
            queues = [self.queues[key] for key in keys if key in self.queues]
            for queue in queues:
                queue.revoked = True
                queue.drop_queue()
        return queues

    def _forget(self, queues: list[PartitionQueue]) -> None:
        with self._schedule.changed:
            for queue in queues:
                if not queue.in_flight:
                    self.queues.pop((queue.topic, queue.partition), None)

    def _on_error(self, error: KafkaError) -> None:
        self._committing = False
        text, now_s = str(error), time.monotonic()
        if now_s - self._noted_s.get(error.code(), float("-inf")) > _REPEAT_S:
            self._noted_s[error.code()] = now_s
            self._note(f"kafka: {text}")
        self.last_error = text
        self.fatal = self.fatal or bool(error.fatal())


def _names(partitions: list[TopicPartition]) -> str:
    return ", ".join(f"{place.topic}-{place.partition}" for place in partitions) or "nothing"
