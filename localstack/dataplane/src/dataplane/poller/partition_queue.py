"""The queue of an assigned partition, with at most one batch in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataplane.poller.events import MAXIMUM_EVENT_BYTES, Record
from dataplane.poller.failure import Failure
from dataplane.poller.retry import RetryPolicy

# Twice the largest batch that AWS allows. Beyond this size, batches are whole again after a split.
_UNSPLIT_SIZE = 20_000
_REASON_CHARACTERS = 500


@dataclass
class PartitionQueue:
    """A partition's queue and progress. Callers that change it hold the poller's lock.

    ``next_offset`` can be committed, because everything before it is done. It is None until then.
    ``wanted`` counts the queued records for the function; the others are filtered out.
    ``undelivered`` is the failure that the on-failure destination has not accepted yet; its records
    are at the head of the queue. ``invocations`` counts how often the record at the head was sent.
    """

    topic: str
    partition: int
    records: deque[Record] = field(default_factory=deque)
    queued_bytes: int = 0
    wanted: int = 0
    in_flight: list[Record] = field(default_factory=list)
    next_offset: int | None = None
    committed: int | None = None
    attempts: int = 0
    invocations: int = 0
    deliveries: int = 0
    undelivered: Failure | None = None
    due_s: float = 0.0
    last_sent_s: float = 0.0
    last_took_s: float = 0.0
    waiting_since_s: float = 0.0
    wake_s: float | None = None
    size_limit: int | None = None
    paused: bool = False
    revoked: bool = False
    ready: bool = False
    blocked_by: PartitionQueue | None = None
    done: int = 0
    batches: int = 0
    errors: int = 0
    given_up: int = 0
    filtered: int = 0
    last_error: str | None = None

    @property
    def name(self) -> str:
        """``topic-partition``, as in events and responses."""
        return f"{self.topic}-{self.partition}"

    def append(self, record: Record) -> None:
        """Add a record to the queue."""
        if record.encoded:
            self.queued_bytes += len(record.encoded)
            self.wanted += 1
        else:
            self.filtered += 1
            if self.records and not self.records[-1].encoded:
                # Of consecutive filtered records, keep only the last one, so the queue stays short.
                self.records.pop()
        self.records.append(record)

    def take(self, batch_size: int, maximum_bytes: int = MAXIMUM_EVENT_BYTES) -> list[Record]:
        """Take the next batch, within the limits of number and size, but at least one record.

        Returns
        -------
        The records to send. Filtered records between them are in flight too.
        """
        limit = min(batch_size, self.size_limit or batch_size)
        return self._take(limit, maximum_bytes, lambda record: True)

    def take_expired(self, policy: RetryPolicy, now_s: float, batch_size: int) -> list[Record]:
        """Take the records at the head that exceed the maximum age."""
        return self._take(
            batch_size,
            MAXIMUM_EVENT_BYTES,
            lambda record: policy.is_too_old(record.timestamp_ms, now_s),
        )

    def take_undelivered(self) -> Failure | None:
        """Take the failure to send to the on-failure destination again, if any."""
        failure, self.undelivered = self.undelivered, None
        if failure is not None:
            last = failure.records[-1].offset
            self._take(len(self.records), 1 << 62, lambda record: record.offset <= last)
        return failure

    def succeed(self) -> None:
        """Mark the whole batch in flight as done."""
        batch, self.in_flight = self.in_flight, []
        if _wanted(batch):
            self.batches += 1
        self._advance(batch)
        if self.size_limit is not None:
            # After a split, increase the size again step by step.
            self.size_limit = self.size_limit * 2 if self.size_limit < _UNSPLIT_SIZE else None

    def fail(
        self, first_failed: int, policy: RetryPolicy, reason: str, now_s: float
    ) -> list[Record]:
        """Mark the batch in flight as failed from offset ``first_failed`` on.

        Records before it are done. Records that are not given up return to the head of the queue,
        in order, and are retried after a delay.

        Returns
        -------
        The records to give up, which stay in flight until :meth:`give_up`.
        """
        batch, self.in_flight = self.in_flight, []
        done = [record for record in batch if record.offset < first_failed]
        rest = batch[len(done) :]
        if done:
            self._advance(done)
        self.errors += 1
        self.invocations += 1
        self.last_error = reason[:_REASON_CHARACTERS]
        smaller = policy.next_size(len(_wanted(rest)))
        if smaller is None:
            self.attempts += 1
        else:
            # As on AWS, a split does not count as an attempt; it only narrows down the cause.
            self.size_limit = smaller
        if smaller is None and policy.gives_up(self.attempts):
            self.in_flight = rest
            return _wanted(rest)
        self._put_back(rest)
        self.due_s = now_s + policy.delay_s(max(1, self.attempts))
        return []

    def give_up(self) -> None:
        """Skip the records in flight, which were given up."""
        batch, self.in_flight = self.in_flight, []
        count = len(_wanted(batch))
        self.given_up += count
        self.done -= count
        self.deliveries = 0
        self._advance(batch)

    def keep(self, failure: Failure, policy: RetryPolicy, now_s: float) -> None:
        """Keep a failure that the destination did not accept, to send it again after a delay.

        Until then, later records are not sent, and its offsets are not committed.
        """
        batch, self.in_flight = self.in_flight, []
        self.deliveries += 1
        self.due_s = now_s + policy.delay_s(self.deliveries)
        if not self.revoked:
            self.undelivered = failure
            self._put_back(batch)

    def drop_queue(self) -> None:
        """Drop records that are not in flight, because another poller will read them again."""
        self.records.clear()
        self.queued_bytes = self.wanted = 0
        self.undelivered = None

    def _take(
        self, limit: int, maximum_bytes: int, allowed: Callable[[Record], bool]
    ) -> list[Record]:
        taken: list[Record] = []
        sent: list[Record] = []
        size = 0
        while self.records and allowed(self.records[0]):
            length = len(self.records[0].encoded)
            # Filtered records at the end of a batch are skipped with it.
            if length:
                size += length + 1
                if len(sent) >= limit or (sent and size > maximum_bytes):
                    break
                sent.append(self.records[0])
            taken.append(self.records.popleft())
        self.queued_bytes -= sum(len(record.encoded) for record in sent)
        self.wanted -= len(sent)
        self.in_flight = taken
        return sent

    def _advance(self, done: list[Record]) -> None:
        self.next_offset = done[-1].offset + 1
        self.done += len(_wanted(done))
        self.attempts = self.invocations = 0

    def _put_back(self, rest: list[Record]) -> None:
        self.records.extendleft(reversed(rest))
        self.queued_bytes += sum(len(record.encoded) for record in rest)
        self.wanted += len(_wanted(rest))

    def describe(self) -> dict[str, Any]:
        """Return the partition's status, for the status file."""
        return {
            "topic": self.topic,
            "partition": self.partition,
            "next_offset": self.next_offset,
            "committed": self.committed,
            "queued": len(self.records),
            "paused": self.paused,
            "in_flight": len(self.in_flight),
            "done": self.done,
            "batches": self.batches,
            "errors": self.errors,
            "given_up": self.given_up,
            "filtered": self.filtered,
            "undelivered": len(self.undelivered.records) if self.undelivered else 0,
            "attempts": self.attempts,
            "last_error": self.last_error,
        }


def _wanted(records: Sequence[Record]) -> list[Record]:
    """Return the records that are not filtered out."""
    return [record for record in records if record.encoded]
