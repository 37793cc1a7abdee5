"""The alarms, made from the list of signals. Each links to its section of the runbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cdk.config import AwsStage
from infra.cdk.monitoring import Watched
from infra.signals.catalogue import SIGNALS
from infra.signals.cloudwatch import Alarm, Silence
from infra.signals.signal import Signal

_MISSING: Final[Mapping[Silence, cloudwatch.TreatMissingData]] = {
    "quiet": cloudwatch.TreatMissingData.NOT_BREACHING,
    "fires": cloudwatch.TreatMissingData.BREACHING,
    "keeps": cloudwatch.TreatMissingData.IGNORE,
}
_Comparison = cloudwatch.ComparisonOperator
_RUNBOOKS = "docs/runbooks.md"


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
    alarms = [one for signal in SIGNALS for one in _alarms(scope, watched, signal)]
    for alarm in alarms:
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
    if config.alarms.email is not None:
        _budget(scope, config, config.alarms.email)
    return alarms


def _alarms(scope: Construct, watched: Watched, signal: Signal) -> Iterator[cloudwatch.Alarm]:
    """Yield a signal's alarms: one, one per broker, or none in a stage without its engine."""
    config, alarm = watched.config, signal.alarm
    if alarm is None:
        return
    for suffix, metric in watched.metrics(alarm.metric).items():
        name = f"{signal.name}{suffix}"
        yield cloudwatch.Alarm(
            scope,
            "Alarm" + "".join(part.capitalize() for part in name.split("-")),
            alarm_name=f"{config.stack_name}-{name}",
            alarm_description=f"{signal.meaning}. Runbook: {_RUNBOOKS}#{signal.name}",
            metric=metric,
            threshold=threshold_of(signal, alarm, config),
            evaluation_periods=alarm.periods,
            comparison_operator=(
                _Comparison.LESS_THAN_THRESHOLD
                if signal.is_below
                else _Comparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            ),
            treat_missing_data=_MISSING[alarm.silence],
        )


def threshold_of(signal: Signal, alarm: Alarm, config: AwsStage) -> float:
    """Return an alarm's threshold in a stage, in the unit of its metric."""
    if alarm.threshold is None:
        return signal.threshold * alarm.metric.scale
    return alarm.threshold(config) if callable(alarm.threshold) else alarm.threshold


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
