"""The stages, and all differences between them.

The account numbers, the domain and the repository are examples; replace them with yours. Nothing is
looked up, so that every stage can be synthesized without credentials, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers.platform.bounds import MAX_SHARDS, REGION, SETTINGS
from handlers.platform.setting import LOCAL, SettingError
from infra.cdk.config import (
    AlarmConfig,
    ApiConfig,
    ArchiveConfig,
    AwsStage,
    CacheConfig,
    ConfigError,
    ConsumerConfig,
    DatabaseConfig,
    DomainConfig,
    ExternalKafkaConfig,
    LocalStage,
    MskConfig,
    NetworkConfig,
)
from infra.cdk.local_settings import local_stage
from infra.cdk.origins import check_origins

_ZONES = (f"{REGION}a", f"{REGION}b", f"{REGION}c")
#: In KRaft mode, which newer versions require and an existing cluster can't always be moved to.
_KAFKA_VERSION = "3.9.x.kraft"

ON_DEMAND = ConsumerConfig(minimum_pollers=0, maximum_pollers=0)

DEV = AwsStage(
    name="dev",
    account="111111111111",
    region=REGION,
    asset_target="aws",
    runtime="python3.13",
    architecture="arm64",
    log_level="DEBUG",
    log_retention_days=7,
    tracing=True,
    migration_timeout_s=300,
    partitions=12,
    network=NetworkConfig(cidr="10.10.0.0/16", zones=_ZONES, nat_gateways=1),
    # Aurora would never sleep, because the sweeper reads each minute, and RDS Proxy costs four
    # times as much with it.
    database=DatabaseConfig(
        connections=90,
        backup_days=1,
        is_protected=False,
        instance_type="t4g.small",
        instance_gib=2,
        storage_gb=20,
        maximum_storage_gb=100,
    ),
    # MSK's smallest brokers in KRaft mode cost more than all the rest of this stage.
    kafka=ExternalKafkaConfig(
        bootstrap=("seed-00000000.example.fmc.prd.cloud.redpanda.com:9092",),
        secret_name="ledgerlane-dev/kafka",
    ),
    cache=CacheConfig(node_type="cache.t4g.micro", replicas=0),
    api=ApiConfig(
        rate=100, burst=200, concurrency=20, deployment="ALL_AT_ONCE", has_firewall=False
    ),
    consumers=ON_DEMAND,
    alarms=AlarmConfig(
        email=None,
        monthly_budget_usd=200,
        latency_p99_ms=3_000,
        applied_within_ms=60_000,
        lag=10_000,
    ),
)

STAGING = AwsStage(
    name="staging",
    account="222222222222",
    region=REGION,
    asset_target="aws",
    runtime="python3.13",
    architecture="arm64",
    log_level="INFO",
    log_retention_days=30,
    tracing=True,
    migration_timeout_s=900,
    partitions=24,
    network=NetworkConfig(cidr="10.20.0.0/16", zones=_ZONES, nat_gateways=1),
    database=DatabaseConfig(
        connections=300,
        backup_days=7,
        is_protected=True,
        instance_type="m7g.large",
        instance_gib=8,
        multi_az=True,
        storage_gb=100,
        maximum_storage_gb=500,
    ),
    kafka=MskConfig(
        version=_KAFKA_VERSION, broker_type="kafka.m7g.large", storage_gb=100, is_tiered=True
    ),
    cache=CacheConfig(node_type="cache.t4g.small", replicas=1),
    api=ApiConfig(
        rate=1_000,
        burst=2_000,
        concurrency=200,
        deployment="CANARY_10_PERCENT_5_MINUTES",
        has_firewall=True,
    ),
    consumers=ConsumerConfig(minimum_pollers=2, maximum_pollers=6),
    # As in prod, but nothing here is worth a lock.
    archive=ArchiveConfig(locked_days=0),
    alarms=AlarmConfig(
        email=None,
        monthly_budget_usd=2_500,
        latency_p99_ms=1_500,
        applied_within_ms=20_000,
        lag=10_000,
    ),
)

PROD = AwsStage(
    name="prod",
    account="333333333333",
    region=REGION,
    asset_target="aws",
    runtime="python3.13",
    architecture="arm64",
    log_level="INFO",
    log_retention_days=365,
    tracing=True,
    migration_timeout_s=1800,
    partitions=48,
    network=NetworkConfig(cidr="10.30.0.0/16", zones=_ZONES, nat_gateways=3),
    database=DatabaseConfig(
        connections=900,
        backup_days=35,
        is_protected=True,
        instance_type="m7g.2xlarge",
        instance_gib=32,
        multi_az=True,
        storage_gb=500,
        maximum_storage_gb=4_000,
    ),
    kafka=MskConfig(
        version=_KAFKA_VERSION, broker_type="kafka.m7g.large", storage_gb=500, is_tiered=True
    ),
    cache=CacheConfig(node_type="cache.m7g.large", replicas=2),
    api=ApiConfig(
        rate=10_000,
        burst=5_000,
        concurrency=700,
        deployment="CANARY_10_PERCENT_10_MINUTES",
        has_firewall=True,
        domain=DomainConfig(
            name="ledger.example.com",
            zone_id="Z00000000EXAMPLE",
            zone_name="example.com",
            certificate_arn=(
                f"arn:aws:acm:{REGION}:333333333333:certificate/"
                "00000000-0000-0000-0000-000000000000"
            ),
        ),
    ),
    consumers=ConsumerConfig(minimum_pollers=3, maximum_pollers=12),
    archive=ArchiveConfig(locked_days=35),
    alarms=AlarmConfig(
        email="oncall@example.com",
        monthly_budget_usd=8_000,
        latency_p99_ms=1_000,
        applied_within_ms=10_000,
        lag=50_000,
    ),
)

AWS_STAGES: Mapping[str, AwsStage] = {stage.name: stage for stage in (DEV, STAGING, PROD)}
STAGES = (LOCAL, *AWS_STAGES)

#: The stage of a pull request, by its number.
EPHEMERAL = re.compile(r"pr-[1-9][0-9]{0,5}")
KNOWN = f"{', '.join(AWS_STAGES)}, or pr- and the number of a pull request"

#: At GitHub; its workflow deploys the stages.
REPOSITORY = "example/ledgerlane"


def aws_stage(name: str) -> AwsStage:
    """Return the stage on AWS called `name`, as it is configured.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if EPHEMERAL.fullmatch(name):
        return replace(DEV, name=name, log_retention_days=1, is_ephemeral=True)
    if name not in AWS_STAGES:
        raise ConfigError(f"there is no stage {name!r} on AWS; use one of {KNOWN}")
    return AWS_STAGES[name]


