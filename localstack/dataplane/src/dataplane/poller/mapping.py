"""Run an event source mapping: its source, its senders, and the results of batches."""

from __future__ import annotations

import os
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaException

from dataplane.metrics.event_counts import EventCounts
from dataplane.model import KafkaMapping
from dataplane.poller.destination import DeliveryError, make_destination
from dataplane.poller.events import MAXIMUM_EVENT_BYTES, EventWriter, Record
from dataplane.poller.failure import (
    PAYLOAD_TOO_LARGE,
    RECORD_TOO_OLD,
    RETRIES_EXHAUSTED,
    Failure,
    FailureWriter,
)
from dataplane.poller.filters import RecordFilter
from dataplane.poller.partition_queue import PartitionQueue
from dataplane.poller.retry import RetryPolicy
from dataplane.poller.schedule import Pace, Schedule
from dataplane.poller.source import Source
from dataplane.poller.verdict import first_failures
from dataplane.pool import PoolClosedError, StrictPool, ThrottledError
from dataplane.process import Room
from dataplane.worker import Invocation

_POLL_S = 0.1
_REBUILD_DELAY_S = 1.0
_SWAP_WAIT_S = 0.01
_THROTTLED_WAIT_S = 1.0
# EX_SOFTWARE of sysexits.h.
_THREAD_FAILED_STATUS = 70


