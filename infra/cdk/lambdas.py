"""The one place where a function is made."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cdk.build_asset import Asset
from infra.cdk.config import (
    COMMANDS_TOPIC,
    EVENTS_TOPIC,
    METRICS_NAMESPACE,
    StageConfig,
)
from infra.cdk.specs import FunctionSpec

_RETENTION = {1: logs.RetentionDays.ONE_DAY, 30: logs.RetentionDays.ONE_MONTH}


class FunctionFactory:
    """Makes functions that share one asset, one environment and one way to log.

    Parameters
    ----------
    scope
        The stack they are made in.
    config
        The stage.
    asset
        What they run from.
    database_secret
        The secret that every function may read.
    """

    def __init__(
        self,
        scope: Construct,
        config: StageConfig,
        asset: Asset,
        database_secret: secretsmanager.ISecret,
    ) -> None:
        self._scope = scope
        self._config = config
        self._database_secret = database_secret
        self._environment = environment(config, database_secret.secret_arn)
        self._code = lambda_.Code.from_asset(str(asset.path), asset_hash=asset.content_hash)

    def make(self, spec: FunctionSpec) -> lambda_.Function:
        """Make the function of `spec` with its role and log group."""
        name = f"{self._config.stack_name}-{spec.name}"
        identifier = spec.name.capitalize()
        function = lambda_.Function(
            self._scope,
            f"{identifier}Function",
            function_name=name,
            description=spec.description,
            handler=spec.handler,
            code=self._code,
            runtime=lambda_.Runtime(self._config.runtime, lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.custom(self._config.architecture),
            timeout=Duration.seconds(spec.timeout_s),
            memory_size=spec.memory_mb,
            environment={**self._environment, "POWERTOOLS_SERVICE_NAME": f"ledgerlane-{spec.name}"},
            log_group=logs.LogGroup(
                self._scope,
                f"{identifier}Logs",
                log_group_name=f"/aws/lambda/{name}",
                retention=_RETENTION[self._config.log_retention_days],
                removal_policy=RemovalPolicy.DESTROY,
            ),
            tracing=lambda_.Tracing.ACTIVE if self._config.tracing else lambda_.Tracing.DISABLED,
        )
        self._database_secret.grant_read(function)
        return function


def environment(config: StageConfig, database_secret_arn: str) -> dict[str, str]:
    """Return the environment that every function gets; it holds no secret, only secrets' ARNs."""
    variables = {
        "STAGE": config.name,
        "DATABASE_HOST": config.database.host,
        "DATABASE_PORT": str(config.database.port),
        "DATABASE_NAME": config.database.name,
        "DATABASE_SECRET_ARN": database_secret_arn,
        "KAFKA_BOOTSTRAP": ",".join(config.kafka.bootstrap),
        "KAFKA_SECURITY": config.kafka.security.value,
        "COMMANDS_TOPIC": COMMANDS_TOPIC,
        "EVENTS_TOPIC": EVENTS_TOPIC,
        "PARTITIONS": str(config.kafka.partitions),
        "REDIS_URL": config.redis_url,
        "LOG_LEVEL": config.log_level,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
    }
    if not config.tracing:
        variables["POWERTOOLS_TRACE_DISABLED"] = "true"
    return variables
