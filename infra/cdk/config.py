"""The configuration of a stage. The stages themselves are in `infra.cdk.stages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.platform.bounds import METRICS_NAMESPACE, SETTINGS, STRICT, Limits

LOCAL_ACCOUNT = "000000000000"
GIB_PER_ACU = 2


class ConfigError(Exception):
    """A setting is missing or wrong. The message names it and the allowed values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesConfig:
    """OpenTelemetry's traces of requests; see docs/decisions/0116.

    Parameters
    ----------
    endpoint
        A collector's URL, X-Ray's, or ``file:`` and a path. If empty, there are none.
    ratio
        The share of requests that are traced, from 0 to 1.
    trusts_clients
        Whether a client's ``traceparent`` decides if its request is traced.
    """

    endpoint: str
    ratio: float = SETTINGS["OTEL_TRACES_SAMPLER_ARG"].read({})
    trusts_clients: bool = False

    def variables(self) -> dict[str, str]:
        """Return the functions' environment variables."""
        return {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": self.endpoint,
            "OTEL_TRACES_SAMPLER_ARG": f"{self.ratio:.9f}".rstrip("0").rstrip("."),
            "TRACES_TRUST_CLIENTS": str(self.trusts_clients).lower(),
        }


def xray_traces(region: str) -> TracesConfig:
    """Return traces that go to X-Ray, which must have Transaction Search in the account."""
    return TracesConfig(endpoint=f"https://xray.{region}.amazonaws.com/v1/traces")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """The settings that every stage has.

    Parameters
    ----------
    name
        The stage's name, such as ``local``. The stack is ``ledgerlane-<name>``.
    account, region
        The explicit environment. Without one, the CDK can't check a stack for its region.
    asset_target
        The asset to deploy; see `infra.cdk.build_asset.target_named`.
    runtime, architecture
        Lambda's names, such as ``python3.13`` and ``arm64``. They must match the asset.
    log_level
        The functions' log level.
    log_retention_days
        How long log groups keep their events. CloudWatch Logs accepts only certain numbers.
    tracing
        Whether API Gateway and Lambda send X-Ray segments, and functions may.
    migration_timeout_s
        How long a deployment waits for the migrations.
    limits
        The rate limits.
    webhooks_allow_loopback
        Whether webhooks can point to this machine, also with ``http``.
    cors_origins
        The origins whose pages can use the API; see `infra.cdk.origins`. None by default.
    traces
        OpenTelemetry's traces. They replace the functions' X-Ray subsegments.
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
    traces: TracesConfig | None = None

    @property
    def stack_name(self) -> str:
        """The CloudFormation stack's name."""
        return f"ledgerlane-{self.name}"

    @property
    def log_prefix(self) -> str:
        """What the names of topics and consumer groups begin with."""
        return ""

    @property
    def metrics_namespace(self) -> str:
        """The namespace of the metrics that functions report."""
        return METRICS_NAMESPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStage(StageConfig):
    """The local stage, whose services run beside the emulated cloud.

    Parameters
    ----------
    services
        The settings that say where the services are, as the functions get them.
    database_secret
        The Secrets Manager secret of the pooler's role, JSON ``{"username", "password"}``.
    archives
        Whether the log is archived in the emulator's S3.
    """

    services: Mapping[str, str]
    database_secret: str
    archives: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """The VPC.

    Parameters
    ----------
    cidr
        Its address range.
    zones
        The names of the availability zones. Looking them up would require credentials.
    nat_gateways
        The number for the subnets that send webhooks. With one per zone, the loss of a zone has no
        effect. The data and other functions have no outbound route.
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
        The number of server connections, which limits the functions' concurrency.
    backup_days
        How far back the database can be restored to a point in time, in days.
    is_protected
        Whether it survives its stack and is protected from deletion.
    shards
        How many databases share the partitions, each of this size and with a pooler of its own.
    instance_type
        An RDS instance, such as ``m7g.large``, or None for Aurora Serverless v2.
    instance_gib
        An instance's memory, in GiB.
    multi_az
        Whether an instance has a standby in another zone.
    storage_gb, maximum_storage_gb
        An instance's storage, and the limit of its automatic growth.
    minimum_acu, maximum_acu
        Aurora's capacity, in units of about 2 GiB of memory.
    """

    connections: int
    backup_days: int
    is_protected: bool
    shards: int = 1
    instance_type: str | None = None
    instance_gib: int = 0
    multi_az: bool = False
    storage_gb: int = 100
    maximum_storage_gb: int = 1000
    minimum_acu: float = 0.5
    maximum_acu: float = 4

    @property
    def memory_gib(self) -> float:
        """The memory, in GiB. Aurora's is that of its largest size, as CloudWatch counts it."""
        return self.instance_gib if self.instance_type else self.maximum_acu * GIB_PER_ACU


@dataclass(frozen=True, slots=True, kw_only=True)
class MskConfig:
    """An MSK cluster with provisioned brokers, one per zone, and IAM.

    Parameters
    ----------
    version
        The Apache Kafka version, as named by MSK.
    broker_type
        The broker type, such as ``kafka.m7g.large``.
    storage_gb
        The storage of each broker. It grows automatically up to four times that.
    is_tiered
        Whether old segments move to tiered storage. Commands are kept forever.
    generation
        Which cluster of the stage it is. Raise it to replace a cluster that is lost, or that can't
        be changed in place: the name, which MSK requires, has the number.
    """

    version: str
    broker_type: str
    storage_gb: int
    is_tiered: bool
    generation: int = 1


