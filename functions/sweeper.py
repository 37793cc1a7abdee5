"""The sweeper function, invoked by a schedule."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from functions.tracing import traced
from handlers.applying.sweeper import State, SweepFailed, Swept, sweep


def handler(event: Any, context: Any) -> dict[str, int]:
    """Publish messages that a crash left behind, and expire holds; return how many of each.

    Raises
    ------
    SweepFailed
        If a stage failed; all others still ran and were measured.
    """
    settings = wiring.settings()
    with traced("sweep"):
        swept = sweep(
            wiring.shards(),
            wiring.producer(),
            commands_topic=settings.commands_topic,
            sending_by=wiring.partitioning().sending_by,
        )
    _measure(swept)
    wiring.logger().info("swept", extra={"published": swept.published, "holds": swept.holds})
    if swept.failures:
        raise SweepFailed("; ".join(f"{name}: {why}" for name, why in swept.failures.items()))
    return {"published": swept.published, "holds": swept.holds}


def _measure(swept: Swept) -> None:
    metrics = wiring.metrics()
    for metric, value in (
        ("SweptOutbox", swept.published),
        ("SweptHolds", swept.holds),
        ("OutboxRefused", swept.refused),
        ("OutboxAwaited", swept.awaited),
    ):
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)
    metrics.add_metric(
        name="SystemAccountFullness", unit=MetricUnit.Percent, value=round(swept.fullness, 3)
    )
    if swept.state is not None:
        _measure_state(swept.state)
    metrics.flush_metrics()


def _measure_state(state: State) -> None:
    metrics = wiring.metrics()
    for metric, value in (
        ("ParkedCommands", state.parked),
        ("ParkedAccounts", state.parked_accounts),
        ("OutboxRows", state.outbox),
        ("UnbalancedCurrencies", state.imbalanced),
        ("PendingDeliveries", state.deliveries),
        ("ParkedEventRows", state.parked_events),
    ):
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)
    if state.in_transit is not None:
        metrics.add_metric(
            name="InTransitCurrencies", unit=MetricUnit.Count, value=state.in_transit
        )
    for metric, age_s in (
        ("OutboxAge", state.outbox_age_s),
        ("DeliveryAge", state.delivery_age_s),
    ):
        metrics.add_metric(name=metric, unit=MetricUnit.Seconds, value=round(age_s, 3))
