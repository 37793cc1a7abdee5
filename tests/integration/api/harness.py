"""The API and the apply side in one process, over a real database, log and cache."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from functions import wiring
from handlers.domain.state import Record
from handlers.platform.kafka_config import Brokers
from handlers.platform.postgres import Database
from tests.support.http import Answer, Client
from tests.support.settings import settings_with

PARTITIONS = 3
PASSWORD = "correct horse battery"


class Stack:
    """A wired process, with an applier that can be held.

    Parameters
    ----------
    owner_url
        The same database, for what the application may not do.
    """

    def __init__(self, database_url: str, bootstrap: str, redis_url: str, owner_url: str) -> None:
        suffix = secrets.token_hex(4)
        self.topic = f"test.commands.{suffix}"
        self.events = f"test.events.{suffix}"
        self.bootstrap = bootstrap
        wiring.reset()
        wiring.settings.replace(
            settings_with(
                kafka_bootstrap=bootstrap,
                commands_topic=self.topic,
                events_topic=self.events,
                partitions=PARTITIONS,
                redis_url=redis_url,
                log_level="WARNING",
            )
        )
        self.url = database_url
        self.owner_url = owner_url
        self.database = Database(database_url, max_size=8)
        wiring.database.replace(self.database)
        wiring.brokers.replace(Brokers(bootstrap))
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        for made in self._admin.create_topics(
            [NewTopic(self.topic, PARTITIONS, 1), NewTopic(self.events, PARTITIONS, 1)]
        ).values():
            made.result(10)
        self._may_apply = threading.Event()
        self._may_apply.set()
        self._is_idle = threading.Event()
        self._is_stopped = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._apply, name="applier")
        self._thread.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Apply nothing inside the block."""
        self._may_apply.clear()
        # Anew: it may still stand from the last time.
        self._is_idle.clear()
        assert self._is_idle.wait(5), "the applier does not come to rest"
        try:
            yield
        finally:
            self._may_apply.set()

    def _apply(self) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "test",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 5,
            }
        )
        consumer.assign([TopicPartition(self.topic, n, 0) for n in range(PARTITIONS)])
        try:
            while not self._is_stopped:
                if not self._may_apply.is_set():
                    self._is_idle.set()
                    self._may_apply.wait(0.01)
                    continue
                self._is_idle.clear()
                self._apply_once(consumer.consume(100, 0.02))
        except BaseException as error:
            self._failure = error
            raise
        finally:
            consumer.close()

    def _apply_once(self, messages: list[Message]) -> None:
        by_partition: dict[int, list[Record]] = {}
        for message in messages:
            assert message.error() is None, message.error()
            partition, offset = message.partition(), message.offset()
            assert partition is not None
            assert offset is not None
            record = Record(
                partition,
                offset,
                message.timestamp()[1],
                message.key(),
                message.value(),
            )
            by_partition.setdefault(record.partition, []).append(record)
        for records in by_partition.values():
            wiring.writer().apply(records)

    def records(self) -> int:
        """Return how many records the commands topic has."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "count"})
        try:
            places = [TopicPartition(self.topic, n) for n in range(PARTITIONS)]
            return sum(consumer.get_watermark_offsets(place, timeout=5)[1] for place in places)
        finally:
            consumer.close()

    def close(self) -> None:
        """Stop it all."""
        self._is_stopped = True
        self._may_apply.set()
        self._thread.join(10)
        wiring.producer().close()
        wiring.log_reader().close()
        wiring.cache().close()
        self.database.close()
        wiring.reset()

    def user(self, role: str = "customer") -> Client:
        """Sign a new user up and in."""
        email = f"{secrets.token_hex(6)}@example.com"
        body = {"email": email, "password": PASSWORD, "name": "Ada"}
        assert Client().post("/users", body).status == 201
        if role == "operator":
            wiring.users().promote(email)
        session = Client().post("/sessions", {"email": email, "password": PASSWORD})
        assert session.status == 201, session.text
        return Client(session.json["token"])


def open_account(client: Client, currency: str = "EUR", balance: int = 0) -> str:
    """Open an account, with some money in it."""
    answer = client.post("/accounts", {"currency": currency})
    assert answer.status == 201, answer.text
    account_id: str = answer.json["account_id"]
    if balance:
        deposited = deposit(client, account_id, balance, currency, Prefer="wait=10")
        assert deposited.status == 201, deposited.text
    return account_id


def deposit(
    client: Client, account_id: str, amount: int, currency: str = "EUR", **headers: str
) -> Answer:
    """Deposit money."""
    body = {"account_id": account_id, "amount": amount, "currency": currency}
    return client.post("/deposits", body, **headers)
