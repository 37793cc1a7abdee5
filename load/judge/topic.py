"""Read the whole commands topic."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

#: How long to wait for the broker before giving up, in seconds.
SILENCE_S = 20.0


class TopicRecord(NamedTuple):
    """A record. ``timestamp_ms`` is since the Unix epoch."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class TopicUnreadable(Exception):
    """The topic can't be read to its end."""


def read_topic(
    bootstrap: str, topic: str, since: Mapping[int, int] | None = None
) -> list[list[TopicRecord]]:
    """Return the records of each partition, in offset order.

    Parameters
    ----------
    since
        The first offset to read, by partition. Other partitions are read from the beginning.

    Raises
    ------
    TopicUnreadable
        If the broker can't be reached, the topic does not exist, or its end is not reached.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            # Required but unused: partitions are assigned, and offsets are never committed.
            "group.id": "ledgerlane-history",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
        }
    )
    try:
        return _read(consumer, topic, since or {})
    except KafkaException as error:
        raise TopicUnreadable(f"can't read the topic {topic}: {error}") from error
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
    # Each iteration reads records, finishes a partition, or is the last.
    while unread:
        # It waits the full timeout unless that many records arrive, so use a short timeout.
        messages = consumer.consume(num_messages=10_000, timeout=0.05)
        if messages:
            deadline = time.monotonic() + SILENCE_S
        elif time.monotonic() >= deadline:
            raise TopicUnreadable(f"timed out reading {topic}, partitions {sorted(unread)}")
        for message in messages:
            error, partition, offset = message.error(), message.partition(), message.offset()
            # The stubs also cover messages before they are sent; these came from the broker.
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
