"""The webhooks function: fed by the topic of events, and woken by a schedule for what is due.

An event becomes rows in the database before it is sent anywhere, so a receiver that is slow or away
never holds up the topic: what can't be delivered is tried again later, from the rows.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from handlers.platform.errors import Unavailable
from handlers.platform.memory import keep_for_batches
from handlers.webhooks.attempts import delete_old
from handlers.webhooks.dispatcher import Sent, send_due
from handlers.webhooks.inbox import EventRecord, Taken

#: How long an invocation sends, in seconds: with the last attempt's own, within its timeout.
BATCH_BUDGET_S: Final = 5.0
SWEEP_BUDGET_S: Final = 45.0

#: How much of an error is logged: it may quote a record of any length.
MAX_LOGGED: Final = 500

KafkaRecord = Mapping[str, Any]

keep_for_batches()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Take events in and send what is due; without events (the schedule), only send.

    Returns
    -------
    dict
        ``batchItemFailures``: what must be delivered again, because it could not be noted.
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
            _log_failure(name, error)
            failures += [
                {"itemIdentifier": {"partition": name, "offset": record["offset"]}}
                for record in kafka_records
            ]
        else:
            added += taken.added
            parked += len(taken.parked)
    metrics = wiring.metrics()
    metrics.add_metric(name="ParkedEvents", unit=MetricUnit.Count, value=parked)
    metrics.flush_metrics()
    if added:
        try:
            # Those behind this batch don't wait for receivers that are known to be slow.
            _send(BATCH_BUDGET_S, serves_slow=False)
        except Unavailable as error:
            # They are noted; the schedule sends them.
            wiring.logger().warning("sending was put off", extra={"error": str(error)})
    return {"batchItemFailures": failures}


def _take(name: str, kafka_records: Sequence[KafkaRecord]) -> Taken:
    # Nobody wants what happened before there was a webhook, so the order is right.
    if not wiring.deliveries().is_any_wanted():
        return Taken(0, [])
    taken = wiring.incoming().take([_record_of(name, record) for record in kafka_records])
    for record, error in taken.parked:
        wiring.logger().error(
            "an event is parked",
            extra={"partition": name, "offset": record.offset, "error": error[:MAX_LOGGED]},
        )
    return taken


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


def _log_failure(name: str, error: Exception) -> None:
    """Say why a partition's records come again; a fault of our own with its trace."""
    what, extra = "events will be delivered again", {"partition": name, "error": str(error)}
    if isinstance(error, Unavailable):
        wiring.logger().warning(what, extra=extra)
    else:
        wiring.logger().exception(what, extra=extra)


def _send(budget_s: float, *, serves_slow: bool) -> Sent:
    sent = send_due(
        wiring.database(),
        budget_s=budget_s,
        allow_loopback=wiring.settings().webhooks_allow_loopback,
        serves_slow=serves_slow,
    )
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
