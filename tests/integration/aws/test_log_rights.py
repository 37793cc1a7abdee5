"""Each function's calls of the log, under the rights that its role has on AWS."""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from confluent_kafka import Consumer, Message

from functions import (
    apply,
    audit,
    grow,
    offsets,
    operator,
    rebuild,
    replay,
    sweeper,
    topics,
    webhooks,
    wiring,
)
from functions.rebuild import Source
from handlers.applying.publisher import OutboxPublisher
from handlers.applying.topic_directory import TopicDirectory
from handlers.applying.writer import Writer
from handlers.platform.bounds import (
    APPLY_GROUP,
    COMMANDS_TOPIC,
    EVENTS_TOPIC,
    RETENTION,
    WEBHOOKS_GROUP,
)
from handlers.platform.kafka import Outbound
from handlers.platform.kafka_config import Brokers, client_config
from handlers.platform.postgres import Database
from handlers.platform.topic_admin import TopicAdmin
from tests.integration.api.harness import open_account
from tests.integration.aws.authorized_kafka import PASSWORD, Authorized, authorized_kafka
from tests.integration.ledger.harness import NoCache
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.integration.ledger.traffic import Consumers
from tests.support.aws_rights import application_role, migrate_as_on_aws
from tests.support.http import Client
from tests.support.reviewed import log_rights
from tests.support.settings import settings_with

pytestmark = pytest.mark.integration

FUNCTIONS = ["api", "apply", "audit", "grow", "offsets", "operator", "rebuild", "replay"]
FUNCTIONS += ["sweeper", "topics", "webhooks"]
STRANGER = "stranger"
PARTITIONS = 2
PATIENCE_S = 20
Config = dict[str, Any]


def signing_in(brokers: Brokers) -> Config:
    """Return the clients' own settings, and the user of the function that asks."""
    config = client_config(brokers)
    if not brokers.username:
        return config
    return config | {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanisms": "PLAIN",
        "sasl.username": brokers.username,
        "sasl.password": PASSWORD,
    }


