"""The event of a Kafka event source mapping, assembled from JSON texts.

A record is encoded once, when it arrives, so its size is known for the 6 MB limit, and a retry
costs nothing. The format is Lambda's:
https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec

# Kafka's numbers for the type of a timestamp, as returned by librdkafka.
TIMESTAMP_TYPES = {1: "CREATE_TIME", 2: "LOG_APPEND_TIME"}

# Lambda's limit for the payload of a synchronous invocation, minus room for the envelope.
MAXIMUM_EVENT_BYTES = 6 * 1024 * 1024 - 4096

# A header up to this length, in characters and bytes, is likely to repeat: a version, a type, a
# batch's time. Longer ones are ids.
_MEMORABLE = 48
_MAXIMUM_REMEMBERED = 4096

# A name, and a value.
Header = tuple[str, bytes | None]

# Encodes JSON, with bytes as base64.
_encode = msgspec.json.Encoder().encode
_UNSET = msgspec.UNSET


class Record(msgspec.Struct, frozen=True, gc=False):
    """An encoded record: its position, its time and its JSON.

    If the mapping's filter excludes the record, the JSON is empty: the function does not get it,
    but its offset is committed like any other.
    """

    offset: int
    timestamp_ms: int
    encoded: bytes


class _KafkaRecord(msgspec.Struct, gc=False, rename="camel"):
    """A record in Lambda's event. A missing key or value is omitted."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: str
    key: bytes | msgspec.UnsetType
    value: bytes | msgspec.UnsetType
    headers: Sequence[object]


class _Headers(dict[Header, object]):
    """Headers in Lambda's format: objects of one name to the value's signed bytes.

    The JSON of short ones is cached.
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
    """Encode a record.

    Parameters
    ----------
    timestamp
        librdkafka's pair of type and milliseconds.
    headers
        Names and values. A header without a value gets an empty one.
    """
    kind, milliseconds = timestamp
    # By position, because keyword arguments are slower.
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
    """Creates the events of a mapping."""

    def __init__(
        self, event_source: str, bootstrap_servers: Sequence[str], event_source_arn: str | None
    ) -> None:
        head = f'{{"eventSource":{json.dumps(event_source)},'
        if event_source_arn:
            head += f'"eventSourceArn":{json.dumps(event_source_arn)},'
        head += f'"bootstrapServers":{json.dumps(",".join(bootstrap_servers))},"records":{{'
        self._head = head.encode()

    def write(self, parts: Iterable[tuple[str, Sequence[Record]]]) -> bytes:
        """Create an event.

        Parameters
        ----------
        parts
            The records of each ``topic-partition`` in order; at least one for each.
        """
        # Join everything once, because events have megabytes, and each copy causes page faults.
        texts: list[bytes] = []
        for name, records in parts:
            encoded = [record.encoded for record in records]
            encoded[0] = b"%b:[%b" % (json.dumps(name).encode(), encoded[0])
            encoded[-1] += b"]"
            texts += encoded
        texts[0] = self._head + texts[0]
        texts[-1] += b"}}"
        return b",".join(texts)
