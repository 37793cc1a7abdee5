"""Every setting of the functions: its name, its bounds and its default, each written here once.

The functions read their environment by this table, and `infra.cdk` and the local cloud set it
by the same (docs/decisions/0107). docs/configuration.md shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from handlers.platform.setting import LOCAL, Choice, Flag, Listed, Matching, Number, Setting

REGION: Final = "eu-central-1"
REST_STAGE: Final = "v1"
DATABASE: Final = "ledgerlane"

COMMANDS_TOPIC: Final = "ledger.commands"
EVENTS_TOPIC: Final = "ledger.events"
DEAD_TOPIC: Final = "ledger.dead"
#: The consumer groups of the mappings that feed the two functions.
APPLY_GROUP: Final = "ledgerlane-apply"
WEBHOOKS_GROUP: Final = "ledgerlane-webhooks"

METRICS_NAMESPACE: Final = "Ledgerlane"

MAX_PARTITIONS: Final = 10_000
MAX_PORT: Final = 65_535
#: For each rate limit: nobody sends more.
MAX_RATE: Final = 10**9
#: Where the local cloud serves, unless told otherwise.
POOLER_PORT: Final = 16_432
KAFKA_PORT: Final = 19_092
REDIS_PORT: Final = 16_379

#: What one user may have, and one request.
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
_TOPIC: Final = "[A-Za-z0-9._-]{1,249}"
_REDIS: Final = rf"rediss?://(?:[^\s@/]*@)?{_HOST}:{_PORT}(?:/\d{{1,3}})?"
_ORIGIN_HOST: Final = r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])"
_ORIGIN: Final = (
    rf"https?://{_ORIGIN_HOST}(?::{_PORT})?|http://(?:localhost|127\.0\.0\.1|\[::1\]):\*"
)

#: Who uses what; tests/unit/functions/test_roads.py finds it out anew.
_API: Final = ("api",)
_CACHE: Final = ("api", "apply")
_LOG: Final = ("api", "apply", "sweeper", "grow")
_BROKERS: Final = (*_LOG, "topics")
_DATABASE: Final = (*_LOG, "audit", "webhooks", "migrate")
_ALL: Final = (*_DATABASE, "topics")


def _rate(name: str, meaning: str, default: int, local: int, unit: str = "a minute") -> Number:
    texts = {"default": str(default), "local": str(local), "unit": unit}
    return Number(name, meaning, _API, minimum=0, maximum=MAX_RATE, **texts)


_TABLE: Final[tuple[Setting, ...]] = (
    Setting("STAGE", "the stage's name, such as `prod`", _ALL),
    Choice(
        "LOG_LEVEL",
        "what is logged at least",
        _ALL,
        default="INFO",
        choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Matching(
        "DATABASE_HOST",
        "the pooler (PgBouncer, RDS Proxy)",
        _DATABASE,
        local="127.0.0.1",
        pattern=_HOST,
        example="db.example.com",
    ),
    Number(
        "DATABASE_PORT",
        "the pooler's port",
        _DATABASE,
        local=str(POOLER_PORT),
        minimum=1,
        maximum=MAX_PORT,
    ),
    Matching(
        "DATABASE_NAME",
        "the database behind the pooler",
        _DATABASE,
        local=DATABASE,
        pattern="[a-z_][a-z0-9_]{0,62}",
        example=DATABASE,
    ),
    Setting(
        "DATABASE_SECRET_ARN",
        "a secret with `username` and `password`; required without `DATABASE_IAM_USER`",
        _DATABASE,
        default="",
    ),
    Setting(
        "DATABASE_IAM_USER", "the role to sign in as with IAM tokens, if so", _DATABASE, default=""
    ),
    Setting(
        "MIGRATION_DATABASE_IAM_USER",
        "the schema's owner, to sign in as with IAM tokens, if so",
        ("migrate",),
        default="",
    ),
    Setting(
        "APPLICATION_SECRET_ARN",
        "a secret with the `username` and `password` to give the pooler's role, if so",
        ("migrate",),
        default="",
    ),
    Listed(
        "KAFKA_BOOTSTRAP",
        "some of the brokers",
        _BROKERS,
        local=f"127.0.0.1:{KAFKA_PORT}",
        pattern=f"{_HOST}:{_PORT}",
        example="broker.example.com:9092",
    ),
    Choice(
        "KAFKA_SECURITY",
        "how to sign in to the brokers",
        _BROKERS,
        default="plaintext",
        choices=("plaintext", "scram", "iam"),
    ),
    Setting(
        "KAFKA_SECRET_ARN",
        "a secret with `username` and `password`; required for `scram`",
        _BROKERS,
        default="",
    ),
    Matching(
        "COMMANDS_TOPIC",
        "the topic of what was accepted",
        _LOG,
        default=COMMANDS_TOPIC,
        pattern=_TOPIC,
        example=COMMANDS_TOPIC,
    ),
    Matching(
        "EVENTS_TOPIC",
        "the topic of what happened",
        ("apply", "grow"),
        default=EVENTS_TOPIC,
        pattern=_TOPIC,
        example=EVENTS_TOPIC,
    ),
    Number(
        "PARTITIONS",
        "the topics' partition count, which only growing the log changes",
        _LOG,
        # Few enough that a laptop's traffic still comes in batches.
        local="4",
        minimum=1,
        maximum=MAX_PARTITIONS,
    ),
    Matching(
        "REDIS_URL",
        "the cache",
        _CACHE,
        local=f"redis://127.0.0.1:{REDIS_PORT}/0",
        pattern=_REDIS,
        example="redis://cache.example.com:6379/0",
    ),
    Setting(
        "REDIS_IAM_CACHE",
        "ElastiCache's name of the cache, to sign in with IAM tokens, if so",
        _CACHE,
        default="",
    ),
    _rate("SIGN_UPS_PER_MINUTE", "of one source", 10, 1_000_000),
    _rate("SIGN_INS_PER_MINUTE", "of one source", 60, 1_000_000),
    _rate(
        "SIGN_IN_FAILURES_PER_15_MINUTES", "of one email address", 10, 1_000, "a quarter of an hour"
    ),
    _rate("REQUESTS_PER_MINUTE", "of one user; a batch counts its items", 6_000, 6_000_000),
    _rate(
        "AUTHENTICATION_FAILURES_PER_MINUTE",
        "of one source: requests whose token or key is not valid",
        60,
        1_000_000,
    ),
    Number(
        "MAX_LAG_S",
        "how long accepted commands may wait before no more are accepted; 0 for any time",
        _API,
        default="60",
        unit="seconds",
        minimum=0,
        maximum=3600,
    ),
    Flag(
        "WEBHOOKS_ALLOW_LOOPBACK",
        "whether webhooks may point to this machine, by `http` too",
        ("api", "webhooks"),
        default="false",
        local="true",
    ),
    Listed(
        "CORS_ORIGINS",
        "whose pages may use the API; `:*` for a port is any port of this machine",
        _API,
        default="",
        pattern=_ORIGIN,
        example="https://app.example.com",
    ),
    Setting(
        "POWERTOOLS_SERVICE_NAME",
        "the function's name in logs and metrics",
        _ALL,
        default="ledgerlane-api",
    ),
    Setting(
        "POWERTOOLS_METRICS_NAMESPACE",
        "the namespace of the metrics",
        ("api", "apply", "sweeper", "audit", "webhooks"),
        default=METRICS_NAMESPACE,
    ),
    Flag(
        "POWERTOOLS_TRACE_DISABLED",
        "whether no traces are sent",
        ("api", "apply", "sweeper"),
        default="false",
    ),
)
SETTINGS: Final[Mapping[str, Setting]] = {setting.name: setting for setting in _TABLE}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken in, by the settings of these names; 0 means without a limit, for each."""

    sign_ups_per_minute: int = 0
    sign_ins_per_minute: int = 0
    sign_in_failures_per_15_minutes: int = 0
    requests_per_minute: int = 0
    authentication_failures_per_minute: int = 0
    max_lag_s: int = 0

    def variables(self) -> dict[str, str]:
        """Return the environment variables that state these limits."""
        return {name.upper(): str(amount) for name, amount in asdict(self).items()}


def _limits(stage: str) -> Limits:
    names = [field.name for field in fields(Limits)]
    return Limits(**{name: SETTINGS[name.upper()].read({}, stage) for name in names})


#: What a stage takes in that states nothing else.
STRICT: Final = _limits("")
#: A load test on one's own machine signs in hundreds of users a second from one address.
GENEROUS: Final = _limits(LOCAL)
