"""The composition root: the one place that creates clients, each once per process.

Functions get their collaborators here and pass them inwards; nothing in ``handlers`` imports this
module.  Tests replace a collaborator, or call `reset`.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities import parameters
from psycopg.conninfo import make_conninfo

from functions.api.cors import Cors
from functions.settings import Settings, load
from handlers.accepting.admission import Admission
from handlers.accepting.intake import Intake
from handlers.accepting.partitioning import Partitioning
from handlers.accepting.rate_limits import RateLimits
from handlers.applying.publisher import OutboxPublisher
from handlers.applying.topic_directory import TopicDirectory
from handlers.applying.writer import Writer
from handlers.people import passwords
from handlers.people.api_keys import ApiKeys
from handlers.people.sessions import Sessions
from handlers.people.trail import Trail
from handlers.people.users import Users
from handlers.platform.bounds import SETTINGS
from handlers.platform.concurrency import is_cooperative
from handlers.platform.iam_tokens import cache_token, database_token, where_roots_are
from handlers.platform.kafka import Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.log_history import LogHistory
from handlers.platform.postgres import Database
from handlers.platform.redis import TIMEOUT_S, WRITER_TIMEOUT_S, Cache
from handlers.reading.account_cache import AccountCache
from handlers.reading.accounts import Accounts, Owners
from handlers.reading.entries import Entries
from handlers.reading.holds import Holds
from handlers.reading.limits import Limits
from handlers.reading.log_reader import LogReader
from handlers.reading.parked import ParkedCommands
from handlers.reading.recent_commands import RecentCommands
from handlers.reading.reports import Reports
from handlers.reading.transactions import Transactions
from handlers.reading.waiter import Waiter
from handlers.sharding.shards import Shards
from handlers.webhooks.deliveries import Deliveries
from handlers.webhooks.inbox import Incoming
from handlers.webhooks.subscriptions import Webhooks

if TYPE_CHECKING:
    from handlers.archiving.archive import Archive
    from handlers.archiving.archiver import Archiver
    from handlers.platform.traces import Traces

Made = TypeVar("Made")

SECRET_AGE_S = 300
MAX_CONNECTIONS_ALONE = 4
MAX_CONNECTIONS_SHARED = 16


class once(Generic[Made]):
    """Creates a function's result once per process, even if several threads call it at once."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._made: list[Made] = []
        self._lock = threading.Lock()
        self.__doc__ = make.__doc__

    def __call__(self) -> Made:
        """Return the result, creating it on the first call."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def replace(self, made: Made) -> None:
        """Replace the result, for tests and tools."""
        self._made[:] = [made]

    def reset(self) -> None:
        """Forget the result."""
        self._made.clear()


@once
def settings() -> Settings:
    """Return the checked settings from the environment.

    Raises
    ------
    functions.settings.SettingsError
        If a setting is missing or malformed.
    """
    return load(os.environ)


@once
def database() -> Database:
    """Return the home database's connection pool."""
    return _application_pool(home())


@once
def databases() -> list[Database]:
    """Return the connection pools of all databases, the home database's first."""
    return [database(), *(_application_pool(place) for place in further_places())]


@once
def shards() -> Shards:
    """Return the databases that have the ledger's partitions, the home database first."""
    current = settings()
    return Shards(databases(), current.commands_topic, current.partitions)


class Place(NamedTuple):
    """Where a database is: its pooler's host and port."""

    host: str
    port: int


def home() -> Place:
    """Return where the home database is."""
    current = settings()
    return Place(current.database_host, current.database_port)


def further_places() -> list[Place]:
    """Return where the further shards are, from shard 2 on."""
    addresses = [address.rpartition(":") for address in settings().database_shards]
    return [Place(host, int(port)) for host, _, port in addresses]


def _application_pool(place: Place) -> Database:
    current = settings()
    if current.database_iam_user:
        return connect_as(current.database_iam_user, place)
    return _pool(_conninfo_with(current.database_secret_arn, place))


def _conninfo_with(secret_arn: str, place: Place) -> str:
    """Return how to sign in with a secret (the application's or the owner's)."""
    secret = read_secret(secret_arn)
    return make_conninfo(
        host=place.host,
        port=place.port,
        dbname=settings().database_name,
        user=secret["username"],
        password=secret["password"],
    )


