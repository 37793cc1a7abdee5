"""Every setting of the functions: its name, its bounds and its default, each written only here.

The functions read their environment with this table, and `infra.cdk` and the local cloud set it
from the same table (docs/decisions/0107). docs/configuration.md shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final, Literal, get_args

from handlers.platform.setting import (
    ANY,
    FLAG,
    LOCAL,
    Setting,
    fraction,
    listed,
    matching,
    one_of,
    whole_number,
)

REGION: Final = "eu-central-1"
REST_STAGE: Final = "v1"
DATABASE: Final = "ledgerlane"
LOOPBACK: Final = "127.0.0.1"

COMMANDS_TOPIC: Final = "ledger.commands"
EVENTS_TOPIC: Final = "ledger.events"
DEAD_TOPIC: Final = "ledger.dead"
FOR_EVER: Final = {"retention.ms": "-1", "retention.bytes": "-1"}
#: The ledger follows from the log, so commands are kept forever. Events can be read again for as
#: long as it takes to notice an incident.
RETENTION: Final[Mapping[str, Mapping[str, str]]] = {
    COMMANDS_TOPIC: FOR_EVER,
    EVENTS_TOPIC: {"retention.ms": str(7 * 24 * 3600 * 1000)},
    DEAD_TOPIC: FOR_EVER,
}
#: The consumer groups of the functions' event source mappings.
APPLY_GROUP: Final = "ledgerlane-apply"
WEBHOOKS_GROUP: Final = "ledgerlane-webhooks"
ARCHIVE_GROUP: Final = "ledgerlane-archive"

METRICS_NAMESPACE: Final = "Ledgerlane"
#: Counts answers that blame the API itself, by ``service`` and ``version``.
FAILED_REQUESTS: Final = "FailedRequests"
KafkaSecurity = Literal["plaintext", "scram", "iam"]

MAX_PARTITIONS: Final = 10_000
#: Each process has a connection pool for every database.
MAX_SHARDS: Final = 4
MAX_PORT: Final = 65_535
#: The maximum of every rate limit: nobody sends more.
MAX_RATE: Final = 10**9
#: The local cloud's default ports.
POOLER_PORT: Final = 16_432
KAFKA_PORT: Final = 19_092
REDIS_PORT: Final = 16_379

#: Limits for one user and for one request.
MAX_WEBHOOKS: Final = 20
MAX_API_KEYS: Final = 50
MAX_BATCH: Final = 1000
MAX_BODY_BYTES: Final = 256 * 1024
QUOTAS: Final[Mapping[str, int]] = {
    "webhooks of a user": MAX_WEBHOOKS,
    "API keys of a user": MAX_API_KEYS,
    "items of a batch": MAX_BATCH,
    "bytes of a request's body": MAX_BODY_BYTES,
}

_PORT: Final = r"(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
_HOST: Final = r"[A-Za-z0-9._-]+"
_HOSTS: Final = matching(_HOST, "db.example.com")
_PORTS: Final = whole_number(1, MAX_PORT)
_COUNT: Final = whole_number(1, MAX_PARTITIONS)
_SECONDS: Final = whole_number(0, 3600, "seconds")
_DATABASES: Final = matching("[a-z_][a-z0-9_]{0,62}", DATABASE)
_SERVERS: Final = listed(f"{_HOST}:{_PORT}", "broker.example.com:9092")
_POOLERS: Final = listed(f"{_HOST}:{_PORT}", "db-2.example.com:6432")
_SECRETS: Final = listed(
    r"[^,\s]+", "arn:aws:secretsmanager:eu-central-1:111111111111:secret:application-a1b2c3"
)
_SECURITY: Final = one_of(*get_args(KafkaSecurity))
_PREFIX: Final = matching(r"(?:[a-z0-9-]{1,40}\.)?", "pr-12.")
_TOPIC: Final = matching("[A-Za-z0-9._-]{1,249}", COMMANDS_TOPIC)
_CACHES: Final = matching(
    rf"rediss?://(?:[^\s@/]*@)?{_HOST}:{_PORT}(?:/\d{{1,3}})?", "redis://cache.example.com:6379/0"
)
_ORIGINS: Final = listed(
    rf"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::{_PORT})?"
    r"|http://(?:localhost|127\.0\.0\.1|\[::1\]):\*",
    "https://app.example.com",
)
#: Empty means off.
_COLLECTORS: Final = matching(
    rf"(?:file:/.+|https?://{_HOST}(?::{_PORT})?/[\w./-]+)?", "http://127.0.0.1:4318/v1/traces"
)
_LEVEL: Final = one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_RATE: Final = whole_number(0, MAX_RATE, "a minute")
_SIGN_IN: Final = "a secret with `username` and `password`"
_BY_IAM: Final = "with IAM tokens"

#: The functions that use a setting; tests/unit/functions/test_roads.py checks this.
_API: Final = ("api",)
_CACHE: Final = ("api", "apply", "replay")
_SEGMENTED: Final = ("api", "apply", "sweeper", "replay")
_LOG: Final = (*_SEGMENTED, "grow", "rebuild", "offsets", "resend")
_ARCHIVE: Final = ("archive", "verify-archive")
_PLACED: Final = (*_LOG, "migrate", "audit", "move")
_BROKERS: Final = (*_LOG, "topics", *_ARCHIVE)
_DATABASE: Final = (*_LOG, "audit", "webhooks", "migrate", "operator", "move")
_APPLICATION: Final = tuple(name for name in _DATABASE if name != "rebuild")
_EVENTFUL: Final = ("apply", "sweeper", "replay", "grow")
_ALL: Final = (*_DATABASE, "topics", *_ARCHIVE)
_HOOKS: Final = ("api", "webhooks")
_MEASURED: Final = ("api", "apply", "sweeper", "audit", "webhooks", "replay", "archive")
_TRACED: Final = ("api", "apply", "webhooks", "replay")

#: Each setting's name, meaning, functions, allowed values, default (None if it must be set), and
#: value on the local stage.
_TABLE: Final = (
    Setting("STAGE", "the stage's name", _ALL, ANY),
    Setting("LOG_LEVEL", "the minimum level to log", _ALL, _LEVEL, "INFO"),
    Setting(
        "DATABASE_HOST", "the pooler (PgBouncer, RDS Proxy)", _DATABASE, _HOSTS, None, LOOPBACK
    ),
    Setting("DATABASE_PORT", "the pooler's port", _DATABASE, _PORTS, None, str(POOLER_PORT)),
    Setting("DATABASE_NAME", "the database", _DATABASE, _DATABASES, None, DATABASE),
    Setting(
        "DATABASE_SHARDS",
        "the further shards' poolers, from shard 2 on; same database and sign-in",
        _PLACED,
        _POOLERS,
        "",
    ),
    Setting("DATABASE_SECRET_ARN", f"{_SIGN_IN}, without DATABASE_IAM_USER", _DATABASE, ANY, ""),
    Setting("DATABASE_IAM_USER", f"the role to sign in as {_BY_IAM}", _APPLICATION, ANY, ""),
    Setting(
        "MIGRATION_DATABASE_IAM_USER",
        f"the schema's owner, {_BY_IAM}",
        ("migrate", "rebuild"),
        ANY,
        "",
    ),
    Setting(
        "APPLICATION_SECRET_ARN",
        "secrets with `username` and `password`, for the role of each shard's pooler",
        ("migrate",),
        _SECRETS,
        "",
    ),
    Setting("FAILURES_BUCKET", "the bucket of batches that were given up", ("replay",), ANY, ""),
    Setting("ARCHIVE_BUCKET", "the bucket of the log's archive", (*_ARCHIVE, "resend"), ANY, ""),
    Setting(
        "KAFKA_BOOTSTRAP", "some brokers", _BROKERS, _SERVERS, None, f"{LOOPBACK}:{KAFKA_PORT}"
    ),
    Setting("KAFKA_SECURITY", "how to sign in to the brokers", _BROKERS, _SECURITY, "plaintext"),
    Setting("KAFKA_SECRET_ARN", f"{_SIGN_IN}, for scram", _BROKERS, ANY, ""),
    Setting(
        "COMMANDS_TOPIC",
        "the topic of accepted commands",
        (*_PLACED, *_ARCHIVE),
        _TOPIC,
        COMMANDS_TOPIC,
    ),
    Setting("EVENTS_TOPIC", "the topic of events", _EVENTFUL, _TOPIC, EVENTS_TOPIC),
    Setting(
        "LOG_PREFIX",
        "what the names of topics and consumer groups begin with, in a stage that shares brokers",
        ("grow", "offsets", "verify-archive"),
        _PREFIX,
        "",
    ),
    # Few enough on a laptop that commands still arrive in batches.
    Setting("PARTITIONS", "the topics' partition count", _PLACED, _COUNT, None, "4"),
    Setting("REDIS_URL", "the cache", _CACHE, _CACHES, None, f"redis://{LOOPBACK}:{REDIS_PORT}/0"),
    Setting("REDIS_IAM_CACHE", f"its name in ElastiCache, to sign in {_BY_IAM}", _CACHE, ANY, ""),
    Setting("SIGN_UPS_PER_MINUTE", "from one source address", _API, _RATE, "10", "1000000"),
    Setting("SIGN_INS_PER_MINUTE", "from one source address", _API, _RATE, "60", "1000000"),
    Setting("SIGN_IN_FAILURES_PER_15_MINUTES", "for one email address", _API, _RATE, "10", "1000"),
    Setting(
        "REQUESTS_PER_MINUTE",
        "by one user; batches count their items",
        _API,
        _RATE,
        "6000",
        "6000000",
    ),
    Setting(
        "AUTHENTICATION_FAILURES_PER_MINUTE",
        "from one source address",
        _API,
        _RATE,
        "60",
        "1000000",
    ),
    Setting("MAX_LAG_S", "the backlog at which commands are refused", _API, _SECONDS, "60"),
    Setting(
        "REPORTS_FAILURES",
        "whether the mapping reads which records failed; if not, a failed batch raises",
        ("apply", "webhooks", "replay", "archive"),
        FLAG,
        "true",
    ),
    Setting(
        "WEBHOOKS_ALLOW_LOOPBACK",
        "whether webhooks may call this host",
        _HOOKS,
        FLAG,
        "false",
        "true",
    ),
    Setting(
        "CORS_ORIGINS", "origins whose pages may use the API; `:*` is any port", _API, _ORIGINS, ""
    ),
    Setting("POWERTOOLS_SERVICE_NAME", "the name in logs and metrics", _ALL, ANY, "ledgerlane-api"),
    Setting(
        "POWERTOOLS_METRICS_NAMESPACE", "the metrics' namespace", _MEASURED, ANY, METRICS_NAMESPACE
    ),
    Setting("POWERTOOLS_TRACE_DISABLED", "whether to send no traces", _SEGMENTED, ANY, "false"),
    # OpenTelemetry's names, where it has one.
    Setting(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "where to send traces: a collector's URL, or `file:` and a path; empty for nowhere",
        _TRACED,
        _COLLECTORS,
        "",
    ),
    Setting(
        "OTEL_TRACES_SAMPLER_ARG",
        "the share of requests that are traced",
        _TRACED,
        fraction(),
        "0.01",
        "1",
    ),
    Setting(
        "TRACES_TRUST_CLIENTS",
        "whether a client's `traceparent` decides if its request is traced",
        _TRACED,
        FLAG,
        "false",
    ),
)
SETTINGS: Final[Mapping[str, Setting]] = {setting.name: setting for setting in _TABLE}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is accepted, by the settings of these names; 0 means no limit."""

    sign_ups_per_minute: int = 0
    sign_ins_per_minute: int = 0
    sign_in_failures_per_15_minutes: int = 0
    requests_per_minute: int = 0
    authentication_failures_per_minute: int = 0
    max_lag_s: int = 0

    def variables(self) -> dict[str, str]:
        """Return the environment variables for these limits."""
        return {name.upper(): str(amount) for name, amount in asdict(self).items()}


def _limits(stage: str) -> Limits:
    names = [field.name for field in fields(Limits)]
    return Limits(**{name: SETTINGS[name.upper()].read({}, stage) for name in names})


#: The default limits of a stage.
STRICT: Final = _limits("")
#: For load tests on one machine, which sign in hundreds of users a second from one address.
GENEROUS: Final = _limits(LOCAL)
