"""The event of a Kafka event source mapping, written as JSON text piece by piece.

A record is encoded once, when it arrives, so its size is known for the 6 MB limit and a retry
costs nothing. The shape is Lambda's:
https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec

# Kafka's own numbers for the type of a timestamp, as librdkafka gives them.
TIMESTAMP_TYPES = {1: "CREATE_TIME", 2: "LOG_APPEND_TIME"}

# Lambda's limit for the payload of a synchronous invocation, less room for the envelope.
MAXIMUM_EVENT_BYTES = 6 * 1024 * 1024 - 4096

# A header up to this length, in characters and bytes, is likely to come again: a version, a type,
# a batch's time. Longer ones are ids.
_MEMORABLE = 48
_MAXIMUM_REMEMBERED = 4096

# A name, and a value.
Header = tuple[str, bytes | None]

# Writes JSON, and bytes in it as base64.
_encode = msgspec.json.Encoder().encode
_UNSET = msgspec.UNSET


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record, ready to be sent: its place, its time and its JSON.

    The JSON of a record that the mapping filters out is empty: the function never gets it, yet its
    offset is passed like any other.
    """

    offset: int
    timestamp_ms: int
    encoded: bytes


class _KafkaRecord(msgspec.Struct, gc=False, rename="camel"):
    """A record as Lambda's event has it; a key or a value that is unset is left out."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: str
    key: bytes | msgspec.UnsetType
    value: bytes | msgspec.UnsetType
    headers: Sequence[object]


class _Headers(dict[Header, object]):
    """Headers as Lambda writes them: objects of one name to the value's signed bytes.

    The JSON of short ones is remembered.
    """

    def __missing__(self, header: Header) -> object:
        name, value = header
        value = value or b""
        written = {name: memoryview(value).cast("b").tolist()}
        if len(name) + len(value) > _MEMORABLE:
            return written
        if len(self) >= _MAXIMUM_REMEMBERED:
            self.clear()
        raw = self[header] = msgspec.Raw(_encode(written))
        return raw


_header = _Headers().__getitem__


def encode_record(
    topic: str,
    partition: int,
    offset: int,
    timestamp: tuple[int, int],
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[Header] | None,
) -> Record:
    """Encode one record.

    Parameters
    ----------
    timestamp
        librdkafka's pair of type and milliseconds.
    headers
        Names and values; a header without a value is written with an empty one.
    """
    kind, milliseconds = timestamp
    # By position: by name it takes longer.
    record = _KafkaRecord(
        topic,
        partition,
        offset,
        milliseconds,
        TIMESTAMP_TYPES.get(kind, "CREATE_TIME"),
        _UNSET if key is None else key,
        _UNSET if value is None else value,
        [*map(_header, headers)] if headers else (),
    )
    return Record(offset, milliseconds, _encode(record))


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
            For each ``topic-partition`` its records in order; each has at least one.
        """
        # Everything is joined once: an event has megabytes, and each copy of it costs page faults.
        texts: list[bytes] = []
        for name, records in parts:
            encoded = [record.encoded for record in records]
            encoded[0] = b"%b:[%b" % (json.dumps(name).encode(), encoded[0])
            encoded[-1] += b"]"
            texts += encoded
        texts[0] = self._head + texts[0]
        texts[-1] += b"}}"
        return b",".join(texts)
