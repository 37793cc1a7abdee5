"""The local stage, configured by environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from handlers.platform.bounds import REGION, SETTINGS, Limits
from handlers.platform.setting import LOCAL, SettingError
from infra.cdk.config import (
    LOCAL_ACCOUNT,
    ConfigError,
    LocalStage,
    TracesConfig,
)
from infra.cdk.origins import LOOPBACK

#: The prefix of the variables of an instance's services, unlike the functions' variables.
PREFIX = "LEDGERLANE_"
SERVICES = ("DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "KAFKA_BOOTSTRAP", "REDIS_URL")
#: The further databases, which only an instance with several has.
SHARDS = "DATABASE_SHARDS"


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

    def read(name: str, prefix: str = "") -> Any:
        setting = SETTINGS[name]
        try:
            return replace(setting, name=prefix + name).read_for_local(environment)
        except SettingError as error:
            raise ConfigError(str(error)) from error

    shards = _text(read(SHARDS, PREFIX))
    return LocalStage(
        name=LOCAL,
        account=LOCAL_ACCOUNT,
        region=REGION,
        asset_target="local",
        runtime=f"python{python}",
        architecture="arm64" if machine in {"aarch64", "arm64"} else "x86_64",
        log_level=read("LOG_LEVEL"),
        log_retention_days=1,
        tracing=False,
        migration_timeout_s=120,
        limits=Limits(**{limit.name: read(limit.name.upper()) for limit in fields(Limits)}),
        webhooks_allow_loopback=True,
        cors_origins=LOOPBACK,
        traces=TracesConfig(
            endpoint=read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            ratio=read("OTEL_TRACES_SAMPLER_ARG"),
            trusts_clients=read("TRACES_TRUST_CLIENTS"),
        ),
        services={
            **{name: _text(read(name, PREFIX)) for name in SERVICES},
            **({SHARDS: shards} if shards else {}),
            "KAFKA_SECURITY": "plaintext",
            "PARTITIONS": _text(read("PARTITIONS")),
        },
        database_secret="ledgerlane/local/database",
        archives=environment.get("ARCHIVE") == "1",
    )


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
