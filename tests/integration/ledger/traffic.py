"""Clients and consumers of a log that is in use, and what must hold when they have stopped."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from functions.rebuild import Source, check
from handlers.accepting.admission import Admission
from handlers.accepting.intake import Intake
from handlers.accepting.partitioning import Partitioning
from handlers.applying.publisher import OutboxPublisher
from handlers.applying.topic_directory import TopicDirectory
from handlers.applying.writer import Writer
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.partitions import partition_of
from handlers.domain.state import Record
from handlers.platform import random_ids as random_ids
from handlers.platform.clock import now_us
from handlers.platform.errors import LogFenced, Unavailable
from handlers.platform.kafka import Position, Producer
from handlers.platform.log_history import LogHistory
from handlers.platform.postgres import Database
from handlers.reading.recent_commands import RecentCommands
from handlers.sharding.shards import Shards
from tests.integration.ledger.harness import Ledger, NoCache

BATCH_SIZE = 40
logger = logging.getLogger(__name__)

LIMIT_S = 60.0


class Consumers:
    """Applies every partition that the topic has, as the mapping's pollers do; a thread."""

    def __init__(self, urls: Sequence[str], source: Source) -> None:
        databases = [Database(url, max_size=2) for url in urls]
        self.shards = Shards(databases, source.topic, source.partitions)
        self.producer = Producer(source.brokers)
        self.history = LogHistory(source.brokers, source.topic)
        self.source = source
        self.next_offset: dict[int, int] = defaultdict(int)
        self.failure: BaseException | None = None
        self._why_waiting: dict[int, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def new_writer(self) -> Writer:
        return Writer(
            self.shards,
            OutboxPublisher(self.producer),
            NoCache(),
            TopicDirectory(self.source.brokers),
            commands_topic=self.source.topic,
            events_topic=self.source.topic + ".events",
            partitions=self.source.partitions,
        )

    def _run(self) -> None:
        writer = self.new_writer()
        try:
            while not self._stop.is_set():
                for partition in range(self.history.partitions()):
                    self._step(writer, partition)
        except BaseException as error:
            logger.exception("the consumers stopped")
            self.failure = error

    def _step(self, writer: Writer, partition: int) -> None:
        read = self.history.read(partition, self.next_offset[partition], BATCH_SIZE)
        if not read:
            return
        try:
            writer.apply([Record(*record) for record in read])
        except Unavailable as error:
            if self._why_waiting.get(partition) != str(error):
                self._why_waiting[partition] = str(error)
                logger.warning("partition %d waits: %s", partition, error)
            return
        self.next_offset[partition] += len(read)

    def stop(self) -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join(60)
        self.history.close()
        self.producer.close()
        self.shards.close()
        if self.failure is not None:
            raise self.failure


class Clients:
    """Take commands in as the API does, a thread for each of some accounts; they never give up."""

    def __init__(self, url: str, source: Source, threads: int = 3) -> None:
        self.database = Database(url, max_size=threads + 1)
        self.partitioning = Partitioning(self.database, source.topic, source.partitions)
        self.producer = Producer(source.brokers)
        admission = Admission(Shards.only(self.database), source.topic, 0)
        self.intake = Intake(
            self.producer, RecentCommands(), admission, source.topic, self.partitioning
        )
        self.user_id = random_ids.new_id(ids.USER)
        #: Of each account, what was accepted for it in order.
        self.accepted: dict[str, list[tuple[str, Position]]] = defaultdict(list)
        self.fenced = 0
        self.failure: BaseException | None = None
        self._stop = threading.Event()
        self.accounts = [self._open() for _ in range(threads * 4)]
        self._threads = [
            threading.Thread(target=self._run, args=(number, threads), daemon=True)
            for number in range(threads)
        ]

    def common(self) -> dict[str, Any]:
        return {
            "transaction_id": random_ids.new_id(ids.TRANSACTION),
            "user_id": self.user_id,
            "requested_at_us": now_us(),
            "fingerprint": "f" * 32,
            "rules": c.RULES,
        }

    def _open(self) -> str:
        common = self.common()
        account_id = ids.account_id_of(str(common["transaction_id"]))
        self.send(account_id, c.AccountOpening(account_id=account_id, currency="EUR", **common))
        self.send(
            account_id,
            c.Deposit(account_id=account_id, amount=1000, currency="EUR", **self.common()),
        )
        return account_id

    def send(self, account_id: str, command: c.AnyCommand, partition: int | None = None) -> None:
        deadline_s = time.monotonic() + 120
        while time.monotonic() < deadline_s:
            try:
                position = self.intake.accept(command, partition)
            except LogFenced:
                self.fenced += 1
                time.sleep(0.2)
            else:
                self.accepted[account_id].append((command.transaction_id, position))
                return
        raise AssertionError("a command was never taken in")

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def _run(self, number: int, threads: int) -> None:
        choice, mine = random.Random(number), self.accounts[number::threads]
        try:
            while not self._stop.is_set():
                account_id, amount = choice.choice(mine), choice.randint(1, 90)
                other = choice.choice([one for one in self.accounts if one != account_id])
                words = self.common() | {"amount": amount, "currency": "EUR"}
                commands: list[c.AnyCommand] = [
                    c.Deposit(account_id=account_id, **words),
                    c.Withdrawal(account_id=account_id, **words),
                    c.Transfer(source_account_id=account_id, destination_account_id=other, **words),
                ]
                self.send(account_id, choice.choice(commands))
                time.sleep(0.002)
        except BaseException as error:
            self.failure = error

    def await_more(self, count: int) -> None:
        wanted, deadline_s = self.count() + count, time.monotonic() + 60
        while self.count() < wanted:
            assert time.monotonic() < deadline_s, "the clients stand still"
            assert self.failure is None, self.failure
            time.sleep(0.02)

    def count(self) -> int:
        return sum(len(accepted) for accepted in list(self.accepted.values()))

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(130)
        self.producer.close()
        self.database.close()
        if self.failure is not None:
            raise self.failure


def await_that(condition: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {LIMIT_S:.0f} s: {what}"
        time.sleep(0.02)


def await_drained(ledger: Ledger, source: Source, limit_s: float = 60) -> None:
    history = LogHistory(source.brokers, source.topic)
    deadline_s = time.monotonic() + limit_s
    pending = "select count(*) from ledger.transactions where status = 'pending'"
    progress = "select coalesce(sum(next_offset), 0) as sum from ledger.partition_progress"
    before = -1
    while True:
        now = sum(int(row["sum"]) for row in ledger.rows(progress))
        left = sum(row["count"] for row in ledger.rows(pending))
        if now == before and not left and not ledger.count("outbox"):
            break
        assert time.monotonic() < deadline_s, "the log does not drain"
        before = now
        time.sleep(0.5)
    history.close()


def check_order(ledger: Ledger, clients: Clients) -> None:
    """See that every accepted command ended, and took effect in the order of acceptance."""
    for account_id, accepted in clients.accepted.items():
        rows = ledger.rows(
            "select replace(t.transaction_id::text, '-', '') as id, t.status, t.partition,"
            ' t."offset", coalesce(p.debit_version, 0) as debited, coalesce(p.credit_version, 0)'
            " as credited, p.debit_account_id = t.account_id as is_debit"
            " from ledger.transactions t left join ledger.postings p"
            " on p.transaction_id = t.transaction_id and p.leg = 1"
            " where t.leg = 1 and t.account_id = %s",
            account_id[4:],
        )
        known = {f"txn_{row['id']}": row for row in rows}
        versions = []
        for transaction_id, position in accepted:
            row = known[transaction_id]
            assert row["status"] != "pending"
            assert (row["partition"], row["offset"]) == position
            if row["is_debit"] is not None:
                versions.append(row["debited"] if row["is_debit"] else row["credited"])
        assert versions == sorted(set(versions)), f"{account_id} was not applied in order"


def check_books(ledger: Ledger, source: Source, admin_url: str, partitions: int) -> None:
    report = audit(ledger.shards)
    assert report.is_sound, report.findings
    assert not report.in_transit
    for row in ledger.rows(
        "select 'acc_' || replace(account_id::text, '-', '') as id, partition"
        " from ledger.accounts where kind = 'customer'"
    ):
        assert row["partition"] == partition_of(row["id"], partitions)
    applied, difference = check(source, ledger.urls, admin_url)
    assert difference is None, difference
    assert applied.parked == ledger.count("parked_commands")
