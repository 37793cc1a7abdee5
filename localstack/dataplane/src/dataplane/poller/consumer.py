"""librdkafka as a mapping's consumer needs it set, and its messages as we need them."""

from __future__ import annotations

from typing import Any, cast

from confluent_kafka import Message

from dataplane.model import KafkaMapping
from dataplane.poller.events import Header


def consumer_settings(mapping: KafkaMapping, security: dict[str, str]) -> dict[str, Any]:
    """Return librdkafka's settings for a mapping."""
    return {
        "bootstrap.servers": ",".join(mapping.bootstrap_servers),
        "group.id": mapping.group_id,
        "client.id": f"esm-{mapping.uuid}",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # Also where a committed offset isn't in the log any more: a log that began anew, as a
        # volatile broker's does, is read from its beginning, whatever the starting position. That
        # is for a group without a committed offset only.
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 5_000,
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 1_500,
        # A trickle is fetched some records at a time: each request costs the broker and us.
        "fetch.wait.max.ms": 10,
        "fetch.min.bytes": 16_384,
        # How soon a full local queue is looked at again; the default of a second shows as lag.
        "fetch.queue.backoff.ms": 20,
        # Bounds the memory of what is fetched and not yet queued in a partition.
        "queued.min.messages": 10_000,
        "queued.max.messages.kbytes": 16_384,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 1_000,
        # Its errors come by error_cb, where each is noted once; its own log says them each time.
        "log_level": 2,
        **security,
    }


def header_pairs(message: Message) -> list[Header]:
    """Return a message's headers as pairs, values as bytes."""
    # The client's types are those that it takes to produce; it gives a list with bytes in it.
    return cast(list[Header], message.headers() or [])
