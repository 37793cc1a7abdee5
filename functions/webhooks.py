"""The webhooks function: fed by the topic of events, and woken by a schedule for what is due.

An event becomes rows in the database before it is sent anywhere, so a receiver that is slow or away
never holds up the topic: what can't be delivered is tried again later, from the rows.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from handlers.errors import Unavailable
from handlers.webhooks.deliveries import Notice, notice_of
from handlers.webhooks.due import delete_old
from handlers.webhooks.running import Sent, send_due

#: How long an invocation sends, in seconds: with the last attempt's own, within its timeout.
BATCH_BUDGET_S: Final = 5.0
SWEEP_BUDGET_S: Final = 45.0

KafkaRecord = Mapping[str, Any]


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
    added = 0
    for name, kafka_records in event["records"].items():
        try:
            # Nobody wants what happened before there was a webhook, so the order is right.
            if wiring.deliveries().is_any_wanted():
                added += wiring.deliveries().add(_notices(name, kafka_records))
        except Unavailable as error:
            wiring.logger().warning(
                "events will be delivered again", extra={"partition": name, "error": str(error)}
            )
            failures += [
                {"itemIdentifier": {"partition": name, "offset": record["offset"]}}
                for record in kafka_records
            ]
    if added:
        try:
            # Those behind this batch don't wait for receivers that are known to be slow.
            _send(BATCH_BUDGET_S, serves_slow=False)
        except Unavailable as error:
            # They are noted; the schedule sends them.
            wiring.logger().warning("sending was put off", extra={"error": str(error)})
    return {"batchItemFailures": failures}


def _notices(name: str, kafka_records: Sequence[KafkaRecord]) -> list[Notice]:
    notices = []
    for record in kafka_records:
        try:
            notices.append(notice_of(b64decode(record.get("value") or "")))
        except ValueError:
            # Nothing that we wrote; whoever did will not write it better the second time.
            wiring.logger().error(
                "a record is no event", extra={"partition": name, "offset": record["offset"]}
            )
    return notices


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
