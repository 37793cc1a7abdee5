"""Read a topic's records by offset, with their keys, headers and times."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, cast

from confluent_kafka import Consumer, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient

from handlers.platform.segments import Logged
from local_cloud.errors import LocalCloudError

ANSWER_LIMIT_S = 20.0
READ_AHEAD = 5_000


class LogReader:
    """A topic, read without joining a consumer group.

    Parameters
    ----------
    bootstrap : str
        The brokers, host:port with commas between them.
    topic : str
        The topic.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        settings: dict[str, Any] = {"bootstrap.servers": bootstrap, "log_level": 0}
        self._admin = AdminClient(settings)
        self._consumer = Consumer(
            settings
            | {
                "group.id": "ledgerlane-backup",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 10,
                "check.crcs": True,
            }
        )
        self._topic = topic
        self._ahead: deque[Logged] = deque()
        self._ahead_in = -1
        self.incarnation = self._ask_incarnation()

    def _ask_incarnation(self) -> str:
        future = self._admin.describe_topics(TopicCollection([self._topic]))[self._topic]
        try:
            return str(future.result(timeout=ANSWER_LIMIT_S).topic_id)
        except (KafkaException, TimeoutError) as error:
            raise LocalCloudError(
                f"the broker does not describe {self._topic} ({error})", "see `make status`"
            ) from error

    def ends(self) -> list[int]:
        """Return the offset after the last replicated record of each partition."""
        deadline = time.monotonic() + ANSWER_LIMIT_S
        while True:
            try:
                found = self._consumer.list_topics(self._topic, ANSWER_LIMIT_S).topics[self._topic]
                return [self._end(partition) for partition in sorted(found.partitions)]
            except KafkaException as error:
                # A new topic's partitions get their leaders a moment later.
                if time.monotonic() >= deadline:
                    raise LocalCloudError(
                        f"the log can't be read ({error})", "see `make status`"
                    ) from error
            time.sleep(0.1)

    def _end(self, partition: int) -> int:
        place = TopicPartition(self._topic, partition)
        offsets = self._consumer.get_watermark_offsets(place, timeout=ANSWER_LIMIT_S)
        assert offsets is not None  # None means a timeout, which raises
        return int(offsets[1])

    def read(self, partition: int, first: int, count: int) -> list[Logged]:
        """Return `count` records from the offset `first` on; they must be in the log.

        Raises
        ------
        LocalCloudError
            If they are not, or the broker does not answer.
        """
        records: list[Logged] = []
        self._consumer.assign([TopicPartition(self._topic, partition, first)])
        deadline = time.monotonic() + ANSWER_LIMIT_S
        try:
            while len(records) < count:
                messages = self._consumer.consume(min(1_000, count - len(records)), 0.05)
                for message in messages:
                    records.append(_logged(message))
                if messages:
                    deadline = time.monotonic() + ANSWER_LIMIT_S
                elif time.monotonic() >= deadline:
                    raise LocalCloudError("the log can't be read", "see `make status`")
        except KafkaException as error:
            raise LocalCloudError(
                f"partition {partition} can't be read from offset {first} on ({error})",
                "see docs/recovery.md",
            ) from error
        finally:
            self._consumer.unassign()
        expected = range(first, first + count)
        if [record.offset for record in records] != list(expected):
            raise LocalCloudError(
                f"partition {partition} lacks records from offset {first} on",
                "the log is incomplete; see docs/recovery.md",
            )
        return records

    def next(self, partition: int, offset: int) -> Logged | None:
        """Return a record; faster if called for one offset after the other."""
        if self._ahead_in != partition or not self._ahead or self._ahead[0].offset != offset:
            count = min(READ_AHEAD, self._end(partition) - offset)
            self._ahead = deque(self.read(partition, offset, count) if count > 0 else ())
            self._ahead_in = partition
        return self._ahead.popleft() if self._ahead else None

    def close(self) -> None:
        """Disconnect from the brokers."""
        self._consumer.close()


def _logged(message: Message) -> Logged:
    error = message.error()
    if error is not None:
        raise KafkaException(error)
    headers = cast(list[tuple[str, str | bytes | None]], message.headers() or [])
    offset = message.offset()
    assert offset is not None  # it came from the broker
    return Logged(
        offset,
        message.timestamp()[1],
        _bytes(message.key()),
        _bytes(message.value()),
        tuple((name, _bytes(value)) for name, value in headers),
    )


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