@dataclass
class World:
    """The log, its users, and a ledger that they share."""

    kafka: Authorized
    database_url: str
    owner_url: str

    @contextmanager
    def acting_as(self, function: str) -> Iterator[None]:
        """Wire the functions as on AWS, with the rights of one; it must not be refused anything."""
        wiring.reset()
        wiring.settings.replace(
            settings_with(
                commands_topic=COMMANDS_TOPIC,
                events_topic=EVENTS_TOPIC,
                partitions=PARTITIONS,
                log_level="CRITICAL",
            )
        )
        database = Database(self.database_url, max_size=4)
        wiring.database.replace(database)
        wiring.brokers.replace(Brokers(self.kafka.sasl, username=function))
        try:
            yield
        finally:
            for client in (wiring.producer, wiring.log_reader):
                if client._made:
                    client().close()
            database.close()
            wiring.reset()
        assert self.kafka.refused(function) == []

    def poll(
        self, function: str, topic: str, group: str, patience_s: int = PATIENCE_S
    ) -> dict[str, list[Any]]:
        """Read a topic's records as a function's event source mapping does, with its role."""
        config = signing_in(Brokers(self.kafka.sasl, username=function))
        settings = {"group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
        consumer = Consumer(config | settings)
        consumer.subscribe([topic])
        try:
            messages: list[Message] = []
            for _ in range(patience_s):
                messages = consumer.consume(100, 1.0)
                if messages:
                    consumer.commit(asynchronous=False)
                    break
        finally:
            consumer.close()
        assert self.kafka.refused(function) == []
        records: dict[str, list[Any]] = {}
        for message in messages:
            records.setdefault(f"{topic}-{message.partition()}", []).append(record_of(message))
        return records

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Apply everything at once, by somebody who has every right."""
        brokers = Brokers(self.kafka.plain)
        appliers = Appliers([self.database_url], Source(brokers, COMMANDS_TOPIC, PARTITIONS))
        try:
            yield
        finally:
            appliers.stop()

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Read events all the time, because a growth waits for their readers."""
        is_over = threading.Event()

        def follow() -> None:
            while not is_over.is_set():
                self.poll("webhooks", EVENTS_TOPIC, WEBHOOKS_GROUP, patience_s=1)

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            yield
        finally:
            is_over.set()
            follower.join()

    def apply_all(self) -> None:
        """Apply what the log has, as the mapping of commands does."""
        event = {"records": self.poll("apply", COMMANDS_TOPIC, APPLY_GROUP)}
        assert event["records"]
        with self.acting_as("apply"):
            assert apply.handler(event, None) == {"batchItemFailures": []}


class Appliers(Consumers):
    """Apply the stage's own topics all the time, whatever a function is allowed."""

    def new_writer(self) -> Writer:
        return Writer(
            self.shards,
            OutboxPublisher(self.producer),
            NoCache(),
            TopicDirectory(self.source.brokers),
            commands_topic=COMMANDS_TOPIC,
            events_topic=EVENTS_TOPIC,
            partitions=PARTITIONS,
        )


def record_of(message: Message) -> dict[str, Any]:
    key, value = message.key(), message.value()
    return {
        "partition": message.partition(),
        "offset": message.offset(),
        "timestamp": message.timestamp()[1],
        "key": base64.b64encode(key or b"").decode(),
        "value": base64.b64encode(value or b"").decode(),
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if "LEDGERLANE_DATABASE_URL" not in os.environ:
        pytest.skip("needs PostgreSQL: make test")
    admin_url = os.environ["LEDGERLANE_DATABASE_URL"]
    users = [*FUNCTIONS, STRANGER]
    with (
        authorized_kafka(tmp_path_factory.mktemp("kafka"), users) as kafka,
        application_role(admin_url) as role,
        scratch_database(admin_url) as name,
        pytest.MonkeyPatch.context() as patched,
    ):
        for module in list(sys.modules.values()):
            is_client = module.__name__.startswith("handlers.") and hasattr(module, "client_config")
            if is_client and module.__name__ != client_config.__module__:
                patched.setattr(module, "client_config", signing_in)
        for function in FUNCTIONS:
            kafka.allow(function)
        owner_url = url_of(admin_url, name)
        made = World(kafka, migrate_as_on_aws(owner_url, role), owner_url)
        make_topics(made)
        yield made


def make_topics(world: World) -> None:
    properties = {
        "Topics": json.dumps(RETENTION),
        "Partitions": str(PARTITIONS),
        "Replication": "1",
    }
    with world.acting_as("topics"):
        # The second time, they are there and are configured.
        for expected in (",".join(sorted(RETENTION)), ""):
            assert topics.handler({"ResourceProperties": properties}, None)["Made"] == expected


def signed_in() -> Client:
    person = {"email": "ada@example.com", "password": "correct horse battery"}
    client = Client()
    client.post("/users", person | {"name": "Ada"})
    return Client(client.post("/sessions", person).json["token"])


def test_no_function_needs_a_right_that_its_role_lacks(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.acting_as("api"):
        client = signed_in()
        with world.applied():
            accounts = [open_account(client) for _ in "ab"]
        body = {"account_id": accounts[0], "amount": 500, "currency": "EUR"}
        sent = client.post("/deposits", body)
        assert sent.status == 202, sent.text
        # It's not applied, and another process accepted it: the log has it.
        wiring.recent.reset()
        wiring.transactions.reset()
        seen = client.get(sent.headers["Location"])
        assert seen.json["status"] == "pending", seen.text
        assert client.get("/health").json["checks"]["kafka"] == "ok"
    world.apply_all()

    with world.acting_as("api"):
        client = signed_in()
        held = client.post("/holds", body | {"amount": 100})
        assert held.status == 202, held.text
        moved = {"source_account_id": accounts[0], "destination_account_id": accounts[1]}
        assert client.post("/transfers", moved | {"amount": 1, "currency": "EUR"}).status == 202
    world.apply_all()
    with world.acting_as("audit"):
        assert audit.handler({}, None)["sound"]
    with psycopg.connect(world.database_url) as connection:
        connection.execute("update ledger.holds set expires_at = now() - interval '1 hour'")

    capsys.readouterr()
    with world.acting_as("sweeper"):
        assert sweeper.handler({}, None)["holds"] == 1
    # It says so only if the log told it.
    assert '"WaitingPartitions":[0' in capsys.readouterr().out.replace(" ", "")
    with world.acting_as("webhooks"):
        assert webhooks.handler({}, None) == {"delivered": 0, "failed": 0}
    event = {"records": world.poll("webhooks", EVENTS_TOPIC, WEBHOOKS_GROUP)}
    with world.acting_as("webhooks"):
        assert webhooks.handler(event, None) == {"batchItemFailures": []}


def test_operators_functions_need_no_right_that_their_roles_lack(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.acting_as("api"):
        signed_in()
    with world.acting_as("operator"):
        assert operator.handler({"email": "ada@example.com"}, None)["role"] == "operator"
    with world.acting_as("offsets"):
        everybody = TopicAdmin(Brokers(world.kafka.plain))
        everybody.commit(COMMANDS_TOPIC, APPLY_GROUP, {0: 0, 1: 0})
        seen = offsets.handler({}, None)
        assert seen["committed"] != seen["ledger"]
        moved = offsets.handler({"reset": True}, None)
        assert moved["ledger"] == seen["ledger"]
        # A partition of which the ledger knows nothing begins at 0.
        assert moved["committed"] == {"0": 0, "1": 0} | moved["ledger"]
    event = {"records": world.poll("apply", COMMANDS_TOPIC, "ledgerlane-again")}
    monkeypatch.setattr(replay, "_read", lambda key: event)
    with world.acting_as("replay"):
        assert replay.handler({"key": "a"}, None)["applied"]
    with world.acting_as("rebuild"):
        monkeypatch.setattr(wiring, "owner_conninfo", lambda _: world.owner_url)
        # A hold was made to expire behind the log's back, so there may be one.
        assert "difference" in rebuild.handler({}, None)


def test_growing_needs_no_right_that_its_role_lacks(world: World) -> None:
    with world.applied(), world.followed(), world.acting_as("grow"):
        left = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
        grown = grow.handler({"partitions": PARTITIONS + 1}, left)
        assert grown["changed"], grown


def test_a_right_that_is_missing_is_seen(world: World) -> None:
    rights = log_rights("sweeper")
    world.kafka.allow(STRANGER, rights | {"topic": rights["topic"] - {"WriteData"}})

    with pytest.raises(AssertionError, match="WRITE on Topic"):
        send_as(world, STRANGER)


def send_as(world: World, function: str) -> None:
    with world.acting_as(function):
        producer = wiring.producer()
        sent = producer.send([Outbound(COMMANDS_TOPIC, 0, b"key", b"not a command")])
        producer.outcomes(sent, PATIENCE_S)
