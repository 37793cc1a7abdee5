"""The settings of every function, read from the environment and checked before any work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from handlers.platform.bounds import SETTINGS, KafkaSecurity, Limits
from handlers.platform.setting import SettingError


class SettingsError(Exception):
    """Settings are missing or invalid. The message names every one of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A function's settings.

    Each field is the setting in `handlers.platform.bounds` with its name in capital letters; see
    there for what it means.
    """

    stage: str
    database_host: str
    database_port: int
    database_name: str
    database_secret_arn: str
    kafka_bootstrap: tuple[str, ...]
    kafka_security: KafkaSecurity
    kafka_secret_arn: str
    commands_topic: str
    events_topic: str
    partitions: int
    redis_url: str
    log_level: str
    webhooks_allow_loopback: bool = False
    limits: Limits = field(default_factory=Limits)
    database_shards: tuple[str, ...] = ()
    database_iam_user: str = ""
    migration_database_iam_user: str = ""
    application_secret_arn: tuple[str, ...] = ()
    failures_bucket: str = ""
    archive_bucket: str = ""
    log_prefix: str = ""
    reports_failures: bool = True
    redis_iam_cache: str = ""
    cors_origins: tuple[str, ...] = ()
    otel_exporter_otlp_traces_endpoint: str = ""
    otel_traces_sampler_arg: float = 0.0
    traces_trust_clients: bool = False


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises
    ------
    SettingsError
        If any are missing or invalid. The message names all of them.
    """
    found: dict[str, Any] = {}
    problems: list[str] = []
    for name, setting in SETTINGS.items():
        try:
            found[name.lower()] = setting.read(environ, environ.get("STAGE", "").strip())
        except SettingError as error:
            problems.append(str(error))
    if found.get("kafka_security") == "scram" and not found["kafka_secret_arn"]:
        problems.append("KAFKA_SECRET_ARN is not set, but KAFKA_SECURITY=scram requires it")
    if not found["database_secret_arn"] and not found["database_iam_user"]:
        problems.append("DATABASE_SECRET_ARN is not set, and DATABASE_IAM_USER is not set either")
    if problems:
        raise SettingsError("wrong environment: " + "; ".join(problems))
    # Each struct takes its own fields.
    return msgspec.convert({**found, "limits": found}, Settings)
