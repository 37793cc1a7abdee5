"""The real writer over a real database, with the log and its clock in the test's hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure
from handlers.applying.writer import Applied, Writer
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.partitions import partition_of
from handlers.domain.state import PartitionState, Record
from handlers.platform import random_ids as random_ids
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.support.memory import Log

COMMANDS = "test.commands"
EVENTS = "test.events"
PARTITIONS = 3
START_MS = 1_700_000_000_000
MAX_ROUNDS = 1000


class NoCache:
    """A cache that isn't there."""

    def before_commit(self, state: PartitionState, marker: str) -> None:
        return

    def after_commit(self, state: PartitionState, marker: str) -> None:
        return


class Topic:
    """A topic whose incarnation the test decides."""

    def __init__(self) -> None:
        self.id = "first"
        self.asked = 0
        # What the log itself has, for a writer that was not given it.
        self.held: dict[int, list[Record]] = {}

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        self.asked += refresh
        return self.id

    def records(self, topic: str, partition: int, start: int, end: int) -> list[Record]:
        return [one for one in self.held.get(partition, []) if start <= one.offset < end]


class Loopback:
    """Publishes commands back into the log and keeps the events."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.events: list[Outgoing] = []
        self.sent: list[Outgoing] = []
        self.is_down = False
        self.now_ms = START_MS

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        if self.is_down:
            raise Unavailable("the log can't be reached")
        for message in outgoing:
            self.sent.append(message)
            if message.topic == EVENTS:
                self.events.append(message)
            else:
                key, value = message.key.encode(), bytes(message.value)
                self.log.append(message.partition, key, value, self.now_ms)
        return ()


class Ledger:
    """One ledger: a log, a database and a writer, and a short way to say what happens."""

    def __init__(self, url: str, partitions: int = PARTITIONS) -> None:
        self.url = url
        self.urls = [url]
        self.partitions = partitions
        self.database = Database(url, max_size=8)
        self.shards = Shards.only(self.database)
        self.log = Log(partitions)
        self.publisher = Loopback(self.log)
        self.topic = Topic()
        self.applied = [0] * partitions
        self.writer = self.new_writer()

    def new_writer(self) -> Writer:
        """Make a writer with nothing in memory, as a new function instance is."""
        return Writer(
            self.shards,
            self.publisher,
            NoCache(),
            self.topic,
            commands_topic=COMMANDS,
            events_topic=EVENTS,
            partitions=self.partitions,
        )

    def close(self) -> None:
        self.database.close()

    # -- the log ------------------------------------------------------------------------------

    def tick(self, seconds: float) -> None:
        """Let time pass on the log."""
        self.publisher.now_ms += int(seconds * 1000)

    def send(self, *commands: c.AnyCommand) -> None:
        """Put commands into the log, each on its account's partition."""
        for command in commands:
            self.log.send(command, self.publisher.now_ms)

    def put(self, key: bytes | None, value: bytes | None, partition: int) -> Record:
        """Put any record into the log."""
        return self.log.append(partition, key, value, self.publisher.now_ms)

    def waiting(self, partition: int) -> list[Record]:
        return self.log.partitions[partition][self.applied[partition] :]

    def apply(self, partition: int, size: int = 500) -> Applied:
        """Apply the next batch of one partition."""
        records = self.waiting(partition)[:size]
        if not records:
            return Applied()
        applied = self.writer.apply(records)
        self.applied[partition] += len(records)
        return applied

    def drain(self, size: int = 500) -> Applied:
        """Apply until the log has nothing more, second legs included."""
        applied = Applied()
        for _ in range(MAX_ROUNDS):
            busy = [p for p in range(self.partitions) if self.waiting(p)]
            if not busy:
                return applied
            for partition in busy:
                applied += self.apply(partition, size)
        raise AssertionError("the log does not drain")

    def do(self, command: c.AnyCommand) -> dict[str, Any]:
        """Send one command, drain, and return its transaction."""
        self.send(command)
        self.drain()
        return self.transaction(command.transaction_id)

    # -- what is in the database --------------------------------------------------------------

    def rows(self, query: LiteralString, *parameters: Any) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            cursor = connection.execute(query, parameters)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, statement: LiteralString, *parameters: Any) -> None:
        with self.database.connection() as connection:
            connection.execute(statement, parameters)

    def account(self, account_id: str) -> dict[str, Any]:
        (row,) = self.rows("select * from ledger.accounts where account_id = %s", account_id[4:])
        return row

    def balance(self, account_id: str) -> int:
        return int(self.account(account_id)["balance"])

    def transaction(self, transaction_id: str, leg: int = 1) -> dict[str, Any]:
        (row,) = self.rows(
            "select * from ledger.transactions where transaction_id = %s and leg = %s",
            transaction_id[4:],
            leg,
        )
        return row

    def count(self, table: LiteralString) -> int:
        return int(self.rows("select count(*) from ledger." + table)[0]["count"])