def load_stage(
    name: str, environment: Mapping[str, str], python: str, machine: str
) -> LocalStage | AwsStage:
    """Return the configuration of the stage called `name`.

    Parameters
    ----------
    name
        One of `STAGES`, or a pull request's, such as ``pr-12``.
    environment
        ``FIRST_DEPLOYMENT=1`` for a stage's first deployment. For the local stage, see
        `infra.cdk.local_settings.local_stage`.
    python, machine
        For the local stage.

    Raises
    ------
    ConfigError
        If the stage is unknown or a setting is wrong.
    """
    if name == LOCAL:
        return local_stage(environment, python, machine)
    stage = replace(aws_stage(name), is_first=environment.get("FIRST_DEPLOYMENT") == "1")
    check(stage)
    return stage


def check(stage: AwsStage) -> None:
    """Refuse settings that would otherwise fail only under load.

    Raises
    ------
    ConfigError
        If settings contradict each other.
    """
    wanted = sum(stage.reserved_concurrency.values())
    # A function needs a server connection only during a transaction, but all may have one.
    if wanted > stage.database.connections:
        raise ConfigError(
            f"stage {stage.name}: up to {wanted} functions run at once, but the database has only "
            f"{stage.database.connections} connections; lower api.concurrency, or use a larger "
            "database"
        )
    if not stage.database.memory_gib:
        raise ConfigError(f"stage {stage.name}: database.instance_gib is the instance's memory")
    stated = {"PARTITIONS": str(stage.partitions), "LOG_LEVEL": stage.log_level}
    stated |= stage.limits.variables()
    if stage.traces is not None:
        stated |= stage.traces.variables()
    try:
        for name, text in stated.items():
            SETTINGS[name].parse(text)
    except SettingError as error:
        raise ConfigError(f"stage {stage.name}: {error}") from error
    if not 1 <= stage.database.shards <= min(MAX_SHARDS, stage.partitions):
        raise ConfigError(
            f"stage {stage.name}: database.shards must be from 1 to {MAX_SHARDS}, and no more than "
            f"the {stage.partitions} partitions"
        )
    if stage.traces is not None and not stage.tracing:
        raise ConfigError(f"stage {stage.name}: traces need tracing=True for the functions' rights")
    _check_copies(stage)
    pollers = stage.consumers
    is_sound = 1 <= pollers.minimum_pollers <= pollers.maximum_pollers <= stage.partitions
    if not is_sound and pollers != ON_DEMAND:
        raise ConfigError(
            f"stage {stage.name}: pollers must be from 1 to {stage.partitions}, the partition "
            f"count, or ON_DEMAND, not {pollers.minimum_pollers} to {pollers.maximum_pollers}"
        )
    if len(stage.network.zones) < 3:
        raise ConfigError(f"stage {stage.name}: the log's three replicas need three zones")
    if not 1 <= stage.network.nat_gateways <= len(stage.network.zones):
        raise ConfigError(
            f"stage {stage.name}: network.nat_gateways must be from 1 to the number of zones"
        )
    if isinstance(stage.kafka, MskConfig):
        _check_brokers(stage.name, stage.kafka)
    check_origins(stage.name, stage.cors_origins)


def _check_brokers(name: str, kafka: MskConfig) -> None:
    if not kafka.version.endswith(".kraft"):
        raise ConfigError(
            f"stage {name}: kafka.version {kafka.version} runs on ZooKeeper; use a version in "
            f"KRaft mode, such as {_KAFKA_VERSION}"
        )
    if kafka.broker_type.startswith("kafka.t3."):
        raise ConfigError(
            f"stage {name}: MSK runs no {kafka.broker_type} in KRaft mode; use kafka.m7g.large or "
            "brokers outside of MSK"
        )


def _check_copies(stage: AwsStage) -> None:
    copies = stage.copies
    if copies is None:
        return
    problem = ""
    if copies.region == stage.region:
        problem = "copies must be in another region"
    elif stage.archive is None:
        problem = "copies include the log's archive, so the stage needs an ArchiveConfig"
    elif stage.database.instance_type is None:
        problem = "only an RDS instance's backups are copied; Aurora needs a global database"
    elif copies.key_arn and f":kms:{copies.region}:{stage.account}:key/" not in copies.key_arn:
        problem = f"copies.key_arn must be a key of {copies.region}, not {copies.key_arn}"
    if problem:
        raise ConfigError(f"stage {stage.name}: {problem}")
