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
    DatabaseAddress,
    KafkaAddress,
    LocalStage,
)
from infra.cdk.origins import LOOPBACK

#: What tells an instance's services, in its variables, from the functions' own.
PREFIX = "LEDGERLANE_"


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
        database=DatabaseAddress(
            host=read("DATABASE_HOST", PREFIX),
            port=read("DATABASE_PORT", PREFIX),
            name=read("DATABASE_NAME", PREFIX),
            secret_name="ledgerlane/local/database",
        ),
        kafka=KafkaAddress(
            bootstrap=read("KAFKA_BOOTSTRAP", PREFIX),
            security="plaintext",
            partitions=read("PARTITIONS"),
        ),
        redis_url=read("REDIS_URL", PREFIX),
    )
