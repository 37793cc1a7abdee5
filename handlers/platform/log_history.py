"""Reads the log from its beginning."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from handlers.platform.errors import LedgerlaneError, Unavailable
from handlers.platform.kafka_config import Brokers, client_config

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

    def read(self, partition: int, start: int, limit: int) -> list[LogRecord]:
        """Read up to ``limit`` records from offset ``start`` on. Fewer mean the end of the log.

        Raises
        ------
        LogIncomplete
            If the log no longer has a record at ``start``.
        Unavailable
            If the brokers can't be reached.
        """
        records: list[LogRecord] = []
        self._consumer.assign([TopicPartition(self._topic, partition, start)])
        deadline_s = time.monotonic() + SILENCE_S
        try:
            while len(records) < limit:
                messages = self._consumer.consume(min(MAX_POLL, limit - len(records)), POLL_S)
                for message in messages:
                    if self._is_end(message, partition, start):
                        return records
                    records.append(_record_of(message, partition))
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
