"""librdkafka's settings for a mapping's consumer, and conversion of its messages."""

from __future__ import annotations

from typing import Any, cast

from confluent_kafka import Message

from dataplane.model import KafkaMapping
from dataplane.poller.events import Header


def consumer_settings(mapping: KafkaMapping, security: dict[str, str]) -> dict[str, Any]:
    """Return librdkafka's settings for a mapping."""
    # Fetch several records at a time, because each request has a cost. With a batching window of a
    # second or more, the additional wait does not matter.
    gathers = bool(mapping.batching_window_s)
    return {
        "bootstrap.servers": ",".join(mapping.bootstrap_servers),
        "group.id": mapping.group_id,
        "client.id": f"esm-{mapping.uuid}",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # This also applies if a committed offset is no longer in the log: a log that was
        # recreated, like that of a volatile broker, is read from its beginning, whatever the
        # starting position, which is only for groups without a committed offset.
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 5_000,
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 1_500,
        "fetch.wait.max.ms": 100 if gathers else 10,
        "fetch.min.bytes": 262_144 if gathers else 65_536,
        # How soon a full local queue is checked again. The default of a second causes lag.
        "fetch.queue.backoff.ms": 20,
        # Limits the memory of records that are fetched but not yet queued.
        "queued.min.messages": 10_000,
        "queued.max.messages.kbytes": 16_384,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 1_000,
        # error_cb logs each error once; librdkafka's own log would repeat them.
        "log_level": 2,
        **security,
    }


def header_pairs(message: Message) -> list[Header]:
    """Return a message's headers as pairs of a name and bytes."""
    # The client's type is that for producing; consumed headers are a list with bytes.
    return cast(list[Header], message.headers() or [])
