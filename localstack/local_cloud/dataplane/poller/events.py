"""The event of a Kafka event source mapping, written as JSON text piece by piece.

A record is encoded once, when it arrives, so its size is known for the 6 MB limit and a retry
costs nothing. The shape is Lambda's:
https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

from __future__ import annotations

import json
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Kafka's own numbers for the type of a timestamp, as librdkafka gives them.
TIMESTAMP_TYPES = {1: "CREATE_TIME", 2: "LOG_APPEND_TIME"}

# Lambda's limit for the payload of a synchronous invocation, less room for the envelope.
MAXIMUM_EVENT_BYTES = 6 * 1024 * 1024 - 4096


class Record(NamedTuple):
    """One record, ready to be sent: its place, its time and its JSON.

    The JSON of a record that the mapping filters out is empty: the function never gets it, yet its
    offset is passed like any other.
    """

    offset: int
    timestamp_ms: int
    encoded: bytes


def encode_record(
    topic_json: str,
    partition: int,
    offset: int,
    timestamp: tuple[int, int],
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]] | None,
) -> Record:
    """Encode one record.

    Parameters
    ----------
    topic_json
        The topic's name as a JSON string, quotes included: the same for every record of it.
    timestamp
        librdkafka's pair of type and milliseconds.
    headers
        Names and values; a header without a value is written with an empty one.
    """
    kind, milliseconds = timestamp
    text = (
        f'{{"topic":{topic_json},"partition":{partition},"offset":{offset},'
        f'"timestamp":{milliseconds},"timestampType":"{TIMESTAMP_TYPES.get(kind, "CREATE_TIME")}"'
    )
    if key is not None:
        text += f',"key":"{b2a_base64(key, newline=False).decode("ascii")}"'
    if value is not None:
        text += f',"value":"{b2a_base64(value, newline=False).decode("ascii")}"'
    text += f',"headers":{_headers(headers)}}}' if headers else ',"headers":[]}'
    return Record(offset, milliseconds, text.encode())


def _headers(headers: Sequence[tuple[str, bytes | None]]) -> str:
    """Write headers as Lambda does: each an object of one name to the value's signed bytes."""
    return json.dumps(
        [
            {name: [byte - 256 if byte > 127 else byte for byte in value or b""]}
            for name, value in headers
        ],
        separators=(",", ":"),
    )


class EventWriter:
    """Writes the events of one mapping."""

    def __init__(
        self, event_source: str, bootstrap_servers: Sequence[str], event_source_arn: str | None
    ) -> None:
        head = f'{{"eventSource":{json.dumps(event_source)},'
        if event_source_arn:
            head += f'"eventSourceArn":{json.dumps(event_source_arn)},'
        head += f'"bootstrapServers":{json.dumps(",".join(bootstrap_servers))},"records":{{'
        self._head = head.encode()

    def write(self, parts: Iterable[tuple[str, Sequence[Record]]]) -> bytes:
        """Write one event.

        Parameters
        ----------
        parts
            For each ``topic-partition`` its records in order.
        """
        bodies = [
            json.dumps(name).encode() + b":[" + b",".join([r.encoded for r in records]) + b"]"
            for name, records in parts
        ]
        return self._head + b",".join(bodies) + b"}}"
