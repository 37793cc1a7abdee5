"""Compare the event with Powertools' classes and with AWS's documented sample."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import KafkaEvent
from aws_lambda_powertools.utilities.kafka import ConsumerRecords, kafka_consumer
from hypothesis import given
from hypothesis import strategies as st

from dataplane.poller.events import (
    _MAXIMUM_REMEMBERED,
    _MEMORABLE,
    EventWriter,
    _Headers,
    encode_record,
)

SERVERS = ("a.example:9092", "b.example:9092")


def event(*records: Any, arn: str | None = None) -> dict[str, Any]:
    source = "aws:kafka" if arn else "SelfManagedKafka"
    decoded: dict[str, Any] = json.loads(
        EventWriter(source, SERVERS, arn).write([("mytopic-0", records)])
    )
    return decoded


def test_the_documented_sample_is_written_to_the_letter() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
    record = encode_record(
        "mytopic",
        0,
        15,
        (1, 1545084650987),
        b"abcDEFghiJKLmnoPQRstuVWXyz1234==",
        b"Hello, this is a test.",
        [("headerKey", b"headerValue")],
    )
    assert event(record) == {
        "eventSource": "SelfManagedKafka",
        "bootstrapServers": "a.example:9092,b.example:9092",
        "records": {
            "mytopic-0": [
                {
                    "topic": "mytopic",
                    "partition": 0,
                    "offset": 15,
                    "timestamp": 1545084650987,
                    "timestampType": "CREATE_TIME",
                    "key": "YWJjREVGZ2hpSktMbW5vUFFSc3R1VldYeXoxMjM0PT0=",
                    "value": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
                    "headers": [
                        {"headerKey": [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101]}
                    ],
                }
            ]
        },
    }


def test_an_msk_event_names_its_cluster() -> None:
    arn = "arn:aws:kafka:eu-central-1:000000000000:cluster/toy/1"
    written = event(encode_record("mytopic", 0, 1, (2, 5), None, b"v", None), arn=arn)
    assert (written["eventSource"], written["eventSourceArn"]) == ("aws:kafka", arn)
    assert written["records"]["mytopic-0"][0]["timestampType"] == "LOG_APPEND_TIME"


def test_a_null_key_and_a_tombstone_have_no_field() -> None:
    record = event(encode_record("mytopic", 0, 1, (1, 5), None, None, None))["records"][
        "mytopic-0"
    ][0]
    assert "key" not in record
    assert "value" not in record
    assert record["headers"] == []


def test_header_bytes_are_signed_as_java_has_them() -> None:
    record = encode_record("mytopic", 0, 1, (1, 5), None, b"", [("h", b"\x00\x7f\x80\xff")])
    assert event(record)["records"]["mytopic-0"][0]["headers"] == [{"h": [0, 127, -128, -1]}]


@given(
    headers=st.lists(
        st.tuples(st.text(max_size=60), st.none() | st.binary(max_size=60)), min_size=1, max_size=5
    )
)
def test_each_record_has_its_own_headers_in_order_whether_they_were_seen_before(
    headers: list[tuple[str, bytes | None]],
) -> None:
    for _ in range(2):
        record = encode_record("mytopic", 0, 1, (1, 5), None, b"", headers)
        assert event(record)["records"]["mytopic-0"][0]["headers"] == [
            {name: [byte - 256 if byte > 127 else byte for byte in value or b""]}
            for name, value in headers
        ]


def test_an_event_holds_the_records_of_several_partitions() -> None:
    first, second, third = (
        encode_record("t", queue, offset, (1, 5), None, b"v", None)
        for queue, offset in ((0, 1), (0, 2), (1, 9))
    )
    written = json.loads(
        EventWriter("aws:kafka", SERVERS, None).write([("t-0", [first, second]), ("t-1", [third])])
    )
    found = {
        name: [record["offset"] for record in records]
        for name, records in written["records"].items()
    }
    assert found == {"t-0": [1, 2], "t-1": [9]}


@given(
    key=st.none() | st.binary(max_size=20),
    value=st.binary(max_size=200),
    headers=st.lists(st.tuples(st.text(min_size=1, max_size=8), st.binary(max_size=9)), max_size=3),
    topic=st.text(min_size=1, max_size=10),
)
def test_powertools_reads_back_what_was_sent(
    key: bytes | None, value: bytes, headers: list[tuple[str, bytes | None]], topic: str
) -> None:
    record = encode_record(topic, 3, 7, (1, 99), key, value, headers)
    writer = EventWriter("SelfManagedKafka", SERVERS, None)
    read = KafkaEvent(json.loads(writer.write([(f"{topic}-3", [record])])))
    first = next(read.records)
    assert (first.topic, first.partition, first.offset, first.timestamp) == (topic, 3, 7, 99)
    assert (first.decoded_key, first.decoded_value) == (key, value)
    assert read.decoded_bootstrap_servers == list(SERVERS)
    for (name, sent), written in zip(headers, first.headers, strict=True):
        assert bytes(byte % 256 for byte in written[name]) == sent


def test_the_documented_sample_of_msk_is_written_to_the_letter() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
    arn = "arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-2"
    record = encode_record(
        "mytopic",
        0,
        15,
        (1, 1545084650987),
        b"abcDEFghiJKLmnoPQRstuVWXyz1234==",
        b"Hello, this is a test.",
        [("headerKey", b"headerValue")],
    )
    assert event(record, arn=arn) == {
        "eventSource": "aws:kafka",
        "eventSourceArn": arn,
        "bootstrapServers": "a.example:9092,b.example:9092",
        "records": {
            "mytopic-0": [
                {
                    "topic": "mytopic",
                    "partition": 0,
                    "offset": 15,
                    "timestamp": 1545084650987,
                    "timestampType": "CREATE_TIME",
                    "key": "YWJjREVGZ2hpSktMbW5vUFFSc3R1VldYeXoxMjM0PT0=",
                    "value": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
                    "headers": [
                        {"headerKey": [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101]}
                    ],
                }
            ]
        },
    }


@pytest.mark.parametrize("arn", [None, "arn:aws:kafka:eu-central-1:000000000000:cluster/toy/1"])
def test_powertools_consumer_reads_keys_headers_and_values(arn: str | None) -> None:
    seen: list[tuple[Any, ...]] = []

    @kafka_consumer()
    def handler(consumed: ConsumerRecords, context: Any) -> None:
        for record in consumed.records:
            seen.append((record.key, record.value, record.headers.get("h"), record.offset))

    written = event(
        encode_record("mytopic", 0, 1, (1, 5), b"k", b"v", [("h", b"\x80text")]),
        encode_record("mytopic", 0, 2, (1, 5), None, b"w", None),
        arn=arn,
    )
    context: Any = None
    handler(written, context)
    assert seen == [("k", "v", b"\x80text", 1), (None, "w", None, 2)]


def test_no_more_headers_are_remembered_than_there_is_room_for() -> None:
    remembered = _Headers()
    for number in range(_MAXIMUM_REMEMBERED + 1):
        assert remembered["h", b"%d" % number]
    assert remembered["h", b"x" * _MEMORABLE]
    assert len(remembered) <= _MAXIMUM_REMEMBERED
