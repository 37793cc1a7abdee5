"""What a stage's configuration consists of; the stages themselves are in `infra.cdk.stages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.platform.bounds import STRICT, Limits

LOCAL_ACCOUNT = "000000000000"


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """What every stage has.

    Parameters
    ----------
    name
        Such as ``local``; the stack is ``ledgerlane-<name>``.
    account, region
        The explicit environment: a stack without one is synthesized for any and checked for none.
    asset_target
        The asset to deploy, see `infra.cdk.build_asset.target_named`.
    runtime, architecture
        Lambda's words, such as ``python3.13`` and ``arm64``; true for the asset.
    log_level
        The functions' log level.
    log_retention_days
        How long log groups keep their events; a number CloudWatch Logs accepts.
    tracing
        Whether X-Ray traces are sent.
    migration_timeout_s
        How long a deployment waits for the migrations' answer.
    limits
        How much is taken in.
    webhooks_allow_loopback
        Whether webhooks may point to the machine itself, by ``http`` too.
    cors_origins
        Whose pages may use the API from a browser, see `infra.cdk.origins`; none by default.
    """

    name: str
    account: str
    region: str
    asset_target: str
    runtime: str
    architecture: str
    log_level: str
    log_retention_days: int
    tracing: bool
    migration_timeout_s: int
    limits: Limits = STRICT
    webhooks_allow_loopback: bool = False
    cors_origins: tuple[str, ...] = ()

    @property
    def stack_name(self) -> str:
        """The CloudFormation stack's name."""
        return f"ledgerlane-{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStage(StageConfig):
    """The stage on one machine, whose services run beside the emulated cloud.

    Parameters
    ----------
    services
        The settings that say where the services are, as the functions get them.
    database_secret
        Secrets Manager secret of the pooler's role, JSON ``{"username", "password"}``.
    """

    services: Mapping[str, str]
    database_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """The VPC.

    Parameters
    ----------
    cidr
        Its addresses.
    zones
        Availability zones, named: looking them up would take credentials.
    nat_gateways
        Of the subnets that webhooks are sent from; one a zone survives the loss of a zone. Neither
        the data nor any other function has a route out.
    """

    cidr: str
    zones: tuple[str, ...]
    nat_gateways: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseConfig:
    """The system of record.

    Parameters
    ----------
    connections
        Server connections it is sized for: the functions' concurrency must stay within.
    backup_days
        How far back a point in time can be restored, in days.
    is_protected
        Whether it survives its stack, and refuses to be deleted.
    instance_type
        An RDS instance, such as ``m7g.large``, or None for Aurora Serverless v2.
    multi_az
        Whether an instance has a standby in another zone.
    storage_gb, maximum_storage_gb
        An instance's storage, and how far it grows by itself.
    minimum_acu, maximum_acu
        Aurora's capacity, in units of about 2 GiB of memory.
    """

    connections: int
    backup_days: int
    is_protected: bool
    instance_type: str | None = None
    multi_az: bool = False
    storage_gb: int = 100
    maximum_storage_gb: int = 1000
    minimum_acu: float = 0.5
    maximum_acu: float = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MskConfig:
    """An MSK cluster with provisioned brokers, one a zone, and IAM.

    Parameters
    ----------
    version
        Apache Kafka's, as MSK names it.
    broker_type
        Such as ``kafka.m7g.large``.
    storage_gb
        Of each broker; it grows by itself up to four times that.
    is_tiered
        Whether old segments move to tiered storage: commands are kept for ever.
    """

    version: str
    broker_type: str
    storage_gb: int
    is_tiered: bool


@dataclass(frozen=True, slots=True)
class MskServerlessConfig:
    """A serverless MSK cluster, with IAM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalKafkaConfig:
    """Brokers that somebody else runs (Redpanda Cloud, Confluent), with TLS and SCRAM-SHA-512.

    Parameters
    ----------
    bootstrap
        ``host:port`` of some brokers.
    secret_name
        Secrets Manager secret, JSON ``{"username", "password"}``, made beforehand.
    """

    bootstrap: tuple[str, ...]
    secret_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheConfig:
    """ElastiCache for Valkey: the nodes' type, and how many replicas the primary has."""

    node_type: str
    replicas: int


@dataclass(frozen=True, slots=True)
class DomainConfig:
    """A domain of the API's own: its name, its Route 53 zone and its certificate."""

    name: str
    zone_id: str
    zone_name: str
    certificate_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiConfig:
    """The REST API.

    Parameters
    ----------
    rate, burst
        Requests/s that the stage admits, and how many at once.
    concurrency
        Reserved concurrency of the function.
    deployment
        CodeDeploy's way of shifting traffic, such as ``CANARY_10_PERCENT_5_MINUTES``.
    has_firewall
        Whether WAF stands in front.
    domain
        A domain of its own, or None.
    """

    rate: int
    burst: int
    concurrency: int
    deployment: str
    has_firewall: bool
    domain: DomainConfig | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerConfig:
    """The apply side: how many pollers read the log, at least and at most.

    Pollers never outnumber partitions, and a partition has one invocation at a time: the function's
    reserved concurrency is the partition count.
    """

    minimum_pollers: int
    maximum_pollers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmConfig:
    """When somebody is told.

    Parameters
    ----------
    email
        Who; None subscribes nobody to the topic.
    monthly_budget_usd
        At 80 % of it, and when it is forecast to be passed.
    latency_p99_ms
        Of the API.
    applied_within_ms
        From a command's acceptance to its application.
    lag
        Commands that wait.
    """

    email: str | None
    monthly_budget_usd: int
    latency_p99_ms: int
    applied_within_ms: int
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsStage(StageConfig):
    """A stage on AWS."""

    partitions: int
    network: NetworkConfig
    database: DatabaseConfig
    kafka: MskConfig | MskServerlessConfig | ExternalKafkaConfig
    cache: CacheConfig
    api: ApiConfig
    consumers: ConsumerConfig
    alarms: AlarmConfig

    @property
    def reserved_concurrency(self) -> dict[str, int]:
        """How many of each function may run at once."""
        one_each = ("sweeper", "audit", "migrate", "topics", "bootstrap", "grow")
        return {
            "api": self.api.concurrency,
            "apply": self.partitions,
            "webhooks": self.partitions,
            **dict.fromkeys(one_each, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineConfig:
    """Where the pipeline is, and the repository whose branch it deploys.

    Parameters
    ----------
    account, region
        The tooling account, which is none of the stages'.
    repository
        ``owner/name`` at GitHub.
    branch
        What is pushed to it goes to staging and, once approved, to production.
    connection_arn
        The CodeConnections connection to GitHub.
    """

    account: str
    region: str
    repository: str
    branch: str
    connection_arn: str
