"""The alarms. Each describes the problem and links to its section of the runbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cdk.config import AwsStage, MskConfig
from infra.cdk.monitoring import DAY, Watched

GIB = 1024**3
_Missing = cloudwatch.TreatMissingData
_Comparison = cloudwatch.ComparisonOperator


@dataclass(frozen=True, slots=True)
class Rule:
    """One alarm.

    Parameters
    ----------
    name
        The name, which is also the heading of its runbook in docs/runbooks.md.
    description
        The problem that it reports.
    metric
        The metric.
    threshold
        The alarm fires at or above this value, or below it if `is_below`.
    periods
        The number of consecutive periods.
    missing
        How missing data is treated.
    """

    name: str
    description: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    is_below: bool = False
    missing: cloudwatch.TreatMissingData = _Missing.NOT_BREACHING


def make_alarms(scope: Construct, watched: Watched, key: kms.IKey) -> list[cloudwatch.Alarm]:
    """Create the alarms, the topic that they notify, and the budget."""
    config = watched.config
    topic = sns.Topic(
        scope,
        "Alarms",
        topic_name=f"{config.stack_name}-alarms",
        master_key=key,
        enforce_ssl=True,
    )
    # With a policy of its own, which only refuses, the topic would take nothing from anybody.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": config.account}},
        )
    )
    if config.alarms.email is not None:
        topic.add_subscription(subscriptions.EmailSubscription(config.alarms.email))
    alarms = [_alarm(scope, config, rule) for rule in rules(watched)]
    for alarm in alarms:
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
    if config.alarms.email is not None:
        _budget(scope, config, config.alarms.email)
    return alarms


def rules(watched: Watched) -> Iterator[Rule]:
    """Yield every alarm of the stage."""
    yield from _ledger_rules(watched)
    yield from _consumer_rules(watched)
    yield from _webhook_rules(watched)
    yield from _api_rules(watched)
    yield from _database_rules(watched)
    yield from _log_and_cache_rules(watched)


def _ledger_rules(w: Watched) -> Iterator[Rule]:
    yield Rule(
        "imbalance",
        "The accounts of a currency don't sum to zero",
        w.own("audit", "ImbalancedCurrencies", "Maximum"),
        1,
    )
    yield Rule(
        "audit-findings",
        "The audit found faults in the books",
        w.own("audit", "AuditFindings", "Maximum"),
        1,
    )
    yield Rule(
        "audit-missing",
        "The books were not audited for two days",
        w.own("audit", "AuditedPostings", "SampleCount", DAY),
        1,
        periods=2,
        is_below=True,
        missing=_Missing.BREACHING,
    )
    yield Rule(
        "missing-offsets",
        "Records of the log were skipped; a command may have been overtaken",
        w.own("apply", "MissingOffsets", "Maximum"),
        1,
    )
    yield Rule(
        "parked",
        "Commands are parked, and later commands of their accounts wait",
        w.own("sweeper", "ParkedCommands", "Maximum"),
        1,
    )
    yield Rule(
        "system-accounts",
        "A system account is near its bound, beyond which commands are refused",
        w.own("sweeper", "SystemAccountFullness", "Maximum"),
        75,
    )


def _consumer_rules(w: Watched) -> Iterator[Rule]:
    yield Rule(
        "lag",
        "Many commands wait in the log",
        w.function("apply", "OffsetLag", "Maximum"),
        w.config.alarms.lag,
        periods=5,
    )
    yield Rule(
        "oldest-unapplied",
        "Commands wait a long time before they are applied",
        w.own("apply", "AcceptedToApplied", "Maximum"),
        w.config.alarms.applied_within_ms,
        periods=3,
    )
    yield Rule(
        "dropped-events",
        "The mapping discarded commands",
        w.mapping("DroppedEventCount"),
        1,
    )
    yield Rule(
        "failed-events",
        "The mapping gave up commands; they are in the bucket of failures and were overtaken",
        w.mapping("OnFailureDestinationDeliveredEventCount"),
        1,
    )
    yield Rule(
        "failed-invocations",
        "Batches fail and are retried",
        w.mapping("FailedInvokeEventCount"),
        1,
        periods=5,
    )
    yield Rule(
        "swept-outbox",
        "The sweeper repeatedly publishes what the apply function should have published",
        w.own("sweeper", "SweptOutbox", "Sum"),
        1,
        periods=5,
    )
    yield Rule(
        "outbox-age",
        "Messages wait in the outbox",
        w.own("sweeper", "OutboxAge", "Maximum"),
        60,
        periods=2,
    )
    yield Rule(
        "outbox-refused",
        "The log permanently refused messages of the ledger",
        w.own("sweeper", "OutboxRefused", "Maximum"),
        1,
    )
    yield Rule(
        "parked-events",
        "Events were put aside because they can't be read or stored",
        w.own("webhooks", "ParkedEvents", "Sum"),
        1,
    )
    for name in ("apply", "sweeper", "webhooks", "audit"):
        yield Rule(
            f"{name}-errors",
            f"The function {name} fails",
            w.function(name, "Errors"),
            1,
            periods=3 if name != "audit" else 1,
        )


def _webhook_rules(w: Watched) -> Iterator[Rule]:
    yield Rule(
        "delivery-age",
        "Webhook deliveries wait a long time for their receivers",
        w.own("sweeper", "DeliveryAge", "Maximum"),
        300,
        periods=5,
    )
    yield Rule(
        "webhooks-given-up",
        "Webhook receivers did not accept events until the last retry",
        w.own("webhooks", "WebhooksGivenUp", "Sum", Duration.hours(1)),
        100,
    )


def _api_rules(w: Watched) -> Iterator[Rule]:
    settings = w.config.alarms
    rate = cloudwatch.MathExpression(
        expression="IF(requests > 20, 100 * failures / requests, 0)",
        using_metrics={
            "failures": w.api.metric_server_error(statistic="Sum"),
            "requests": w.api.metric_count(statistic="Sum"),
        },
        label="% of responses that are 5xx",
    )
    yield Rule("api-5xx", "The API returns 5xx for more than 1 in 100 requests", rate, 1, periods=2)
    yield Rule(
        "api-latency",
        "The API's 99th percentile is slow",
        w.api.metric_latency(statistic="p99"),
        settings.latency_p99_ms,
        periods=2,
    )
    for name in ("api", "apply"):
        yield Rule(
            f"{name}-throttles",
            f"The function {name} has reached its reserved concurrency",
            w.function(name, "Throttles"),
            1,
            periods=3,
        )


def _database_rules(w: Watched) -> Iterator[Rule]:
    yield Rule(
        "pool-pinning",
        "Sessions are pinned to server connections, which shrinks the pool",
        w.proxy("DatabaseConnectionsCurrentlySessionPinned", "Maximum"),
        0.5 * w.config.database.connections,
        periods=5,
    )
    yield Rule(
        "pool-waits",
        "Functions wait for a server connection",
        # In microseconds (RDS User Guide, "Monitoring RDS Proxy metrics with CloudWatch").
        w.proxy("DatabaseConnectionsBorrowLatency", "p99"),
        100_000,
        periods=5,
    )
    yield Rule(
        "database-connections",
        "The database is near its connection limit",
        w.server("DatabaseConnections", "Maximum"),
        0.9 * w.config.database.connections,
        periods=5,
    )
    yield Rule(
        "database-cpu",
        "The database is busy",
        w.server("CPUUtilization", "Average"),
        80,
        periods=10,
    )
    if w.database.is_cluster:
        yield Rule(
            "database-replica",
            "The database's replicas lag",
            w.server("AuroraReplicaLagMaximum", "Maximum"),
            1_000,
            periods=5,
        )
        return
    yield Rule(
        "database-storage",
        "The database is running out of storage",
        w.server("FreeStorageSpace", "Minimum"),
        0.1 * w.config.database.storage_gb * GIB,
        periods=5,
        is_below=True,
    )


def _log_and_cache_rules(w: Watched) -> Iterator[Rule]:
    if isinstance(w.config.kafka, MskConfig):
        yield Rule(
            "log-offline",
            "Partitions of the log have no leader",
            w.brokers("OfflinePartitionsCount", "Maximum"),
            1,
        )
        for number in range(1, len(w.config.network.zones) + 1):
            yield Rule(
                f"log-replicas-{number}",
                f"Broker {number} leads partitions with too few replicas to accept commands",
                w.broker(number, "UnderMinIsrPartitionCount"),
                1,
                periods=2,
            )
            yield Rule(
                f"log-storage-{number}",
                f"Broker {number} is running out of storage",
                w.broker(number, "KafkaDataLogsDiskUsed"),
                80,
                periods=2,
            )
    yield Rule(
        "cache-cpu", "The cache is busy", w.cache("EngineCPUUtilization", "Average"), 80, periods=10
    )
    yield Rule(
        "cache-memory",
        "The cache is full",
        w.cache("DatabaseMemoryUsagePercentage", "Maximum"),
        90,
        periods=10,
    )


def runbook(name: str) -> str:
    """Return the heading of an alarm's runbook, without a broker's number."""
    return name.rstrip("0123456789").rstrip("-")


def _alarm(scope: Construct, config: AwsStage, rule: Rule) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        "Alarm" + "".join(part.capitalize() for part in rule.name.split("-")),
        alarm_name=f"{config.stack_name}-{rule.name}",
        alarm_description=f"{rule.description}. Runbook: docs/runbooks.md#{runbook(rule.name)}",
        metric=rule.metric,
        threshold=rule.threshold,
        evaluation_periods=rule.periods,
        comparison_operator=(
            _Comparison.LESS_THAN_THRESHOLD
            if rule.is_below
            else _Comparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        treat_missing_data=rule.missing,
    )


def _budget(scope: Construct, config: AwsStage, email: str) -> None:
    subscriber = budgets.CfnBudget.SubscriberProperty(address=email, subscription_type="EMAIL")
    budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=config.stack_name,
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(
                amount=config.alarms.monthly_budget_usd, unit="USD"
            ),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=threshold,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[subscriber],
            )
            for kind, threshold in (("ACTUAL", 80), ("FORECASTED", 100))
        ],
    )
