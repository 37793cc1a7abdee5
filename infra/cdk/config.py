"""The stages and what differs between them, typed and checked before anything is synthesized."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

REGION = "eu-central-1"
LOCAL_ACCOUNT = "000000000000"
REST_STAGE = "v1"
COMMANDS_TOPIC = "ledger.commands"
EVENTS_TOPIC = "ledger.events"
CONSUMER_GROUP = "ledgerlane-apply"
METRICS_NAMESPACE = "Ledgerlane"
STAGES = ("local",)

_HOST = r"[A-Za-z0-9.-]+"
_HOST_PORT = re.compile(rf"{_HOST}:\d{{1,5}}")
_REDIS_URL = re.compile(rf"rediss?://(?:[^\s@/]*@)?{_HOST}:\d{{1,5}}(?:/\d{{1,3}})?")
_MAXIMUM_PORT = 65_535
_MAXIMUM_PARTITIONS = 1_000


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


class KafkaSecurity(StrEnum):
    """How clients prove to the broker who they are."""

    PLAINTEXT = "plaintext"
    SCRAM = "scram"
    IAM = "iam"


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """Where the pooler is; its role and password are in a secret, never here.

    Parameters
    ----------
    host, port
        The pooler's address: no function talks to PostgreSQL itself.
    name
        The database.
    secret_name
        Secrets Manager secret, JSON ``{"username", "password"}``.
    """

    host: str
    port: int
    name: str
    secret_name: str


@dataclass(frozen=True, slots=True)
class KafkaConfig:
    """The log: bootstrap servers as ``host:port``, their security, the fixed partition count."""

    bootstrap: tuple[str, ...]
    security: KafkaSecurity
    partitions: int


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One stage: everything the stack needs to know.

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
    database, kafka, redis_url
        Where the functions find their services.
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
    database: DatabaseConfig
    kafka: KafkaConfig
    redis_url: str

    @property
    def stack_name(self) -> str:
        """The CloudFormation stack's name."""
        return f"ledgerlane-{self.name}"


def load_stage(name: str, environment: Mapping[str, str], python: str, machine: str) -> StageConfig:
    """Return the configuration of the stage called `name`.

    Parameters
    ----------
    name
        One of `STAGES`.
    environment
        Environment variables: the local stage's services are wherever this instance runs them.
    python, machine
        Version (``3.11``) and machine (``x86_64``) of the Python that runs local functions.

    Raises
    ------
    ConfigError
        When the stage is unknown or a setting is wrong.
    """
    if name != "local":
        raise ConfigError(f"there is no stage {name!r}: use {', '.join(STAGES)}")
    return StageConfig(
        name="local",
        account=LOCAL_ACCOUNT,
        region=REGION,
        asset_target="local",
        runtime=f"python{python}",
        architecture="arm64" if machine in {"aarch64", "arm64"} else "x86_64",
        log_level=_one_of(
            environment, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        ),
        log_retention_days=1,
        tracing=False,
        migration_timeout_s=120,
        database=DatabaseConfig(
            host=_matching(
                environment, "LEDGERLANE_DATABASE_HOST", "127.0.0.1", re.compile(_HOST), "a host"
            ),
            port=_integer(environment, "LEDGERLANE_DATABASE_PORT", 16432, _MAXIMUM_PORT),
            name=_matching(
                environment,
                "LEDGERLANE_DATABASE_NAME",
                "ledgerlane",
                re.compile(r"[a-z_][a-z0-9_]{0,62}"),
                "a database's name",
            ),
            secret_name="ledgerlane/local/database",
        ),
        kafka=KafkaConfig(
            bootstrap=_bootstrap(environment, "LEDGERLANE_KAFKA_BOOTSTRAP", "127.0.0.1:19092"),
            security=KafkaSecurity.PLAINTEXT,
            partitions=_integer(environment, "PARTITIONS", 12, _MAXIMUM_PARTITIONS),
        ),
        redis_url=_matching(
            environment,
            "LEDGERLANE_REDIS_URL",
            "redis://127.0.0.1:16379/0",
            _REDIS_URL,
            "a URL such as redis://127.0.0.1:16379/0",
        ),
    )


def _value(environment: Mapping[str, str], name: str, default: str) -> str:
    return environment.get(name, "").strip() or default


def _matching(
    environment: Mapping[str, str], name: str, default: str, pattern: re.Pattern[str], what: str
) -> str:
    value = _value(environment, name, default)
    if not pattern.fullmatch(value):
        raise ConfigError(f"{name}={value!r} is not {what}")
    return value


def _one_of(
    environment: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]
) -> str:
    value = _value(environment, name, default).upper()
    if value not in choices:
        raise ConfigError(f"{name}={value!r} is not one of {', '.join(choices)}")
    return value


def _integer(environment: Mapping[str, str], name: str, default: int, maximum: int) -> int:
    text = _value(environment, name, str(default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= maximum:
        raise ConfigError(f"{name}={text!r} is not a whole number from 1 to {maximum}")
    return int(text)


def _bootstrap(environment: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    servers = tuple(part.strip() for part in _value(environment, name, default).split(","))
    for server in servers:
        if not _HOST_PORT.fullmatch(server) or int(server.rpartition(":")[2]) > _MAXIMUM_PORT:
            raise ConfigError(f"{name}: {server!r} is not host:port (several with commas)")
    return servers