class Client:
    """A user who makes commands; ids and times are the edge's."""

    def __init__(self, ledger: Ledger, user_id: str | None = None) -> None:
        self.ledger = ledger
        self.user_id = user_id or random_ids.new_id(ids.USER)

    def common(self, transaction_id: str | None = None) -> dict[str, Any]:
        return {
            "transaction_id": transaction_id or random_ids.new_id(ids.TRANSACTION),
            "user_id": self.user_id,
            "requested_at_us": self.ledger.publisher.now_ms * 1000,
            "fingerprint": "f" * 32,
            "request_id": "req",
            "rules": c.RULES,
        }

    def open(self, partition: int | None = None, currency: str = "EUR", balance: int = 0) -> str:
        """Open an account, on a certain partition if one is given, with money on it."""
        while True:
            common = self.common()
            account_id = ids.account_id_of(common["transaction_id"])
            if partition in (None, partition_of(account_id, self.ledger.partitions)):
                break
        opening = c.AccountOpening(account_id=account_id, currency=currency, name="n", **common)
        assert self.ledger.do(opening)["status"] == "completed"
        if balance:
            self.ledger.do(self.deposit(account_id, balance, currency))
        return account_id

    def deposit(
        self, account_id: str, amount: int, currency: str = "EUR", **more: Any
    ) -> c.Deposit:
        return c.Deposit(
            account_id=account_id, amount=amount, currency=currency, **(self.common() | more)
        )

    def withdrawal(
        self, account_id: str, amount: int, currency: str = "EUR", **more: Any
    ) -> c.Withdrawal:
        return c.Withdrawal(
            account_id=account_id, amount=amount, currency=currency, **(self.common() | more)
        )

    def transfer(
        self, source: str, destination: str, amount: int, currency: str = "EUR", **more: Any
    ) -> c.Transfer:
        return c.Transfer(
            source_account_id=source,
            destination_account_id=destination,
            amount=amount,
            currency=currency,
            **(self.common() | more),
        )

    def hold(
        self, account_id: str, amount: int, currency: str = "EUR", **more: Any
    ) -> c.HoldPlacement:
        return c.HoldPlacement(
            account_id=account_id, amount=amount, currency=currency, **(self.common() | more)
        )

    def capture(self, account_id: str, hold_id: str, amount: int | None = None) -> c.Capture:
        return c.Capture(account_id=account_id, hold_id=hold_id, amount=amount, **self.common())

    def void(self, account_id: str, hold_id: str) -> c.Void:
        return c.Void(account_id=account_id, hold_id=hold_id, **self.common())

    def expiry(self, account_id: str, hold_id: str) -> c.HoldExpiry:
        common = self.common(ids.hold_expiry_id(hold_id)) | {"fingerprint": ""}
        return c.HoldExpiry(account_id=account_id, hold_id=hold_id, **common)

    def reversal(self, account_id: str, reverses: str, amount: int | None = None) -> c.Reversal:
        return c.Reversal(account_id=account_id, reverses=reverses, amount=amount, **self.common())

    def freeze(
        self, account_id: str, direction: c.Direction = "both", *, by_operator: bool = False
    ) -> c.Freeze:
        return c.Freeze(
            account_id=account_id, direction=direction, by_operator=by_operator, **self.common()
        )

    def unfreeze(self, account_id: str, *, by_operator: bool = False) -> c.Unfreeze:
        return c.Unfreeze(account_id=account_id, by_operator=by_operator, **self.common())

    def close(self, account_id: str) -> c.Closing:
        return c.Closing(account_id=account_id, **self.common())

    def limits(self, account_id: str, **limits: Any) -> c.Limits:
        return c.Limits(account_id=account_id, **limits, **self.common())

    def resolution(
        self, account_id: str, parked_id: str, action: c.Resolution
    ) -> c.ParkedResolution:
        return c.ParkedResolution(
            account_id=account_id, parked_id=parked_id, action=action, note="why", **self.common()
        )
