"""The apply function: passes batches from a Kafka event source mapping to the ledger's writer.

The response names what failed (``ReportBatchItemFailures``).  After a failed record, nothing more
of its partition is applied, so the response names the first failure and every later record of the
partition: AWS does not document whether it would redeliver the later ones otherwise.
"""

from __future__ import annotations

import time
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions import batches, wiring
from functions.tracing import traced
from handlers.applying.writer import Applied
from handlers.domain import commands as c
from handlers.domain.ledger import decoded
from handlers.domain.state import Record
from handlers.platform.memory import keep_for_batches
from handlers.platform.traceparent import Parent, parents_in

if TYPE_CHECKING:
    from handlers.platform.traces import Traces

KafkaRecord = Mapping[str, Any]

keep_for_batches()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Apply the records of an event, partition by partition.

    Parameters
    ----------
    event
        A Kafka event (AWS Lambda Developer Guide, "Using Lambda with self-managed Apache Kafka").

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
    failed = 0
    for name, kafka_records in event["records"].items():
        found = _apply_partition(name, kafka_records)
        failures += found
        failed += bool(found)
    metrics = wiring.metrics()
    metrics.add_metric(name="FailedBatches", unit=MetricUnit.Count, value=failed)
    metrics.flush_metrics()
    return batches.answer(failures)


def _apply_partition(name: str, kafka_records: Sequence[KafkaRecord]) -> list[dict[str, Any]]:
    if not kafka_records:
        return []
    records = [_record_of(kafka_record) for kafka_record in kafka_records]
    started_s = time.monotonic()
    try:
        with traced("apply", partition=name, offset=str(records[0].offset)):
            traces = wiring.traces()
            if traces is not None and (parents := parents_in(kafka_records)):
                applied = _apply_traced(traces, name, records, parents)
            else:
                applied = wiring.writer().apply(records)
    except Exception as error:
        # The event's other partitions continue.
        extra = {"partition": name, "offset": records[0].offset}
        batches.log_failure("batch will be delivered again", extra, error)
        return batches.failed(name, (record.offset for record in records))
    _measure(name, records, applied, time.monotonic() - started_s)
    return []


def _apply_traced(
    traces: Traces, name: str, records: Sequence[Record], parents: Mapping[int, Parent]
) -> Applied:
    """Apply records, so that what follows from a traced one belongs to its trace."""
    traced = {
        record.offset: (parents[record.offset], _attributes_of(record))
        for record in records
        if record.offset in parents
    }
    topic, _, partition = name.rpartition("-")
    try:
        with traces.processing(topic, int(partition), len(records), traced) as headers:
            return wiring.writer().apply(
                [record._replace(traceparent=headers.get(record.offset)) for record in records]
            )
    finally:
        traces.flush()


def _attributes_of(record: Record) -> dict[str, str | int]:
    """Return what a command's span is found by; nothing if the record is not a command."""
    command = decoded(record)
    if isinstance(command, c.UndecodableError):
        return {}
    return {
        "ledgerlane.kind": c.kind_of(command),
        "ledgerlane.request_id": command.request_id,
        "ledgerlane.transaction_id": command.transaction_id,
    }


def _record_of(kafka_record: KafkaRecord) -> Record:
    key, value = kafka_record.get("key"), kafka_record.get("value")
    return Record(
        kafka_record["partition"],
        kafka_record["offset"],
        max(0, kafka_record["timestamp"]),
        None if key is None else a2b_base64(key),
        None if value is None else a2b_base64(value),
    )


def _measure(name: str, records: Sequence[Record], applied: Applied, took_s: float) -> None:
    """Count and log a batch. The clock is read here, so that the rules never read it."""
    now_ms = time.time() * 1000
    metrics = wiring.metrics()
    for metric, value in (
        ("Applied", applied.completed + applied.pending),
        ("Refused", applied.rejected),
        ("Duplicates", applied.duplicates),
        ("IdempotencyConflicts", applied.conflicts),
        ("Parked", applied.parked),
        ("MissingOffsets", applied.gap),
        ("RecoveredRecords", applied.recovered),
        ("BatchSize", len(records)),
    ):
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)
    oldest_ms = max(0.0, now_ms - records[0].timestamp_ms)
    metrics.add_metric(
        name="AcceptedToApplied", unit=MetricUnit.Milliseconds, value=round(oldest_ms, 3)
    )
    log = wiring.logger().warning if applied.parked or applied.gap else wiring.logger().info
    log(
        "batch applied",
        extra={
            "partition": name,
            "offset": records[0].offset,
            "last_offset": records[-1].offset,
            "completed": applied.completed,
            "rejected": applied.rejected,
            "pending": applied.pending,
            "duplicates": applied.duplicates,
            "conflicts": applied.conflicts,
            "parked": applied.parked,
            "gap": applied.gap,
            "recovered": applied.recovered,
            "took_ms": round(took_s * 1000, 3),
            "oldest_ms": round(oldest_ms, 3),
        },
    )
