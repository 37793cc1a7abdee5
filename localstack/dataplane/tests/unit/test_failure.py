"""Compare invocation records with AWS's documented samples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataplane.model import KafkaMapping
from dataplane.poller.destination import make_destination
from dataplane.poller.events import EventWriter, encode_record
from dataplane.poller.failure import RETRIES_EXHAUSTED, Failure, FailureWriter

CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/my-cluster/abc123"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:my-function"
SERVERS = ("b-1.example:9098",)
RECORD = encode_record(
    "my-topic", 0, 100, (1, 1749116692330), b"test-key", b"test-value", None
)  # fmt: skip
FAILURE = Failure(
    RETRIES_EXHAUSTED, "e4b46cbf", "my-topic-0", [RECORD], 3, True, 1573755365.568
)  # fmt: skip


def mapping(**given: Any) -> KafkaMapping:
    known = {"event_source_arn": CLUSTER, **given}
    return KafkaMapping("u-1", "M", "my-function", ("my-topic",), SERVERS, "g", **known)


WRITER = FailureWriter(mapping(), FUNCTION, EventWriter("aws:kafka", SERVERS, CLUSTER))


def test_the_documented_sample_for_a_kafka_topic() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
    ((key, value),) = WRITER.messages(FAILURE)
    told = json.loads(value)
    assert key == b"test-key"
    sent = json.dumps(told["payload"], separators=(",", ":"))
    assert told["KafkaBatchInfo"].pop("payloadSize") == len(sent)
    assert told == {
        "requestContext": {
            "requestId": "e4b46cbf",
            "functionArn": f"{FUNCTION}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": "2019-11-14T18:16:05.568Z",
        "KafkaBatchInfo": {
            "batchSize": 1,
            "eventSourceArn": CLUSTER,
            "bootstrapServers": "b-1.example:9098",
            "recordInfo": {"offset": "100", "timestamp": "2025-06-05T09:44:52.330Z"},
        },
        "payload": {
            "bootstrapServers": "b-1.example:9098",
            "eventSource": "aws:kafka",
            "eventSourceArn": CLUSTER,
            "records": {
                "my-topic-0": [
                    {
                        "headers": [],
                        "key": "dGVzdC1rZXk=",
                        "offset": 100,
                        "partition": 0,
                        "timestamp": 1749116692330,
                        "timestampType": "CREATE_TIME",
                        "topic": "my-topic",
                        "value": "dGVzdC12YWx1ZQ==",
                    }
                ]
            },
        },
    }


def test_the_documented_sample_for_queues_topics_and_buckets() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
    told, whole = json.loads(WRITER.metadata(FAILURE)), json.loads(WRITER.whole(FAILURE))
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["KafkaBatchInfo"]["recordsInfo"] == {
        "my-topic-0": {
            "firstRecordOffset": "100",
            "lastRecordOffset": "100",
            "firstRecordTimestamp": "2025-06-05T09:44:52.330Z",
            "lastRecordTimestamp": "2025-06-05T09:44:52.330Z",
        }
    }
    payload = whole.pop("payload")
    assert whole == told
    assert len(payload) == told["KafkaBatchInfo"]["payloadSize"]
    assert json.loads(payload)["records"]["my-topic-0"][0]["offset"] == 100
    key = WRITER.object_key(FAILURE)
    assert key.startswith("aws/lambda/u-1/my-topic-0/2019/11/14/2019-11-14T18.16.05-")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sqs:eu-central-1:000000000000:dead.fifo",
        "arn:aws:lambda:eu-central-1:000000000000:function:f",
        "kafka://my-topic",
        "kafka://",
        "nonsense",
    ],
)
def test_what_cannot_be_a_destination_is_refused(arn: str) -> None:
    with pytest.raises(ValueError, match=r"destination|must be another"):
        make_destination(mapping(on_failure_arn=arn), WRITER, lambda service: None, {})
