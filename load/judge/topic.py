"""Reading the whole commands topic."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

#: How long the broker may say nothing before reading is given up, in seconds.
SILENCE_S = 20.0


class TopicRecord(NamedTuple):
    """One record; ``timestamp_ms`` since the Unix epoch."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class TopicUnreadable(Exception):
    """The topic could not be read to its end."""


def read_topic(
    bootstrap: str, topic: str, since: Mapping[int, int] | None = None
) -> list[list[TopicRecord]]:
    """Return the records of each partition, in offset order.

    Parameters
    ----------
    since
        The first offset that is wanted of a partition; all records of the others are read.

    Raises
    ------
    TopicUnreadable
        If the broker can't be reached, the topic does not exist or its end does not come.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            # Never joined: partitions are assigned, offsets never committed.
            "group.id": "ledgerlane-history",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
        }
    )
    try:
        return _read(consumer, topic, since or {})
    except KafkaException as error:
        raise TopicUnreadable(f"the topic {topic} can't be read: {error}") from error
    finally:
        consumer.close()


def _read(consumer: Consumer, topic: str, since: Mapping[int, int]) -> list[list[TopicRecord]]:
    known = consumer.list_topics(topic, timeout=SILENCE_S).topics[topic]
    if known.error is not None:
        raise TopicUnreadable(f"there is no topic {topic}: {known.error}")
    records: list[list[TopicRecord]] = [[] for _ in known.partitions]
    begin = {partition: since.get(partition, OFFSET_BEGINNING) for partition in known.partitions}
    consumer.assign([TopicPartition(topic, *place) for place in begin.items()])
    unread = set(known.partitions)
    deadline = time.monotonic() + SILENCE_S
    # Each round reads records, ends a partition, or is the last.
    while unread:
        # It waits the whole time out unless that many came: short, and many times.
        messages = consumer.consume(num_messages=10_000, timeout=0.05)
        if messages:
            deadline = time.monotonic() + SILENCE_S
        elif time.monotonic() >= deadline:
            raise TopicUnreadable(f"the end of {topic} does not come: partitions {sorted(unread)}")
        for message in messages:
            error, partition, offset = message.error(), message.partition(), message.offset()
            # The stubs allow for messages that were never sent; these came from the broker.
            assert partition is not None
            assert offset is not None
            if error is not None:
                if error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)
                unread.discard(partition)
                continue
            records[partition].append(
                TopicRecord(
                    partition, offset, message.timestamp()[1], message.key(), message.value()
                )
            )
    return records
