"""The metrics of the list of signals, as CloudWatch has them in a stage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from infra.cdk.config import AwsStage, MskConfig
from infra.cdk.data import Database, rotation_name
from infra.cdk.streaming import Log
from infra.signals.cloudwatch import Formula, Measure, Metric


@dataclass(frozen=True, slots=True)
class Watched:
    """The sources of metrics.

    Parameters
    ----------
    functions
        By their logical names.
    mapping_ids
        The event source mappings' ids, by the logical name of the function that each feeds.
    """

    config: AwsStage
    api: apigateway.RestApi
    functions: dict[str, lambda_.Function]
    mapping_ids: dict[str, str]
    databases: list[Database]
    log: Log
    cache_name: str

    def metrics(self, measure: Measure) -> dict[str, cloudwatch.IMetric]:
        """Return a metric of the list by the suffix of its alarm's name.

        MSK reports per broker and RDS per database, which CloudWatch does not aggregate. All others
        have one metric, with an empty suffix. What this stage does not have, has no metric.
        """
        if isinstance(measure, Metric):
            return self._found(measure)
        operands = {name: self._found(metric) for name, metric in measure.operands}
        suffixes = set.intersection(*(set(found) for found in operands.values()))
        return {
            suffix: _computed(measure, {name: of[suffix] for name, of in operands.items()}, suffix)
            for suffix in sorted(suffixes)
        }

    def _found(self, metric: Metric) -> dict[str, cloudwatch.IMetric]:
        if not self._has(metric):
            return {}
        if metric.source == "broker":
            brokers = range(1, len(self.config.network.zones) + 1)
            return {f"-{number}": self._broker(number, metric) for number in brokers}
        if metric.source in ("database", "proxy", "rotation"):
            return {one.suffix: self._of_database(one, metric) for one in self.databases}
        return {"": self._one(metric)}

    def _has(self, metric: Metric) -> bool:
        """Tell whether the stage has a metric."""
        kafka = self.config.kafka
        if metric.engine not in (None, "aurora" if self.databases[0].is_cluster else "instance"):
            return False
        if metric.source in ("cluster", "broker") and not isinstance(kafka, MskConfig):
            return False
        if metric.needs_tiers and not (isinstance(kafka, MskConfig) and kafka.is_tiered):
            return False
        is_of_function = metric.source in ("report", "function", "mapping")
        if is_of_function and metric.function not in self.functions:
            return False
        # Lambda counts for provisioned pollers only.
        return metric.source != "mapping" or self.config.consumers.is_provisioned

    def _one(self, metric: Metric) -> cloudwatch.IMetric:
        period = Duration.seconds(metric.period_s)
        if metric.source == "api":
            return self.api.metric(metric.name, statistic=metric.statistic, period=period)
        if metric.source == "function":
            function = self.functions[metric.function]
            return function.metric(metric.name, statistic=metric.statistic, period=period)
        return _metric(metric, *self._place(metric))

    def _place(self, metric: Metric) -> tuple[str, dict[str, str]]:
        """Return the namespace of a metric, and its dimensions."""
        match metric.source:
            case "report":
                return self.config.metrics_namespace, {"service": f"ledgerlane-{metric.function}"}
            case "mapping":
                return "AWS/Lambda", {"EventSourceMappingUUID": self.mapping_ids[metric.function]}
            case "cluster":
                return "AWS/Kafka", {"Cluster Name": self.log.cluster_name or ""}
            case "cache":
                # The primary.
                return "AWS/ElastiCache", {"CacheClusterId": f"{self.cache_name}-001"}
            case _:
                raise ValueError(f"no place for metrics of {metric.source}")

    def _of_database(self, database: Database, metric: Metric) -> cloudwatch.Metric:
        if metric.source == "rotation":
            name = rotation_name(self.config, metric.function, database.suffix)
            return _metric(metric, "AWS/Lambda", {"FunctionName": name})
        of_proxy = {"ProxyName": database.proxy.db_proxy_name}
        dimensions = of_proxy if metric.source == "proxy" else database.dimensions
        return _metric(metric, "AWS/RDS", dimensions)

    def _broker(self, number: int, metric: Metric) -> cloudwatch.Metric:
        dimensions = {"Cluster Name": self.log.cluster_name or "", "Broker ID": str(number)}
        return _metric(metric, "AWS/Kafka", dimensions)


def _computed(
    formula: Formula, operands: dict[str, cloudwatch.IMetric], suffix: str
) -> cloudwatch.MathExpression:
    # A graph shows several of them, and its metrics need different names.
    end = suffix.replace("-", "_")
    named = re.sub(rf"\b({'|'.join(operands)})\b", lambda found: found[0] + end, formula.expression)
    return cloudwatch.MathExpression(
        expression=named,
        using_metrics={name + end: metric for name, metric in operands.items()},
        label=formula.label,
        period=Duration.seconds(formula.period_s),
    )


def _metric(metric: Metric, namespace: str, dimensions: dict[str, str]) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=metric.name,
        dimensions_map=dimensions,
        statistic=metric.statistic,
        period=Duration.seconds(metric.period_s),
    )