@dataclass(frozen=True, slots=True)
class MskServerlessConfig:
    """A serverless MSK cluster, with IAM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalKafkaConfig:
    """External brokers (Redpanda Cloud, Confluent), with TLS and SCRAM-SHA-512.

    Parameters
    ----------
    bootstrap
        ``host:port`` of some brokers.
    secret_name
        An existing Secrets Manager secret, JSON ``{"username", "password"}``.
    """

    bootstrap: tuple[str, ...]
    secret_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheConfig:
    """ElastiCache for Valkey: the node type, and the number of replicas."""

    node_type: str
    replicas: int


@dataclass(frozen=True, slots=True)
class DomainConfig:
    """A custom domain for the API: its name, its Route 53 zone and its certificate."""

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
        The stage's limits: requests per second, and the burst.
    concurrency
        The function's reserved concurrency.
    deployment
        CodeDeploy's method of shifting traffic, such as ``CANARY_10_PERCENT_5_MINUTES``.
    has_firewall
        Whether the API has a WAF.
    domain
        A custom domain, or None.
    """

    rate: int
    burst: int
    concurrency: int
    deployment: str
    has_firewall: bool
    domain: DomainConfig | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerConfig:
    """The apply side: the minimum and maximum number of pollers that read the log.

    With 0, Lambda's on-demand pollers read it, which cost nothing. They don't read which records of
    a batch failed, so the functions raise instead, and they retry a batch without an end, without
    looking for the record that fails.

    There are never more pollers than partitions. A partition has one invocation at a time, so the
    function's reserved concurrency is the partition count.
    """

    minimum_pollers: int
    maximum_pollers: int

    @property
    def is_provisioned(self) -> bool:
        """Whether pollers are paid for by the hour."""
        return self.maximum_pollers > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmConfig:
    """The recipient and the thresholds of alarms.

    Parameters
    ----------
    email
        The recipient. If None, nobody is subscribed to the topic.
    monthly_budget_usd
        Notifies at 80 % of it, and if the forecast exceeds it.
    latency_p99_ms
        The API's 99th percentile.
    applied_within_ms
        The time from a command's acceptance until it is applied.
    lag
        The number of waiting commands.
    """

    email: str | None
    monthly_budget_usd: int
    latency_p99_ms: int
    applied_within_ms: int
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveConfig:
    """The archive of the log on S3, which survives the loss of the log's cluster.

    Parameters
    ----------
    locked_days
        How long AWS refuses to delete or replace an object, in days; 0 for no lock. A bucket that
        was made without a lock can get one only from AWS's support.
    colder_after_days
        The age at which objects move to Glacier Instant Retrieval, in days.
    """

    locked_days: int
    colder_after_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesConfig:
    """Copies of the database's backups and of the log's archive in another region.

    Parameters
    ----------
    region
        The other region.
    backup_days
        How far back the database can be restored there to a point in time, in days.
    key_arn
        The output ``KeyArn`` of the stack ``-copies``; empty until that stack is deployed, and
        nothing is copied until then.
    """

    region: str
    backup_days: int
    key_arn: str = ""

    def bucket_of(self, stage: AwsStage) -> str:
        """Return the name of the bucket that the archive is copied to.

        It is fixed, because the stage names it before CloudFormation could tell.
        """
        return f"{stage.stack_name}-archive-{stage.account}-{self.region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsStage(StageConfig):
    """A stage on AWS.

    Parameters
    ----------
    archive
        The archive of the log, or None.
    copies
        Copies of the backups and of the archive in another region, or None.
    is_first
        Whether this is the stage's first deployment (``make deploy FIRST=1``).
    is_ephemeral
        Whether it is a pull request's stage, of which nothing stays. It shares its account and
        brokers with another stage, so its topics, groups and metrics have names of their own.
    """

    partitions: int
    network: NetworkConfig
    database: DatabaseConfig
    kafka: MskConfig | MskServerlessConfig | ExternalKafkaConfig
    cache: CacheConfig
    api: ApiConfig
    consumers: ConsumerConfig
    alarms: AlarmConfig
    archive: ArchiveConfig | None = None
    copies: CopiesConfig | None = None
    is_first: bool = False
    is_ephemeral: bool = False

    @property
    def log_prefix(self) -> str:
        """What the names of topics and consumer groups begin with."""
        return f"{self.name}." if self.is_ephemeral else ""

    @property
    def metrics_namespace(self) -> str:
        """The namespace of the metrics that functions report."""
        return f"{METRICS_NAMESPACE}/{self.name}" if self.is_ephemeral else METRICS_NAMESPACE

    @property
    def is_locked(self) -> bool:
        """Whether AWS refuses to delete the data and the base stack.

        Not at the first deployment, because its failure could then not be cleaned up.
        """
        return self.database.is_protected and not self.is_first

    @property
    def reachable_connections(self) -> int:
        """How many server connections the functions can take, if all of them run at once."""
        return min(self.database.connections, sum(self.reserved_concurrency.values()))

    @property
    def log_storage_gb(self) -> int:
        """The storage of each broker; 0 if the brokers are not MSK's."""
        return self.kafka.storage_gb if isinstance(self.kafka, MskConfig) else 0

    @property
    def reserved_concurrency(self) -> dict[str, int]:
        """The maximum concurrency of each function."""
        one_each = ("sweeper", "audit", "migrate", "topics", "bootstrap")
        archiving = {"archive": self.partitions, "verify-archive": 1, "resend": 1}
        operators = ("operator", "rebuild", "grow", "move", "offsets", "replay")
        return {
            "api": self.api.concurrency,
            "apply": self.partitions,
            "webhooks": self.partitions,
            **dict.fromkeys((*one_each, *operators), 1),
            **({} if self.archive is None else archiving),
        }
