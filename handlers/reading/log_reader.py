"""Reads single records of the log by position.

This answers reads of a command that is not applied yet and that another process accepted.  The
consumer belongs to no group and commits nothing.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from handlers.domain import commands as c
from handlers.platform.concurrency import off_loop
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Position
from handlers.platform.kafka_config import Brokers, client_config

FIRST_LOOK_S: Final = 0.4
SECOND_LOOK_S: Final = 1.0
LOCK_TIMEOUT_S: Final = 3.0
POLL_S: Final = 0.05
METADATA_TIMEOUT_S: Final = 1.5

_NO_SUCH_RECORD: Final = frozenset(
    {"_AUTO_OFFSET_RESET", "OFFSET_OUT_OF_RANGE", "_UNKNOWN_PARTITION", "UNKNOWN_TOPIC_OR_PART"}
)


class LogReader:
    """Reads the commands topic at given positions, one at a time.

    Parameters
    ----------
    brokers, topic
        The log to read.
    """

    def __init__(self, brokers: Brokers, topic: str) -> None:
        self._config = client_config(brokers) | {
            "group.id": "ledgerlane-positions",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 20,
            "fetch.max.bytes": 1_048_576,
            "fetch.error.backoff.ms": 50,
            "queued.max.messages.kbytes": 2048,
        }
        self._topic = topic
        self._lock = threading.Lock()
        self._consumer: Consumer | None = None

    def command_at(self, position: Position) -> c.AnyCommand | None:
        """Return the command at a position.

        Returns
        -------
        command or None
            None if the log has no record there, or the record is not a command.

        Raises
        ------
        Unavailable
            If the log can't be read in time.
        """
        if not self._lock.acquire(timeout=LOCK_TIMEOUT_S):
            raise Unavailable("the log can't be read right now")
        try:
            # Polls block in C, which must not hold up other requests.
            message = off_loop(lambda: self._read(position))
        except KafkaException as error:
            self._consumer = None
            raise Unavailable("the log can't be read right now") from error
        finally:
            self._lock.release()
        if message is None:
            return None
        try:
            return c.decode(message.value())
        except c.UndecodableError:
            return None

    def _read(self, position: Position) -> Message | None:
        if self._consumer is None:
            self._consumer = Consumer(self._config)
        place = TopicPartition(self._topic, position.partition, position.offset)
        self._consumer.assign([place])
        try:
            found, message = _poll_for(self._consumer, position, FIRST_LOOK_S)
            if found:
                return message
            # Nothing arrived: ask the broker whether the record exists or the broker is away.
            low, high = self._consumer.get_watermark_offsets(place, timeout=METADATA_TIMEOUT_S)
            if not low <= position.offset < high:
                return None
            found, message = _poll_for(self._consumer, position, SECOND_LOOK_S)
            if not found:
                raise Unavailable("the log can't be read right now")
            return message
        finally:
            self._consumer.unassign()

    def close(self) -> None:
        """Close the consumer."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None


def _poll_for(
    consumer: Consumer, position: Position, timeout_s: float
) -> tuple[bool, Message | None]:
    """Return whether the position could be read, and its record if there is one."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        message = consumer.poll(POLL_S)
        if message is None:
            continue
        error = message.error()
        if error is not None and error.name() in _NO_SUCH_RECORD:
            return True, None
        if error is None and message.partition() == position.partition:
            offset = message.offset() or 0
            if offset >= position.offset:
                return True, message if offset == position.offset else None
    return False, None
