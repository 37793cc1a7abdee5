"""The metrics of the list of signals, as CloudWatch has them in a stage."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from infra.cdk.config import AwsStage, MskConfig
from infra.cdk.data import Database
from infra.cdk.streaming import Log
from infra.signals.cloudwatch import Metric

#: A metric of the list that is computed from two of API Gateway's.
FAILED_SHARE = "5XXShare"


@dataclass(frozen=True, slots=True)
class Watched:
    """The sources of metrics.

    Parameters
    ----------
    functions
        By their logical names.
    mapping_id
        The event source mapping's id.
    """

    config: AwsStage
    api: apigateway.RestApi
    functions: dict[str, lambda_.Function]
    mapping_id: str
    databases: list[Database]
    log: Log
    cache_name: str

    def metrics(self, metric: Metric) -> dict[str, cloudwatch.IMetric]:
        """Return a metric of the list by the suffix of its alarm's name.

        MSK reports per broker and RDS per database, which CloudWatch does not aggregate. All others
        have one metric, with an empty suffix. What this stage does not have, has no metric.
        """
        if metric.engine not in (None, "aurora" if self.databases[0].is_cluster else "instance"):
            return {}
        if metric.function and metric.function not in self.functions:
            return {}
        if metric.source in ("cluster", "broker") and not isinstance(self.config.kafka, MskConfig):
            return {}
        if metric.source == "mapping" and not self.config.consumers.is_provisioned:
            # Lambda counts for provisioned pollers only.
            return {}
        if metric.source == "broker":
            brokers = range(1, len(self.config.network.zones) + 1)
            return {f"-{number}": self._broker(number, metric) for number in brokers}
        if metric.source in ("database", "proxy"):
            return {one.suffix: _of_database(one, metric) for one in self.databases}
        return {"": self._one(metric)}

    def _one(self, metric: Metric) -> cloudwatch.IMetric:
        period = Duration.seconds(metric.period_s)
        if metric.source == "api":
            return self._api(metric, period)
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
                return "AWS/Lambda", {"EventSourceMappingUUID": self.mapping_id}
            case "cluster":
                return "AWS/Kafka", {"Cluster Name": self.log.cluster_name or ""}
            case "cache":
                # The primary.
                return "AWS/ElastiCache", {"CacheClusterId": f"{self.cache_name}-001"}
            case _:
                raise ValueError(f"no place for metrics of {metric.source}")

    def _broker(self, number: int, metric: Metric) -> cloudwatch.Metric:
        dimensions = {"Cluster Name": self.log.cluster_name or "", "Broker ID": str(number)}
        return _metric(metric, "AWS/Kafka", dimensions)

    def _api(self, metric: Metric, period: Duration) -> cloudwatch.IMetric:
        if metric.name != FAILED_SHARE:
            return self.api.metric(metric.name, statistic=metric.statistic, period=period)
        return cloudwatch.MathExpression(
            # A few failures among very few requests are no trend.
            expression="IF(requests > 20, 100 * failures / requests, 0)",
            using_metrics={
                "failures": self.api.metric_server_error(statistic="Sum", period=period),
                "requests": self.api.metric_count(statistic="Sum", period=period),
            },
            label="% of responses that are 5xx",
            period=period,
        )


def _of_database(database: Database, metric: Metric) -> cloudwatch.Metric:
    of_proxy = {"ProxyName": database.proxy.db_proxy_name}
    return _metric(metric, "AWS/RDS", of_proxy if metric.source == "proxy" else database.dimensions)


def _metric(metric: Metric, namespace: str, dimensions: dict[str, str]) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=metric.name,
        dimensions_map=dimensions,
        statistic=metric.statistic,
        period=Duration.seconds(metric.period_s),
    )
