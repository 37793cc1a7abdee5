"""Reads the log from its beginning."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from handlers.platform.errors import LedgerlaneError, Unavailable
from handlers.platform.kafka_config import Brokers, client_config
from handlers.platform.segments import Logged

Made = TypeVar("Made")

#: How long the brokers may be silent before they count as unreachable, in seconds.
SILENCE_S: Final = 20.0
POLL_S: Final = 0.02
MAX_POLL: Final = 1000


class LogIncomplete(LedgerlaneError):
    """The log does not have all of its records from the first one on."""


class LogRecord(NamedTuple):
    """One record of one partition; ``timestamp_ms`` since the Unix epoch."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class LogHistory:
    """Reads a topic's partitions in chunks, without joining a consumer group.

    Parameters
    ----------
    brokers, topic
        The topic to read, and its brokers.
    """

    def __init__(self, brokers: Brokers, topic: str) -> None:
        self._topic = topic
        self._consumer = Consumer(
            client_config(brokers)
            | {
                # The group is never joined: partitions are assigned, and offsets are never
                # committed.
                "group.id": "ledgerlane-history",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                # A fetch that finds nothing shows the end of the log.
                "fetch.wait.max.ms": 10,
            }
        )

    def partitions(self) -> int:
        """Return the topic's number of partitions.

        Raises
        ------
        Unavailable
            If the brokers can't be reached.
        """
        try:
            return len(
                self._consumer.list_topics(self._topic, SILENCE_S).topics[self._topic].partitions
            )
        except KafkaException as error:
            raise Unavailable("the log can't be reached") from error

    def bounds(self, partition: int) -> tuple[int, int]:
        """Return the offset of a partition's first record, and the one after its last.

        Raises
        ------
        Unavailable
            If the brokers can't be reached.
        """
        place = TopicPartition(self._topic, partition)
        try:
            found = self._consumer.get_watermark_offsets(place, timeout=SILENCE_S)
        except KafkaException as error:
            raise Unavailable("the log can't be reached") from error
        if found is None:
            raise Unavailable("the log can't be reached")
        return found

    def read(self, partition: int, start: int, limit: int) -> list[LogRecord]:
        """Read up to ``limit`` records from offset ``start`` on. Fewer mean the end of the log.

        Raises
        ------
        LogIncomplete
            If the log no longer has a record at ``start``.
        Unavailable
            If the brokers can't be reached.
        """
        return self._read(partition, start, limit, lambda one: _record_of(one, partition))

    def logged(self, partition: int, start: int, limit: int) -> list[Logged]:
        """Read as `read`, and return the records with their headers.

        Raises
        ------
        LogIncomplete, Unavailable
            As `read`.
        """
        return self._read(partition, start, limit, _logged_of)

    def _read(
        self, partition: int, start: int, limit: int, make: Callable[[Message], Made]
    ) -> list[Made]:
        records: list[Made] = []
        self._consumer.assign([TopicPartition(self._topic, partition, start)])
        deadline_s = time.monotonic() + SILENCE_S
        try:
            while len(records) < limit:
                messages = self._consumer.consume(min(MAX_POLL, limit - len(records)), POLL_S)
                for message in messages:
                    if self._is_end(message, partition, start):
                        return records
                    records.append(make(message))
                if messages:
                    deadline_s = time.monotonic() + SILENCE_S
                elif time.monotonic() > deadline_s:
                    raise Unavailable("the log can't be reached")
        except KafkaException as error:
            raise Unavailable("the log can't be reached") from error
        finally:
            self._consumer.unassign()
        return records

    def _is_end(self, message: Message, partition: int, start: int) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.code() == KafkaError._PARTITION_EOF:
            return True
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
            raise LogIncomplete(
                f"partition {partition} of {self._topic} no longer has offset {start}:"
                " the log is incomplete"
            )
        raise KafkaException(error)

    def close(self) -> None:
        """Disconnect from the brokers."""
        self._consumer.close()


def _record_of(message: Message, partition: int) -> LogRecord:
    return LogRecord(
        partition,
        message.offset() or 0,
        max(0, message.timestamp()[1]),
        message.key(),
        message.value(),
    )


def _logged_of(message: Message) -> Logged:
    headers = cast(list[tuple[str, str | bytes | None]], message.headers() or [])
    return Logged(
        message.offset() or 0,
        max(0, message.timestamp()[1]),
        message.key(),
        message.value(),
        tuple((name, _bytes(value)) for name, value in headers),
    )


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
