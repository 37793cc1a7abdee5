"""The sweeper function, invoked by a schedule."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from functions.tracing import traced
from handlers.ledger.sweeping import sweep


def handler(event: Any, context: Any) -> dict[str, int]:
    """Publish what a crash left, and let holds expire; return how much of each."""
    settings = wiring.settings()
    with traced("sweep"):
        swept = sweep(
            wiring.database(),
            wiring.producer(),
            commands_topic=settings.commands_topic,
            partitions=settings.partitions,
        )
    metrics = wiring.metrics()
    metrics.add_metric(name="SweptOutbox", unit=MetricUnit.Count, value=swept.published)
    metrics.add_metric(name="SweptHolds", unit=MetricUnit.Count, value=swept.holds)
    metrics.flush_metrics()
    wiring.logger().info("swept", extra={"published": swept.published, "holds": swept.holds})
    return {"published": swept.published, "holds": swept.holds}