def connect_as(user: str, place: Place) -> Database:
    """Create a pool that signs in as `user`, with a new IAM token for each connection."""
    return _pool(_conninfo_as(user, place))


def owner_conninfo(place: Place) -> str:
    """Return how to sign in as the schema's owner, within the next fifteen minutes."""
    current = settings()
    user = current.migration_database_iam_user
    if user:
        return _conninfo_as(user, place)()
    return _conninfo_with(current.database_secret_arn, place)


def _conninfo_as(user: str, place: Place) -> Callable[[], str]:
    known: dict[str, Any] = {
        "host": place.host,
        "port": place.port,
        "dbname": settings().database_name,
        "user": user,
        "sslmode": "verify-full",
        "sslrootcert": where_roots_are(),
    }

    def conninfo() -> str:
        token = database_token(place.host, place.port, user, _region())
        return make_conninfo(**known, password=token)

    return conninfo


def _pool(conninfo: str | Callable[[], str]) -> Database:
    largest = MAX_CONNECTIONS_SHARED if is_cooperative() else MAX_CONNECTIONS_ALONE
    return Database(conninfo, min_size=1, max_size=largest)


def _region() -> str:
    return os.environ.get("AWS_REGION", "")


@once
def brokers() -> Brokers:
    """Return the brokers' addresses and credentials."""
    current = settings()
    secret = read_secret(current.kafka_secret_arn) if current.kafka_security == "scram" else {}
    return Brokers(
        bootstrap=",".join(current.kafka_bootstrap),
        security=current.kafka_security,
        username=secret.get("username", ""),
        password=secret.get("password", ""),
        region=_region(),
    )


@once
def producer() -> Producer:
    """Return the process's producer, warmed up."""
    made = Producer(brokers())
    made.warm_up()
    return made


@once
def cache() -> Cache:
    """Return the cache."""
    return _cache(TIMEOUT_S)


def _cache(timeout_s: float) -> Cache:
    current = settings()
    name = current.redis_iam_cache
    if not name:
        return Cache(current.redis_url, timeout_s=timeout_s)
    return Cache(current.redis_url, lambda user: cache_token(name, user, _region()), timeout_s)


@once
def traces() -> Traces | None:
    """Return the traces, or None if they are off: then OpenTelemetry is not even imported."""
    current = settings()
    endpoint = current.otel_exporter_otlp_traces_endpoint
    if not endpoint:
        return None
    from handlers.platform.trace_exporter import Exporter, sender_to
    from handlers.platform.traces import Traces

    return Traces(
        Exporter(sender_to(endpoint)),
        service=SETTINGS["POWERTOOLS_SERVICE_NAME"].read(os.environ),
        stage=current.stage,
        ratio=current.otel_traces_sampler_arg,
        trusts_clients=current.traces_trust_clients,
        # Lambda freezes what it talks to by its runtime API. The local data plane freezes nothing.
        may_freeze="AWS_LAMBDA_RUNTIME_API" in os.environ,
    )


@once
def writer() -> Writer:
    """Return the writer of the commands topic's partitions."""
    current = settings()
    return Writer(
        shards(),
        OutboxPublisher(producer()),
        AccountCache(_cache(WRITER_TIMEOUT_S)),
        topics(),
        commands_topic=current.commands_topic,
        events_topic=current.events_topic,
        partitions=current.partitions,
        is_traced=traces() is not None,
    )


@once
def topics() -> TopicDirectory:
    """Return the brokers' topics."""
    return TopicDirectory(brokers())


@once
def history() -> LogHistory:
    """Return the reader of the log from any offset on."""
    return LogHistory(brokers(), settings().commands_topic)


@once
def archive() -> Archive:
    """Return the archive of the log. Only its functions import S3's client."""
    import boto3

    from handlers.archiving.archive import Archive

    current = settings()
    return Archive(boto3.client("s3"), current.archive_bucket, current.commands_topic)


@once
def archiver() -> Archiver:
    """Return what puts batches into the archive."""
    from handlers.archiving.archiver import Archiver

    return Archiver(archive(), topics(), history(), settings().commands_topic)


@once
def logger() -> Logger:
    """Return the structured logger, configured by LOG_LEVEL and POWERTOOLS_SERVICE_NAME."""
    made = Logger(level=settings().log_level)
    # Powertools keeps the level of a logger that the process already has.
    made.setLevel(settings().log_level)
    # Give the standard library's log records from the handlers the same format and fields.
    logging.getLogger("handlers")
    copy_config_to_registered_loggers(source_logger=made, include={"handlers"})
    return made


