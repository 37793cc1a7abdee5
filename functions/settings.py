"""The environment that every function gets, checked once before anything is done with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

KafkaSecurity = Literal["plaintext", "scram", "iam"]

_SECURITIES: Final = ("plaintext", "scram", "iam")
_LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_HOST: Final = r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])"
_ORIGIN: Final = re.compile(
    rf"https?://{_HOST}(?::\d{{1,5}})?|http://(?:localhost|127\.0\.0\.1|\[::1\]):\*", re.ASCII
)
MAX_PARTITIONS: Final = 10_000
#: The stage on a person's own machine, whose defaults are generous.
LOCAL: Final = "local"


class SettingsError(Exception):
    """The environment lacks something or has it wrong; the message names every such variable."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much somebody may do in a while; 0 means as much as they like.

    Attributes
    ----------
    sign_ups, sign_ins
        From one address, a minute.
    sign_in_failures
        Of one email address, in a quarter of an hour.
    requests
        Of one user, a minute; a batch is as many as its items.
    authentication_failures
        From one address, a minute: requests whose token is not valid.
    """

    sign_ups: int = 0
    sign_ins: int = 0
    sign_in_failures: int = 0
    requests: int = 0
    authentication_failures: int = 0


#: A load test on one's own machine signs in hundreds of users a second from one address.
GENEROUS: Final = Limits(1_000_000, 1_000_000, 1_000, 6_000_000, 1_000_000)
STRICT: Final = Limits(10, 60, 10, 6_000, 60)
MAX_LIMIT: Final = 10**9


@dataclass(frozen=True, slots=True)
class Settings:
    """What a function must know of its surroundings.

    Attributes
    ----------
    database_host, database_port, database_name
        The pooler's address (PgBouncer, RDS Proxy) and the database behind it.
    database_secret_arn
        Secret with ``username`` and ``password``; otherwise empty.
    database_iam_user
        The role to sign in as with tokens of the function's IAM role; otherwise empty.
    kafka_bootstrap
        ``host:port`` of some brokers, separated by commas.
    kafka_secret_arn
        Secret with ``username`` and ``password`` for SCRAM; otherwise empty.
    partitions
        The fixed partition count of the commands topic.
    webhooks_allow_loopback
        Whether webhooks may point to this machine, by ``http`` too; on the local stage by default.
    max_lag_s
        How long accepted work may wait before no more is accepted, in seconds; 0 for however long.
    limits
        Rate limits.
    redis_iam_cache
        ElastiCache's name of the cache, to sign in to it with tokens as ``redis_url``'s user;
        otherwise empty.
    cors_origins
        Whose pages may use the API, as browsers write an ``Origin``; ``:*`` for a port is any port
        of this machine. None by default.
    """

    stage: str
    database_host: str
    database_port: int
    database_name: str
    database_secret_arn: str
    kafka_bootstrap: str
    kafka_security: KafkaSecurity
    kafka_secret_arn: str
    commands_topic: str
    events_topic: str
    partitions: int
    redis_url: str
    log_level: str
    webhooks_allow_loopback: bool = False
    max_lag_s: int = 60
    limits: Limits = Limits()
    database_iam_user: str = ""
    redis_iam_cache: str = ""
    cors_origins: tuple[str, ...] = ()


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip() or default
        if value is None:
            self.problems.append(f"{name} is not set")
            return ""
        return value

    def number(self, name: str, minimum: int, maximum: int, default: int | None = None) -> int:
        text = self.text(name, None if default is None else str(default))
        if not text:
            return minimum
        if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
            self.problems.append(f"{name} must be a number from {minimum} to {maximum}: {text!r}")
            return minimum
        return int(text)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}: {value!r}")
        return value

    def origins(self, name: str) -> tuple[str, ...]:
        text = self.text(name, "")
        found = tuple(part.strip() for part in text.split(",")) if text else ()
        self.problems += [
            f"{name} must have origins such as https://app.example.com, with commas: {origin!r}"
            for origin in found
            if _ORIGIN.fullmatch(origin) is None
        ]
        return found

    def flag(self, name: str, default: bool) -> bool:
        return self.choice(name, ("true", "false"), str(default).lower()) == "true"


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises
    ------
    SettingsError
        If any are missing or malformed; all of them are named at once.
    """
    read = _Reader(environ)
    security = cast(KafkaSecurity, read.choice("KAFKA_SECURITY", _SECURITIES, "plaintext"))
    redis_url = read.text("REDIS_URL")
    if redis_url and not redis_url.startswith(("redis://", "rediss://")):
        read.problems.append(f"REDIS_URL must start with redis:// or rediss://: {redis_url!r}")
    stage = read.text("STAGE")
    iam_user = read.text("DATABASE_IAM_USER", "")
    settings = Settings(
        stage=stage,
        database_host=read.text("DATABASE_HOST"),
        database_port=read.number("DATABASE_PORT", 1, 65535),
        database_name=read.text("DATABASE_NAME"),
        database_secret_arn=read.text("DATABASE_SECRET_ARN", "" if iam_user else None),
        kafka_bootstrap=read.text("KAFKA_BOOTSTRAP"),
        kafka_security=security,
        kafka_secret_arn=read.text("KAFKA_SECRET_ARN", None if security == "scram" else ""),
        commands_topic=read.text("COMMANDS_TOPIC", "ledger.commands"),
        events_topic=read.text("EVENTS_TOPIC", "ledger.events"),
        partitions=read.number("PARTITIONS", 1, MAX_PARTITIONS),
        redis_url=redis_url,
        log_level=read.choice("LOG_LEVEL", _LOG_LEVELS, "INFO"),
        webhooks_allow_loopback=read.flag("WEBHOOKS_ALLOW_LOOPBACK", stage == LOCAL),
        max_lag_s=read.number("MAX_LAG_S", 0, 3600, 60),
        limits=_limits(read, GENEROUS if stage == LOCAL else STRICT),
        database_iam_user=iam_user,
        redis_iam_cache=read.text("REDIS_IAM_CACHE", ""),
        cors_origins=read.origins("CORS_ORIGINS"),
    )
    if read.problems:
        raise SettingsError("wrong environment: " + "; ".join(read.problems))
    return settings


def _limits(read: _Reader, default: Limits) -> Limits:
    return Limits(
        sign_ups=read.number("SIGN_UPS_PER_MINUTE", 0, MAX_LIMIT, default.sign_ups),
        sign_ins=read.number("SIGN_INS_PER_MINUTE", 0, MAX_LIMIT, default.sign_ins),
        sign_in_failures=read.number(
            "SIGN_IN_FAILURES_PER_15_MINUTES", 0, MAX_LIMIT, default.sign_in_failures
        ),
        requests=read.number("REQUESTS_PER_MINUTE", 0, MAX_LIMIT, default.requests),
        authentication_failures=read.number(
            "AUTHENTICATION_FAILURES_PER_MINUTE", 0, MAX_LIMIT, default.authentication_failures
        ),
    )
