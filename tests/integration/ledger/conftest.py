"""Databases, a pooler and ledgers for the tests of the apply side."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from psycopg.conninfo import make_conninfo

from functions.rebuild import Source
from handlers.platform.kafka_config import Brokers
from tests.integration.ledger.harness import PARTITIONS, Ledger
from tests.integration.ledger.pooling import empty, pooler, scratch_database, url_of
from tests.integration.ledger.sharded import ShardedLedger
from tests.integration.ledger.traffic import Clients, Consumers
from tests.support.aws_rights import PASSWORD, application_role, migrate_as_on_aws


@pytest.fixture(scope="session")
def admin_url() -> str:
    """Return where the test instance's PostgreSQL is, or skip."""
    url = os.environ.get("LEDGERLANE_DATABASE_URL")
    if not url:
        pytest.skip('needs services: run `make test`, or `make up` and eval "$(make -s env)"')
    return url


@pytest.fixture(scope="session")
def role(admin_url: str) -> Iterator[str]:
    """Return the name of the role that all tests' databases let in."""
    with application_role(admin_url) as name:
        yield name


@pytest.fixture(scope="session")
def pooler_port(
    admin_url: str, role: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Run a pooler in transaction mode in front of every database.

    Its users have the rights that functions have on AWS, so that what needs another one fails.
    """
    server_url = make_conninfo(admin_url, user=role, password=PASSWORD)
    with pooler(tmp_path_factory.mktemp("pgbouncer"), server_url) as port:
        yield port


@pytest.fixture(scope="session")
def template(admin_url: str, role: str) -> Iterator[str]:
    """Make an empty, migrated database to copy."""
    with scratch_database(admin_url) as name:
        migrate_as_on_aws(url_of(admin_url, name), role)
        yield name


@pytest.fixture(scope="session")
def database_url(admin_url: str, pooler_port: int, template: str) -> Iterator[str]:
    """Make the database that tests use one after the other, reached through the pooler."""
    with scratch_database(admin_url, template) as name:
        yield url_of(admin_url, name, pooler_port)


@pytest.fixture
def url(database_url: str) -> str:
    """Return where an empty ledger is."""
    empty(database_url)
    return database_url


@pytest.fixture(scope="session")
def other_url(admin_url: str, pooler_port: int, template: str) -> Iterator[str]:
    """Make a database to rebuild in."""
    with scratch_database(admin_url, template) as name:
        yield url_of(admin_url, name, pooler_port)


@pytest.fixture(scope="session")
def further_url(admin_url: str, pooler_port: int, template: str) -> Iterator[str]:
    """Make the database of a second shard, which tests use one after the other."""
    with scratch_database(admin_url, template) as name:
        yield url_of(admin_url, name, pooler_port)


@pytest.fixture
def sharded(url: str, further_url: str) -> Iterator[ShardedLedger]:
    """Return an empty ledger whose partition 1 lives in the second database."""
    empty(further_url)
    made = ShardedLedger([url, further_url], {1: 2})
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """Return an empty ledger."""
    made = Ledger(url)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def source() -> Iterator[Source]:
    """Make a topic of the test's own, and one for its events."""
    bootstrap = os.environ["LEDGERLANE_KAFKA"]
    topic = f"test.rebuild.{secrets.token_hex(4)}"
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 2})
    topics = [topic, topic + ".events"]
    new = [NewTopic(name, num_partitions=PARTITIONS, replication_factor=1) for name in topics]
    for made in admin.create_topics(new).values():
        made.result(timeout=20)
    yield Source(Brokers(bootstrap), topic, PARTITIONS)
    for gone in admin.delete_topics(topics).values():
        gone.result(timeout=20)


@pytest.fixture
def consumers(url: str, source: Source) -> Iterator[Consumers]:
    """Apply what the topic has, all the time."""
    made = Consumers([url], source)
    yield made
    made.stop()


@pytest.fixture
def clients(url: str, source: Source, consumers: Consumers) -> Iterator[Clients]:
    """Return clients with accounts, who don't begin by themselves."""
    made = Clients(url, source)
    yield made
    made.stop()
