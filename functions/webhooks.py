"""The webhooks function: receives events from their topic, and sends what a schedule finds due.

Events are stored in the database before they are sent, so a slow or unavailable receiver never
blocks the topic: failed deliveries are retried later from the database.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from functions import batches, wiring
from handlers.platform.errors import Unavailable
from handlers.platform.memory import keep_for_batches
from handlers.platform.traceparent import Parent, parents_in
from handlers.webhooks.attempts import delete_old
from handlers.webhooks.dispatcher import Sent, send_due
from handlers.webhooks.inbox import EventRecord, Taken

if TYPE_CHECKING:
    from handlers.platform.traces import Traces

#: How long an invocation starts deliveries, in seconds. One more attempt still fits its timeout.
BATCH_BUDGET_S: Final = 5.0
SWEEP_BUDGET_S: Final = 45.0

#: The maximum length of a logged error, which may quote a record of any length.
MAX_LOGGED: Final = 500

KafkaRecord = Mapping[str, Any]

keep_for_batches()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Store events and send due deliveries; without events (the schedule), only send.

    Returns
    -------
    dict
        ``batchItemFailures``: the records to deliver again, because they could not be stored.

    Raises
    ------
    functions.batches.BatchFailed
        If some must come again and the mapping does not read the answer.
    """
    if "records" not in event:
        sent = _send(SWEEP_BUDGET_S, serves_slow=True)
        delete_old(wiring.database())
        return {"delivered": sent.delivered, "failed": sent.failed}
    failures: list[dict[str, Any]] = []
    added = parked = 0
    for name, kafka_records in event["records"].items():
        try:
            taken = _take(name, kafka_records)
        except Exception as error:
            batches.log_failure("events will be delivered again", {"partition": name}, error)
            failures += batches.failed(name, (record["offset"] for record in kafka_records))
        else:
            added += taken.added
            parked += len(taken.parked)
    metrics = wiring.metrics()
    metrics.add_metric(name="ParkedEvents", unit=MetricUnit.Count, value=parked)
    metrics.flush_metrics()
    if added:
        try:
            # Skip slow receivers, so that the events behind this batch don't wait for them.
            _send(BATCH_BUDGET_S, serves_slow=False)
        except Unavailable as error:
            # The deliveries are stored, and the schedule will send them.
            wiring.logger().warning("sending was postponed", extra={"error": str(error)})
    return batches.answer(failures)


def _take(name: str, kafka_records: Sequence[KafkaRecord]) -> Taken:
    # Nobody wants events from before the first webhook, so it is safe to check this first.
    if not wiring.deliveries().is_any_wanted():
        return Taken(0, [])
    records = [_record_of(name, record) for record in kafka_records]
    traces = wiring.traces()
    if traces is not None and (parents := parents_in(kafka_records)):
        taken = _take_traced(traces, records, parents)
    else:
        taken = wiring.incoming().take(records)
    for record, error in taken.parked:
        wiring.logger().error(
            "event parked",
            extra={"partition": name, "offset": record.offset, "error": error[:MAX_LOGGED]},
        )
    return taken


def _take_traced(
    traces: Traces, records: Sequence[EventRecord], parents: Mapping[int, Parent]
) -> Taken:
    """Take events, so that the deliveries of a traced one belong to its trace."""
    first = records[0]
    nothing: dict[str, str | int] = {}
    traced = {offset: (parent, nothing) for offset, parent in parents.items()}
    try:
        with traces.processing(first.topic, first.partition, len(records), traced) as headers:
            return wiring.incoming().take(
                [record._replace(traceparent=headers.get(record.offset)) for record in records]
            )
    finally:
        traces.flush()


def _record_of(name: str, kafka_record: KafkaRecord) -> EventRecord:
    key, value = kafka_record.get("key"), kafka_record.get("value")
    return EventRecord(
        name.rpartition("-")[0],
        kafka_record["partition"],
        kafka_record["offset"],
        kafka_record["timestamp"],
        None if key is None else a2b_base64(key),
        None if value is None else a2b_base64(value),
    )


def _send(budget_s: float, *, serves_slow: bool) -> Sent:
    traces = wiring.traces()
    sent = send_due(
        wiring.database(),
        budget_s=budget_s,
        allow_loopback=wiring.settings().webhooks_allow_loopback,
        serves_slow=serves_slow,
        traces=traces,
    )
    if traces is not None:
        traces.flush()
    metrics = wiring.metrics()
    for metric, value in (
        ("WebhooksDelivered", sent.delivered),
        ("WebhookAttemptsFailed", sent.failed),
        ("WebhooksGivenUp", sent.given_up),
    ):
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
    if sent.delivered or sent.failed:
        wiring.logger().info(
            "webhooks sent", extra={"delivered": sent.delivered, "failed": sent.failed}
        )
    return sent
