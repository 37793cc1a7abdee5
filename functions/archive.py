"""The archive function: keeps each batch of the log as an object in a bucket.

It has a consumer group and a concurrency of its own, so it can fail or fall behind without
delaying a command.
"""

from __future__ import annotations

import time
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions import batches, wiring
from handlers.archiving.archiver import Archived
from handlers.platform.memory import keep_for_batches
from handlers.platform.segments import Logged

KafkaRecord = Mapping[str, Any]

keep_for_batches()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Archive the records of an event, partition by partition.

    Returns
    -------
    dict
        ``batchItemFailures``: the records to deliver again.

    Raises
    ------
    functions.batches.BatchFailed
        If some must come again and the mapping does not read the answer.
    """
    failures: list[dict[str, Any]] = []
    for name, kafka_records in event["records"].items():
        if kafka_records:
            failures += _archive_partition(name, kafka_records)
    metrics = wiring.metrics()
    metrics.add_metric(name="UnarchivedRecords", unit=MetricUnit.Count, value=len(failures))
    metrics.flush_metrics()
    return batches.answer(failures)


def _archive_partition(name: str, kafka_records: Sequence[KafkaRecord]) -> list[dict[str, Any]]:
    records = [_logged_of(kafka_record) for kafka_record in kafka_records]
    try:
        archived = wiring.archiver().archive(kafka_records[0]["partition"], records)
    except Exception as error:
        extra = {"partition": name, "offset": records[0].offset}
        batches.log_failure("batch will be archived again", extra, error)
        return batches.failed(name, (record.offset for record in records))
    _measure(name, records, archived)
    return []


def _logged_of(kafka_record: KafkaRecord) -> Logged:
    key, value = kafka_record.get("key"), kafka_record.get("value")
    return Logged(
        kafka_record["offset"],
        max(0, kafka_record["timestamp"]),
        None if key is None else a2b_base64(key),
        None if value is None else a2b_base64(value),
        tuple(
            (name, bytes(number & 0xFF for number in content))
            for header in kafka_record.get("headers") or ()
            for name, content in header.items()
        ),
    )


def _measure(name: str, records: Sequence[Logged], archived: Archived) -> None:
    metrics = wiring.metrics()
    for metric, unit, value in (
        ("ArchivedRecords", MetricUnit.Count, archived.records),
        ("ArchiveRecovered", MetricUnit.Count, archived.recovered),
        ("ArchivedBytes", MetricUnit.Bytes, archived.size),
    ):
        metrics.add_metric(name=metric, unit=unit, value=value)
    age_ms = max(0.0, time.time() * 1000 - records[0].timestamp_ms)
    metrics.add_metric(name="ArchiveAge", unit=MetricUnit.Milliseconds, value=round(age_ms, 3))
    log = wiring.logger().warning if archived.recovered else wiring.logger().info
    log(
        "batch archived",
        extra={
            "partition": name,
            "offset": records[0].offset,
            "last_offset": records[-1].offset,
            "records": archived.records,
            "recovered": archived.recovered,
            "bytes": archived.size,
        },
    )
