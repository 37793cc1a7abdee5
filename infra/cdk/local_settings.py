"""The local stage, configured by environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from infra.cdk.config import (
    LOCAL_ACCOUNT,
    REGION,
    ConfigError,
    DatabaseAddress,
    KafkaAddress,
    KafkaSecurity,
    LimitConfig,
    LocalStage,
)
from infra.cdk.origins import LOOPBACK

_HOST = r"[A-Za-z0-9.-]+"
_HOST_PORT = re.compile(rf"{_HOST}:\d{{1,5}}")
_REDIS_URL = re.compile(rf"rediss?://(?:[^\s@/]*@)?{_HOST}:\d{{1,5}}(?:/\d{{1,3}})?")
_MAXIMUM_PORT = 65_535
_MAXIMUM_PARTITIONS = 1_000
_MAXIMUM_LIMIT = 10**9
_MAXIMUM_LAG_S = 3_600


def local_stage(environment: Mapping[str, str], python: str, machine: str) -> LocalStage:
    """Return the local stage's configuration.

    Parameters
    ----------
    environment
        Environment variables.
    python, machine
        The version (``3.11``) and machine (``x86_64``) of the Python that runs local functions.

    Raises
    ------
    ConfigError
        If a setting is wrong.
    """
    return LocalStage(
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
        limits=_limits(environment),
        webhooks_allow_loopback=True,
        cors_origins=LOOPBACK,
        database=DatabaseAddress(
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
        kafka=KafkaAddress(
            bootstrap=_bootstrap(environment, "LEDGERLANE_KAFKA_BOOTSTRAP", "127.0.0.1:19092"),
            security=KafkaSecurity.PLAINTEXT,
            partitions=_integer(environment, "PARTITIONS", 4, _MAXIMUM_PARTITIONS),
        ),
        redis_url=_matching(
            environment,
            "LEDGERLANE_REDIS_URL",
            "redis://127.0.0.1:16379/0",
            _REDIS_URL,
            "a URL such as redis://127.0.0.1:16379/0",
        ),
    )


def _limits(environment: Mapping[str, str]) -> LimitConfig:
    """Return the rate limits. The defaults allow load tests."""
    return LimitConfig(
        sign_ups_per_minute=_limit(environment, "SIGN_UPS_PER_MINUTE", 1_000_000),
        sign_ins_per_minute=_limit(environment, "SIGN_INS_PER_MINUTE", 1_000_000),
        sign_in_failures_per_15_minutes=_limit(
            environment, "SIGN_IN_FAILURES_PER_15_MINUTES", 1_000
        ),
        requests_per_minute=_limit(environment, "REQUESTS_PER_MINUTE", 6_000_000),
        authentication_failures_per_minute=_limit(
            environment, "AUTHENTICATION_FAILURES_PER_MINUTE", 1_000_000
        ),
        max_lag_s=_integer(environment, "MAX_LAG_S", 60, _MAXIMUM_LAG_S, minimum=0),
    )


def _limit(environment: Mapping[str, str], name: str, default: int) -> int:
    return _integer(environment, name, default, _MAXIMUM_LIMIT, minimum=0)


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


def _integer(
    environment: Mapping[str, str], name: str, default: int, maximum: int, *, minimum: int = 1
) -> int:
    text = _value(environment, name, str(default))
    if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
        raise ConfigError(f"{name}={text!r} is not a whole number from {minimum} to {maximum}")
    return int(text)


def _bootstrap(environment: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    servers = tuple(part.strip() for part in _value(environment, name, default).split(","))
    for server in servers:
        if not _HOST_PORT.fullmatch(server) or int(server.rpartition(":")[2]) > _MAXIMUM_PORT:
            raise ConfigError(f"{name}: {server!r} is not host:port (separate several with commas)")
    return servers
