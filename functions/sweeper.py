"""The sweeper function, invoked by a schedule."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from functions.tracing import traced
from handlers.applying.sweeper import State, SweepFailed, Swept, sweep
from handlers.applying.waiting import waiting_partitions
from handlers.platform.bounds import APPLY_GROUP, WEBHOOKS_GROUP
from handlers.platform.clock import now_us
from handlers.platform.errors import Unavailable
from handlers.platform.topic_admin import TopicAdmin

#: How long each question to the log may take: the sweep itself may have waited for it too.
LOG_TIMEOUT_S: Final = 4.0


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
    _measure_waiting()
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


def _measure_waiting() -> None:
    """Count the partitions that wait for their consumers; nothing if the log does not say."""
    settings = wiring.settings()
    now_ms = now_us() // 1000
    try:
        log = TopicAdmin(wiring.brokers(), LOG_TIMEOUT_S)
        waiting = {
            "WaitingPartitions": waiting_partitions(
                log, settings.commands_topic, APPLY_GROUP, now_ms
            ),
            "WaitingEventPartitions": waiting_partitions(
                log, settings.events_topic, WEBHOOKS_GROUP, now_ms
            ),
        }
    except Unavailable as error:
        wiring.logger().warning("can't see which partitions wait", extra={"error": str(error)})
        return
    metrics = wiring.metrics()
    for metric, partitions in waiting.items():
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=len(partitions))
        if partitions:
            wiring.logger().error(metric, extra={"partitions": partitions})
    metrics.flush_metrics()