class MappingPoller:
    """Polls a mapping's topics and invokes its function.

    Parameters
    ----------
    pool
        The function's workers. :meth:`use` replaces it after a redeployment.
    security
        librdkafka's security settings.
    rest_s
        See :class:`Pace`.
    room
        The machine's cores. At the machine's limit, batches that are not full keep off the
        gateways' cores. Full ones don't, because then there is more work for functions than for
        the gateways.
    note
        Writes a line to the poller's journal.
    client
        Returns the client of an AWS service, for on-failure destinations.

    Raises
    ------
    ValueError
        If Lambda would not accept the filter criteria or the destination either.
    """

    def __init__(
        self,
        mapping: KafkaMapping,
        pool: StrictPool,
        security: dict[str, str],
        rest_s: float,
        room: Room,
        note: Callable[[str], None],
        client: Callable[[str], Any],
    ) -> None:
        self.mapping = mapping
        self.invocations = 0
        self._pool = pool
        self._security = security
        self._room = room
        self._journal = note
        self._policy = RetryPolicy(
            mapping.maximum_retry_attempts,
            mapping.maximum_record_age_s,
            mapping.bisect_on_error,
        )
        self._schedule = Schedule(Pace(mapping.batch_size, mapping.batching_window_s or 0, rest_s))
        self._writer = EventWriter(
            mapping.event_source, mapping.bootstrap_servers, mapping.event_source_arn
        )
        self._filter = RecordFilter(mapping.filters) if mapping.filters else None
        self._counts = EventCounts() if mapping.counts_events else None
        failures = FailureWriter(mapping, pool.spec.arn, self._writer)
        self._destination = make_destination(mapping, failures, client, security)
        self._stop_reading = threading.Event()
        self._source: Source | None = None
        self._reader = self._thread(self._read, f"read-{mapping.logical_id}")
        self._senders = [
            self._thread(self._send, f"send-{mapping.logical_id}-{number}")
            for number in range(self._concurrency())
        ]

    def _concurrency(self) -> int:
        """The maximum number of concurrent batches, limited by the pool and provisioned pollers."""
        maximum = self.mapping.maximum_pollers
        limit = self._pool.limit if maximum is None else min(self._pool.limit, maximum)
        return max(1, limit)

    def start(self) -> None:
        """Start to poll."""
        for thread in (self._reader, *self._senders):
            thread.start()

    def use(self, pool: StrictPool) -> None:
        """Use other workers for the following batches."""
        self._pool = pool

    def stop(self, grace_s: float) -> bool:
        """Finish the batches in flight, commit, and leave the group.

        Returns
        -------
        Whether this finished within ``grace_s``.
        """
        deadline_s = time.monotonic() + grace_s
        with self._schedule.changed:
            self._schedule.stopping = True
            self._schedule.changed.notify_all()
        for thread in self._senders:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        self._stop_reading.set()
        self._reader.join(max(2.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in (self._reader, *self._senders))

    def describe(self) -> dict[str, Any]:
        """Return the mapping's status, for the status file."""
        source = self._source
        with self._schedule.changed:
            queues = dict(source.queues) if source else {}
            partitions = [
                queue.describe() | {"lag": source.lag(queue) if source else None}
                for _, queue in sorted(queues.items())
            ]
        return {
            "uuid": self.mapping.uuid,
            "function": self.mapping.function,
            "topics": list(self.mapping.topics),
            "group_id": self.mapping.group_id,
            "invocations": self.invocations,
            "last_kafka_error": source.last_error if source else None,
            "events": self._counts.describe() if self._counts else None,
            "partitions": partitions,
        }

    def _thread(self, work: Callable[[], None], name: str) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException:
                # Without this thread, the mapping would stop but appear healthy. So end the
                # process; a new one continues from the last commit.
                self._note(f"{name} failed: {traceback.format_exc()}")
                os._exit(_THREAD_FAILED_STATUS)

        return threading.Thread(target=run, name=name, daemon=True)

    def _note(self, text: str) -> None:
        self._journal(f"{self.mapping.logical_id}: {text}")

    def _read(self) -> None:
        # This includes the consumer's threads, but not the senders', because their workers would
        # inherit it.
        self._room.leave()
        while not self._stop_reading.is_set():
            try:
                self._read_until_fatal()
            except KafkaException as error:
                self._note(f"kafka: {error}")
            if not self._stop_reading.is_set():
                self._note("starting a new consumer after a fatal error")
                self._stop_reading.wait(_REBUILD_DELAY_S)

    def _read_until_fatal(self) -> None:
        source = Source(
            self.mapping,
            self._schedule,
            self._security,
            drain_s=self._pool.spec.timeout_s + 1.0,
            note=self._note,
            before=self._source,
            wanted=self._filter,
            counts=self._counts,
        )
        self._source = source
        try:
            while not self._stop_reading.is_set() and not source.fatal:
                source.step(_POLL_S)
        finally:
            source.close()

    def _send(self) -> None:
        schedule = self._schedule
        while True:
            with schedule.changed:
                queue = schedule.next_queue()
                if queue is None:
                    return
                failure, batch = self._take(queue)
            if batch:
                request_id = str(uuid.uuid4())
                outcome = self._invoke(queue, batch, request_id)
                with schedule.changed:
                    queue.last_took_s = time.monotonic() - queue.last_sent_s
                    failure = self._settle(queue, batch, outcome, request_id)
            if failure is not None:
                self._give_up(queue, failure)
            with schedule.changed:
                source = self._source
                place = (queue.topic, queue.partition)
                # After a rebalance, a new object for the same partition was waiting.
                schedule.offer(source.queues.get(place, queue) if source else queue)
                # A rebalance may be waiting for this batch.
                if queue.revoked:
                    schedule.changed.notify_all()

    def _take(self, queue: PartitionQueue) -> tuple[Failure | None, list[Record]]:
        """Take the records of a partition to give up, or else the next batch to send."""
        failure = queue.take_undelivered()
        if failure is not None:
            return failure, []
        size = self.mapping.batch_size
        expired = queue.take_expired(self._policy, time.time(), size)
        if expired:
            return self._failure(RECORD_TOO_OLD, queue, expired), []
        if not queue.in_flight:
            batch = queue.take(size)
            if batch and len(batch[0].encoded) > MAXIMUM_EVENT_BYTES:
                # A record that no event can hold is a batch of its own.
                return self._failure(PAYLOAD_TOO_LARGE, queue, batch), []
            if batch:
                queue.last_sent_s = time.monotonic()
                return None, batch
        # All records are filtered out.
        queue.succeed()
        return None, []

    def _invoke(self, queue: PartitionQueue, batch: list[Record], request_id: str) -> Invocation:
        event = self._writer.write([(queue.name, batch)])
        is_full = len(batch) >= self.mapping.batch_size
        leaves_room = not is_full and self._schedule.pace.is_strained(queue.last_took_s)
        cores = self._room.others if leaves_room else self._room.every
        self.invocations += 1
        throttles = 0
        while True:
            pool = self._pool
            try:
                return pool.invoke(event, request_id=request_id, cores=cores)
            except PoolClosedError:
                # A redeployment has just closed the pool, so use the new one.
                if pool is self._pool:
                    time.sleep(_SWAP_WAIT_S)
            except ThrottledError:
                # The function was not invoked, so this is not one of the batch's attempts.
                throttles += 1
                time.sleep(min(_THROTTLED_WAIT_S, self._policy.delay_s(throttles)))

    def _settle(
        self, queue: PartitionQueue, batch: list[Record], outcome: Invocation, request_id: str
    ) -> Failure | None:
        """Process a batch's result; return the failure to give up, if any."""
        now_s = time.monotonic()
        if self._counts is not None:
            self._counts.invoked += len(batch)
        if outcome.failed:
            first, reason = batch[0].offset, outcome.payload.decode(errors="replace")
        else:
            offsets = {queue.name: [record.offset for record in batch]}
            failures = first_failures(outcome.payload, offsets, self.mapping.partial_responses)
            if not failures:
                queue.succeed()
                return None
            first = failures[queue.name]
            reason = f"the function reported {queue.name} from offset {first} on"
        if self._counts is not None:
            self._counts.failed_invoke += sum(1 for record in batch if record.offset >= first)
        given_up = queue.fail(first, self._policy, reason, now_s)
        if queue.attempts <= 1 or queue.attempts % 10 == 0:
            self._note(
                f"{queue.name}: attempt {queue.attempts} from offset {first}: {reason[:300]}"
            )
        if not given_up:
            return None
        return self._failure(RETRIES_EXHAUSTED, queue, given_up, request_id, outcome.failed)

    def _failure(
        self,
        condition: str,
        queue: PartitionQueue,
        records: list[Record],
        request_id: str | None = None,
        function_error: bool = True,
    ) -> Failure:
        return Failure(
            condition,
            request_id or str(uuid.uuid4()),
            queue.name,
            records,
            queue.invocations,
            function_error,
            time.time(),
        )

    def _give_up(self, queue: PartitionQueue, failure: Failure) -> None:
        """Skip records that were given up, after the destination, if any, has accepted them."""
        offsets = f"offsets {failure.records[0].offset} to {failure.records[-1].offset}"
        if self._destination is not None:
            try:
                self._destination.deliver(failure)
            except DeliveryError as error:
                self._note(
                    f"{queue.name}: {self.mapping.on_failure_arn} did not accept {offsets}: {error}"
                )
                with self._schedule.changed:
                    queue.keep(failure, self._policy, time.monotonic())
                return
        self._note(f"{queue.name}: gave up {offsets}: {failure.condition}; {queue.last_error}")
        with self._schedule.changed:
            queue.give_up()
            if self._counts is not None:
                self._count_given_up(self._counts, failure)

    def _count_given_up(self, counts: EventCounts, failure: Failure) -> None:
        if failure.condition in (RECORD_TOO_OLD, RETRIES_EXHAUSTED):
            counts.dropped += len(failure.records)
        if self._destination is not None:
            counts.on_failure_destination_delivered += len(failure.records)
