"""The metrics that alarms and the dashboard share."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from handlers.platform.bounds import METRICS_NAMESPACE
from infra.cdk.config import AwsStage
from infra.cdk.data import Database
from infra.cdk.streaming import Log

MINUTE = Duration.minutes(1)
DAY = Duration.days(1)


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
    database: Database
    log: Log
    cache_name: str

    def own(
        self, function: str, name: str, statistic: str, period: Duration = MINUTE
    ) -> cloudwatch.Metric:
        """Return a metric that one of our functions writes in the embedded metric format."""
        return cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
            metric_name=name,
            dimensions_map={"service": f"ledgerlane-{function}"},
            statistic=statistic,
            period=period,
        )

    def function(self, function: str, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """Return Lambda's metric of a function."""
        return self.functions[function].metric(name, statistic=statistic, period=MINUTE)

    def mapping(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """Return Lambda's metric of the event source mapping."""
        return _metric(
            "AWS/Lambda", name, {"EventSourceMappingUUID": self.mapping_id}, statistic, MINUTE
        )

    def server(self, name: str, statistic: str) -> cloudwatch.Metric:
        """Return RDS's metric of the database."""
        return _metric("AWS/RDS", name, self.database.dimensions, statistic, MINUTE)

    def proxy(self, name: str, statistic: str) -> cloudwatch.Metric:
        """Return RDS's metric of the pooler."""
        dimensions = {"ProxyName": self.database.proxy.db_proxy_name}
        return _metric("AWS/RDS", name, dimensions, statistic, MINUTE)

    def brokers(self, name: str, statistic: str) -> cloudwatch.Metric:
        """Return MSK's metric of the cluster."""
        dimensions = {"Cluster Name": self.log.cluster_name or ""}
        return _metric("AWS/Kafka", name, dimensions, statistic, Duration.minutes(5))

    def broker(self, number: int, name: str) -> cloudwatch.Metric:
        """Return MSK's metric of one broker, which CloudWatch does not aggregate."""
        dimensions = {"Cluster Name": self.log.cluster_name or "", "Broker ID": str(number)}
        return _metric("AWS/Kafka", name, dimensions, "Maximum", Duration.minutes(5))

    def cache(self, name: str, statistic: str) -> cloudwatch.Metric:
        """Return ElastiCache's metric of the primary."""
        dimensions = {"CacheClusterId": f"{self.cache_name}-001"}
        return _metric("AWS/ElastiCache", name, dimensions, statistic, MINUTE)


def _metric(
    namespace: str, name: str, dimensions: dict[str, str], statistic: str, period: Duration
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=period,
    )