@once
def tracer() -> Tracer:
    """Return the tracer. It is off outside Lambda and if POWERTOOLS_TRACE_DISABLED is set."""
    return Tracer(auto_patch=False)


@once
def metrics() -> Metrics:
    """Return the metrics in namespace POWERTOOLS_METRICS_NAMESPACE, written as EMF."""
    return Metrics(namespace=SETTINGS["POWERTOOLS_METRICS_NAMESPACE"].read(os.environ))


@once
def sessions() -> Sessions:
    """Return the sessions."""
    return Sessions(database(), cache())


@once
def api_keys() -> ApiKeys:
    """Return the API keys."""
    return ApiKeys(database(), cache())


@once
def users() -> Users:
    """Return the users."""
    return Users(database())


@once
def owners() -> Owners:
    """Return the accounts' owners."""
    return Owners(shards())


@once
def accounts() -> Accounts:
    """Return the reader of accounts."""
    return Accounts(shards(), cache(), settings().commands_topic)


@once
def holds() -> Holds:
    """Return the reader of holds."""
    return Holds(shards())


@once
def limits() -> Limits:
    """Return the reader of accounts' limits."""
    return Limits(shards(), settings().commands_topic)


@once
def reports() -> Reports:
    """Return the reports about the whole ledger."""
    return Reports(shards(), settings().commands_topic)


@once
def trail() -> Trail:
    """Return the operators' audit trail."""
    return Trail(database())


@once
def entries() -> Entries:
    """Return the reader of accounts' histories."""
    return Entries(shards(), settings().commands_topic)


@once
def parked() -> ParkedCommands:
    """Return the reader of parked commands."""
    return ParkedCommands(shards())


@once
def recent() -> RecentCommands:
    """Return the commands that this process accepted recently."""
    return RecentCommands()


@once
def log_reader() -> LogReader:
    """Return the reader of single records of the log."""
    return LogReader(brokers(), settings().commands_topic)


@once
def transactions() -> Transactions:
    """Return the reader of transactions."""
    return Transactions(shards(), log_reader(), recent(), settings().commands_topic)


@once
def cors() -> Cors:
    """Return the CORS policy."""
    return Cors(settings().cors_origins)


@once
def intake() -> Intake:
    """Return the intake, which puts commands into the log."""
    current = settings()
    return Intake(
        producer(), recent(), admission(), current.commands_topic, partitioning(), traces()
    )


@once
def partitioning() -> Partitioning:
    """Return the partitioning, which assigns accounts to partitions."""
    current = settings()
    return Partitioning(database(), current.commands_topic, current.partitions)


@once
def admission() -> Admission:
    """Return the admission check, which refuses commands when the backlog is too long."""
    current = settings()
    return Admission(shards(), current.commands_topic, current.limits.max_lag_s)


@once
def rate_limits() -> RateLimits:
    """Return the rate limits."""
    return RateLimits(cache())


@once
def waiter() -> Waiter:
    """Return the waiter for results."""
    return Waiter(shards())


@once
def webhooks() -> Webhooks:
    """Return the users' webhooks."""
    return Webhooks(database(), allow_loopback=settings().webhooks_allow_loopback)


@once
def deliveries() -> Deliveries:
    """Return the webhook deliveries."""
    return Deliveries(database())


@once
def incoming() -> Incoming:
    """Return the intake of events for webhooks."""
    return Incoming(database(), deliveries())


def warm_up() -> None:
    """Create what the first request would otherwise wait for. Failures are only logged."""
    # Otherwise, the first sign-in with an unknown address could be recognized by its duration.
    passwords.prepare()
    try:
        traces()
        producer()
        database().read("select 1")
    except Exception as error:
        # The request that needs it reports the error; a function that can't start reports nothing.
        logger().warning("warm-up failed", extra={"error": type(error).__name__})


def read_secret(arn: str) -> dict[str, Any]:
    """Return a secret from Secrets Manager, at most `SECRET_AGE_S` old."""
    value: dict[str, Any] = parameters.get_secret(arn, transform="json", max_age=SECRET_AGE_S)
    return value


def reset() -> None:
    """Forget every client, for tests."""
    for made in globals().values():
        if isinstance(made, once):
            made.reset()
