"""Lambda's invocation records for Kafka, which on-failure destinations get.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html and, for a Kafka topic,
https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
"""

from __future__ import annotations

import datetime
import json
import uuid
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dataplane.model import KafkaMapping
from dataplane.poller.events import EventWriter, Record

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
PAYLOAD_TOO_LARGE = "MaximumPayloadSizeExceeded"
# Lambda's name for streams; its Kafka pages have no other.
RECORD_TOO_OLD = "RecordAgeExceeded"

# AWS documents another name for the same condition if the destination is a Kafka topic.
_KAFKA_CONDITIONS = {RETRIES_EXHAUSTED: "RetriesExhausted"}


@dataclass(frozen=True)
class Failure:
    """Records of one partition that were given up.

    Attributes
    ----------
    request_id
        The id of the last invocation, or a new one if there was none.
    place
        ``topic-partition``.
    invocations
        How often the function was invoked with the first of the records.
    function_error
        Whether the last invocation was a function error, rather than a report of failed items.
    at_s
        When the records were given up, in seconds since 1970.
    """

    condition: str
    request_id: str
    place: str
    records: Sequence[Record]
    invocations: int
    function_error: bool
    at_s: float


class FailureWriter:
    """Creates the invocation records of a mapping.

    Parameters
    ----------
    function_arn
        The function's unqualified ARN.
    events
        Creates the events that the function would have got.
    """

    def __init__(self, mapping: KafkaMapping, function_arn: str, events: EventWriter) -> None:
        self._mapping = mapping
        self._function_arn = function_arn
        self._events = events

    def metadata(self, failure: Failure) -> str:
        """Return the message for SQS or SNS: the records' positions, without the records."""
        event = self._events.write([(failure.place, failure.records)])
        return json.dumps(self._batch_record(failure, len(event)))

    def whole(self, failure: Failure) -> str:
        """Return the object for a bucket: the metadata, and the event as escaped JSON."""
        event = self._events.write([(failure.place, failure.records)])
        return json.dumps(self._batch_record(failure, len(event)) | {"payload": event.decode()})

    def object_key(self, failure: Failure) -> str:
        """Return the object's name, as for streams, because AWS documents none for Kafka."""
        at = datetime.datetime.fromtimestamp(failure.at_s, datetime.UTC)
        return (
            f"aws/lambda/{self._mapping.uuid}/{failure.place}/{at:%Y/%m/%d}/"
            f"{at:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
        )

    def messages(self, failure: Failure) -> list[tuple[bytes | None, bytes]]:
        """Return the messages for a Kafka topic: a record's key, and metadata with the record."""
        written = []
        for record in failure.records:
            event = self._events.write([(failure.place, [record])])
            about = self._common(failure, f"{self._function_arn}:$LATEST")
            about["requestContext"]["condition"] = _KAFKA_CONDITIONS.get(
                failure.condition, failure.condition
            )
            about["KafkaBatchInfo"] = {
                "batchSize": 1,
                **self._source(),
                "payloadSize": len(event),
                "recordInfo": {
                    "offset": str(record.offset),
                    "timestamp": _iso(record.timestamp_ms / 1000),
                },
            }
            key = json.loads(record.encoded).get("key")
            value = json.dumps(about).encode()[:-1] + b', "payload": ' + event + b"}"
            written.append((None if key is None else b64decode(key), value))
        return written

    def _batch_record(self, failure: Failure, event_bytes: int) -> dict[str, Any]:
        first, last = failure.records[0], failure.records[-1]
        return self._common(failure, self._function_arn) | {
            "KafkaBatchInfo": {
                "batchSize": len(failure.records),
                **self._source(),
                "payloadSize": event_bytes,
                "recordsInfo": {
                    failure.place: {
                        "firstRecordOffset": str(first.offset),
                        "lastRecordOffset": str(last.offset),
                        "firstRecordTimestamp": _iso(first.timestamp_ms / 1000),
                        "lastRecordTimestamp": _iso(last.timestamp_ms / 1000),
                    }
                },
            }
        }

    def _common(self, failure: Failure, function_arn: str) -> dict[str, Any]:
        answered = {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled" if failure.function_error else None,
        }
        return {
            "requestContext": {
                "requestId": failure.request_id,
                "functionArn": function_arn,
                "condition": failure.condition,
                "approximateInvokeCount": failure.invocations,
            },
            # null if the function was never invoked, as documented for a payload that is too large.
            "responseContext": answered if failure.invocations else None,
            "version": "1.0",
            "timestamp": _iso(failure.at_s),
        }

    def _source(self) -> dict[str, str]:
        arn = self._mapping.event_source_arn
        servers = {"bootstrapServers": ",".join(self._mapping.bootstrap_servers)}
        return {"eventSourceArn": arn, **servers} if arn else servers


def _iso(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
