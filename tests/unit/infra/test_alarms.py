"""Each alarm of each stage rings when something is wrong, ends when it is over, and else is quiet.

The stages' templates are those that were reviewed; `tests/infra` compares them with what is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest

from infra.cdk.config import AwsStage
from infra.cdk.stages import AWS_STAGES
from infra.signals.catalogue import SIGNALS
from tests.support.cloudwatch import MORE, Rule, State, states, values_of, watched_by
from tests.support.reviewed import reviewed

GIB: Final = 1024**3
DAY_S, HOUR_S, WEEK_S = 86_400, 3_600, 604_800

#: The values of metrics in a period, by name; None where the metric has none.
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Case:
    """What an alarm's metrics are when all is well, and when it is not.

    Attributes
    ----------
    good, bad
        By stage, because what a stage can reach depends on its size.
    noise
        What looks bad and is not.
    when_silent
        The state that silence leads to from OK, and from ALARM.
    """

    good: Callable[[AwsStage], Values]
    bad: Callable[[AwsStage], Values]
    noise: Values | None = None
    when_silent: tuple[State, State] = ("OK", "OK")


def case(name: str, good: float | None, bad: float | None, **more: Any) -> Case:
    """Return the case of an alarm on one metric, alike in all stages."""
    return Case(lambda _: {name: good}, lambda _: {name: bad}, **more)


def by_stage(
    name: str, good: Callable[[AwsStage], float], bad: Callable[[AwsStage], float]
) -> Case:
    """Return the case of an alarm on one metric, whose values depend on the stage."""
    return Case(lambda stage: {name: good(stage)}, lambda stage: {name: bad(stage)})


def both(name: str, values: tuple[float, float], other: str, others: tuple[float, float]) -> Case:
    """Return the case of an alarm on two metrics; the values are a good one and a bad one."""
    return Case(
        lambda _: {name: values[0], other: others[0]},
        lambda _: {name: values[1], other: others[1]},
    )


def everybody(stage: AwsStage) -> int:
    """Return how many functions may run at once: there is no way to more connections."""
    return sum(stage.reserved_concurrency.values())


def backlog(stage: AwsStage) -> float:
    """Return what waits if the API takes what it may for five minutes, and nothing is applied."""
    return 300 * stage.api.rate


def memory(share: float) -> Callable[[AwsStage], float]:
    return lambda stage: share * stage.database.memory_gib * GIB


#: Only another report ends it.
KEPT: Final[tuple[State, State]] = ("OK", "ALARM")
#: Whoever reports as long as it lives does not live.
DEAD: Final[tuple[State, State]] = ("ALARM", "ALARM")
#: Lambda, RDS Proxy and the like count some things only when they happen.
NOTHING: Final = None

CASES: Final[Mapping[str, Case]] = {
    # The books
    "imbalance": case("UnbalancedCurrencies", 0, 1),
    "audit-findings": case("AuditFindings", 0, 3, when_silent=KEPT),
    "audit-missing": case("AuditedPostings", 1, NOTHING, when_silent=DEAD),
    "audit-errors": case("Errors", 0, 1),
    "missing-offsets": case("MissingOffsets", 0, 7),
    "parked": case("ParkedCommands", 0, 1),
    "parked-events": case("ParkedEvents", 0, 2),
    "failed-events": case("OnFailureDestinationDeliveredEventCount", NOTHING, 4),
    "webhooks-failed-events": case("OnFailureDestinationDeliveredEventCount", NOTHING, 4),
    "dropped-events": case("DroppedEventCount", 0, 1),
    "webhooks-dropped-events": case("DroppedEventCount", 0, 1),
    "system-accounts": case("SystemAccountFullness", 49, 76),
    # What flows
    "lag": by_stage("OffsetLag", lambda stage: 2 * stage.api.rate, backlog),
    "webhooks-lag": by_stage("OffsetLag", lambda stage: 2 * stage.api.rate, backlog),
    "partition-waits": case("WaitingPartitions", 0, 1),
    "webhooks-partition-waits": case("WaitingEventPartitions", 0, 1),
    "oldest-unapplied": case("AcceptedToApplied", 400, 120_000),
    "failed-invocations": case("FailedInvokeEventCount", 0, 500),
    "webhooks-failed-invocations": case("FailedInvokeEventCount", 0, 500),
    "archive-failed-invocations": case("FailedInvokeEventCount", 0, 500),
    "archive-polling-errors": case("PollingErrorCount", NOTHING, 6),
    "archive-errors": case("Errors", 0, 1),
    "archive-lag": by_stage("OffsetLag", lambda stage: 2 * stage.api.rate, backlog),
    "polling-errors": case("PollingErrorCount", NOTHING, 6),
    "webhooks-polling-errors": case("PollingErrorCount", NOTHING, 6),
    "apply-errors": case("Errors", 0, 1),
    "apply-throttles": case("Throttles", 0, 3),
    "webhooks-errors": case("Errors", 0, 1),
    "sweeper-errors": case("Errors", 0, 1),
    "sweeper-missing": case("SweptOutbox", 1, NOTHING, when_silent=DEAD),
    "swept-outbox": case("SweptOutbox", 0, 2),
    "outbox-age": case("OutboxAge", 12, 90),
    "outbox-refused": case("OutboxRefused", 0, 1),
    "delivery-age": case("DeliveryAge", 40, 600),
    "webhooks-given-up": case("WebhooksGivenUp", 30, 400),
    # The API
    "api-5xx": Case(
        lambda _: {"Count": 900, "5XXError": 4},
        lambda _: {"Count": 900, "5XXError": 40},
        # Nearly nobody asks.
        noise={"Count": 12, "5XXError": 12},
    ),
    # The function's time limit.
    "api-latency": case("Latency", 180, 29_000),
    "api-throttles": case("Throttles", 0, 5),
    "release-errors": both("Errors", (0, 2), "FailedRequests", (0, 0)),
    # The services
    "database-connections": by_stage(
        "DatabaseConnections", lambda stage: 0.4 * everybody(stage), everybody
    ),
    "database-cpu": case("CPUUtilization", 45, 97),
    "database-memory": by_stage("FreeableMemory", memory(0.2), memory(0.02)),
    "database-storage": by_stage(
        "FreeStorageSpace",
        lambda stage: 0.4 * stage.database.storage_gb * GIB,
        lambda stage: 0.05 * stage.database.storage_gb * GIB,
    ),
    # The server begins to freeze at 200 million.
    "database-transaction-ids": case("MaximumUsedTransactionIDs", 220e6, 1.2e9),
    "pool-waits": case("DatabaseConnectionsBorrowLatency", 900, 4_000_000),
    "pool-pinning": by_stage(
        "DatabaseConnectionsCurrentlySessionPinned",
        lambda _: 2,
        lambda stage: 0.8 * everybody(stage),
    ),
    # A token now and then expires on the way.
    "proxy-sign-ins": case("ClientConnectionsSetupFailedAuth", 1, 60),
    "proxy-connections": case("DatabaseConnectionsSetupFailed", NOTHING, 30),
    "rotation-owner": case("Errors", NOTHING, 4),
    "rotation-application": case("Errors", NOTHING, 4),
    "cache-cpu": case("EngineCPUUtilization", 20, 95),
    "cache-memory": case("DatabaseMemoryUsagePercentage", 30, 96),
    "log-offline": case("OfflinePartitionsCount", 0, 8),
    "log-controller": case("ActiveControllerCount", 1, 0, when_silent=DEAD),
    "log-under-replicated": case("UnderReplicatedPartitions", 0, 30),
    "log-replicas": case("UnderMinIsrPartitionCount", 0, 16),
    "log-storage": case("KafkaDataLogsDiskUsed", 55, 92),
    "log-cpu": both("CpuUser", (25, 58), "CpuSystem", (6, 11)),
    "log-memory": case("HeapMemoryAfterGC", 32, 74),
    # A segment of each partition that is just being copied.
    "log-tiering": by_stage(
        "RemoteCopyLagBytes",
        lambda stage: stage.partitions / len(stage.network.zones) * 0.5 * GIB,
        lambda stage: 0.5 * stage.log_storage_gb * GIB,
    ),
    "log-tiering-errors": case("RemoteCopyErrorsPerSec", 0, 0.2),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """An alarm of a stage, with its case."""

    stage: AwsStage
    name: str
    properties: Mapping[str, Any]

    @property
    def case(self) -> Case:
        return CASES[self.name]

    @property
    def rule(self) -> Rule:
        return Rule.of(self.properties)

    def good(self) -> Values:
        return self.case.good(self.stage)

    def bad(self) -> Values:
        return self.case.bad(self.stage)

    def silence(self) -> Values:
        return dict.fromkeys(self.good())

    def after(self, *parts: tuple[Values, int]) -> list[State]:
        """Return the states after each period: each part is what is measured, and how long."""
        periods = [values for values, length in parts for _ in range(length)]
        metrics = {name: [values[name] for values in periods] for name in self.good()}
        return states(self.rule, values_of(self.properties, metrics))


@cache
def alarms() -> list[Tried]:
    found = []
    for name, stage in AWS_STAGES.items():
        for resource in reviewed(f"ledgerlane-{name}").values():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                properties = resource["Properties"]
                signal = properties["AlarmDescription"].rpartition("#")[2]
                found.append(Tried(stage, signal, properties))
    return found


def each_alarm() -> Iterator[Any]:
    for tried in alarms():
        yield pytest.param(tried, id=tried.properties["AlarmName"])


each = pytest.mark.parametrize("alarm", list(each_alarm()))


def test_every_alarm_has_a_case_and_every_case_an_alarm() -> None:
    assert CASES.keys() == {alarm.name for alarm in alarms()}
    assert CASES.keys() >= {signal.name for signal in SIGNALS if signal.alarm}


@each
def test_it_is_of_the_metrics_that_its_case_has(alarm: Tried) -> None:
    watched = {metric["MetricName"] for metric in watched_by(alarm.properties)}

    assert watched == alarm.good().keys() == alarm.bad().keys()


@each
def test_it_rings_once_it_was_bad_for_all_its_periods_and_ends_when_it_is_good(
    alarm: Tried,
) -> None:
    periods = alarm.rule.periods
    before, while_bad, afterwards = 2 * periods + MORE, periods + 3, periods + MORE + 1

    found = alarm.after(
        (alarm.good(), before), (alarm.bad(), while_bad), (alarm.good(), afterwards)
    )

    assert set(found[:before]) == {"OK"}
    assert set(found[before : before + periods - 1]) <= {"OK"}
    assert set(found[before + periods - 1 : before + while_bad]) == {"ALARM"}
    assert found[-1] == "OK"


@each
def test_it_is_quiet_from_its_creation_on(alarm: Tried) -> None:
    found = alarm.after((alarm.good(), 3 * alarm.rule.periods))

    # An alarm that rings on silence may ring until the first report.
    assert found[alarm.rule.periods - 1 :] == ["OK"] * (2 * alarm.rule.periods + 1)


@each
def test_it_takes_silence_as_it_is_meant(alarm: Tried) -> None:
    periods = alarm.rule.periods
    long = 2 * (periods + MORE)

    from_ok = alarm.after((alarm.good(), long), (alarm.silence(), long))
    from_alarm = alarm.after((alarm.bad(), long), (alarm.silence(), long))

    assert from_alarm[long - 1] == "ALARM"
    assert (from_ok[-1], from_alarm[-1]) == alarm.case.when_silent


@each
def test_it_ends_after_a_silence_that_kept_it(alarm: Tried) -> None:
    long = 2 * (alarm.rule.periods + MORE)

    found = alarm.after((alarm.bad(), long), (alarm.silence(), long), (alarm.good(), long))

    assert found[-1] == "OK"


@each
def test_it_does_not_ring_for_what_only_looks_bad(alarm: Tried) -> None:
    noise = alarm.case.noise
    if noise is not None:
        assert set(alarm.after((noise, 10))) == {"OK"}


@each
def test_cloudwatch_accepts_how_long_it_looks_back(alarm: Tried) -> None:
    """PutMetricAlarm, ``EvaluationPeriods``: up to a day, or a week with periods of an hour."""
    (period_s,) = {
        part.get("MetricStat", part)["Period"]
        for part in alarm.properties.get("Metrics", [alarm.properties])
        if "Period" in part.get("MetricStat", part)
    }

    assert period_s * alarm.rule.periods <= (WEEK_S if period_s >= HOUR_S else DAY_S)
