"""What the deployment's own functions do, against a real broker and a real database."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from psycopg import sql

from handlers.applying.waiting import waiting_partitions
from handlers.platform.kafka_config import Brokers
from handlers.platform.migrator import migrate, migrations
from handlers.platform.roles import let_in
from handlers.platform.topic_admin import PartitionCountError, TopicAdmin

pytestmark = pytest.mark.integration


@pytest.fixture
def bootstrap() -> str:
    if "LEDGERLANE_KAFKA" not in os.environ:
        pytest.skip("needs a broker: make test")
    return os.environ["LEDGERLANE_KAFKA"]


@pytest.fixture
def topic(bootstrap: str) -> Iterator[str]:
    name = f"ledger.test-{uuid.uuid4().hex}"
    yield name
    admin = AdminClient({"bootstrap.servers": bootstrap})  # let go, it drops what it was asked
    for future in admin.delete_topics([name]).values():
        future.result(timeout=20)


def test_topics_are_made_once_and_keep_their_partition_count(bootstrap: str, topic: str) -> None:
    admin = TopicAdmin(Brokers(bootstrap))
    settings = {topic: {"retention.ms": "-1"}}

    assert admin.ensure(settings, partitions=3, replication=1) == [topic]
    assert admin.ensure(settings, partitions=3, replication=1) == []
    with pytest.raises(PartitionCountError, match="has 3 partitions and the stage is configured"):
        admin.ensure({topic: {}, topic + "-other": {}}, partitions=6, replication=1)

    present = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics
    assert len(present[topic].partitions) == 3
    assert topic + "-other" not in present, "refused before anything is made"


def test_topics_are_deleted_once_and_may_be_gone(bootstrap: str) -> None:
    name = f"ledger.test-{uuid.uuid4().hex}"
    admin = TopicAdmin(Brokers(bootstrap))
    admin.ensure({name: {}}, partitions=1, replication=1)

    admin.delete([name, name + "-other"])
    admin.delete([name])

    present = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics
    assert name not in present


def test_a_partition_waits_once_its_next_record_is_old(bootstrap: str, topic: str) -> None:
    admin, group = TopicAdmin(Brokers(bootstrap)), f"group-{uuid.uuid4().hex}"
    admin.ensure({topic: {}}, partitions=3, replication=1)
    now_ms = int(time.time() * 1000)
    producer = Producer({"bootstrap.servers": bootstrap})
    for partition, ages_ms in enumerate(((), (400_000, 0), (400_000, 350_000))):
        for age_ms in ages_ms:
            producer.produce(topic, b"", partition=partition, timestamp=now_ms - age_ms)
    assert producer.flush(20) == 0

    assert waiting_partitions(admin, topic, group, now_ms) == [1, 2]
    admin.commit(topic, group, {1: 1, 2: 1})
    assert waiting_partitions(admin, topic, group, now_ms) == [2]
    admin.commit(topic, group, {2: 2})
    assert waiting_partitions(admin, topic, group, now_ms) == []


@pytest.fixture
def owner() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Return a connection to a database of the test's own, as its owner."""
    if "LEDGERLANE_DATABASE_URL" not in os.environ:
        pytest.skip("needs PostgreSQL: make test")
    url, name = os.environ["LEDGERLANE_DATABASE_URL"], f"roles_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(url, dbname=name, autocommit=True) as connection:
                yield connection
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
            server.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def test_the_application_s_role_works_with_rows_and_owns_nothing(
    owner: psycopg.Connection[tuple[Any, ...]],
) -> None:
    role = owner.info.dbname
    migrate(owner, migrations())
    let_in(owner, role, "first password")
    let_in(owner, role, "second password")

    info = owner.info
    with psycopg.connect(
        host=info.host, port=info.port, dbname=info.dbname, user=role, password="second password"
    ) as application:
        application.execute("select count(*) from ledger.accounts")
        application.execute("select ledger.expect(1, 1)")
        application.execute("delete from ledger.outbox")
        application.rollback()
        for forbidden in (
            "create table ledger.mine (id int)",
            "drop table ledger.accounts",
            "delete from ledger.schema_migrations",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden)
            application.rollback()
    row = owner.execute("select rolpassword from pg_authid where rolname = %s", (role,)).fetchone()
    assert row is not None
    assert str(row[0]).startswith("SCRAM-SHA-256$")
