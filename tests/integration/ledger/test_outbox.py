"""What the log does not take keeps nobody else waiting, and is published in its order later."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from handlers.applying.events import Outgoing
from handlers.applying.outbox import BACKOFF, load_left, publish
from handlers.applying.publisher import Failure
from handlers.auditing.auditor import audit
from tests.integration.ledger.harness import COMMANDS, EVENTS, Client, Ledger, Loopback

pytestmark = pytest.mark.integration

TopicPartition = tuple[str, int]


class Faulty(Loopback):
    """A log of which some partitions are away, and which refuses some messages for good."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.log)
        self.away: set[TopicPartition] = set()
        self.refused = b"\x00"
        self.tried: list[TopicPartition] = []
        self.now_ms = ledger.publisher.now_ms

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        failures = []
        for place, message in enumerate(outgoing):
            target = (message.topic, message.partition)
            self.tried.append(target)
            if self.refused in bytes(message.value):
                failures.append(Failure(place, "too large", is_final=True))
            elif target in self.away:
                failures.append(Failure(place, "no leader", is_final=False))
            else:
                super().publish([message])
        return failures

    def amounts(self) -> list[int]:
        """Return the amounts of the events so far, in order."""
        events = [json.loads(bytes(one.value)) for one in self.events]
        return [event["transaction"]["amount"] for event in events]


@pytest.fixture
def faulty(ledger: Ledger) -> Faulty:
    made = Faulty(ledger)
    ledger.publisher = made
    ledger.writer = ledger.new_writer()
    return made


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def sweep_outbox(ledger: Ledger, faulty: Faulty) -> int:
    with ledger.database.connection() as connection:
        return publish(connection, faulty, load_left(connection, 0, ())).rows


def fall_due(ledger: Ledger) -> None:
    ledger.execute("update ledger.outbox_waits set next_attempt_at = now()")


def check_drained(ledger: Ledger) -> None:
    assert ledger.count("outbox") == 0
    assert ledger.count("outbox_waits") == 0
    report = audit(ledger.shards)
    assert report.is_sound, report.findings
    assert not report.in_transit


def test_a_partition_that_is_away_holds_up_no_other_and_is_not_tried_by_each_batch(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    here, away, there = client.open(0, balance=100), client.open(1), client.open(2)
    faulty.away = {(COMMANDS, 1)}
    faulty.tried.clear()

    for amount in (1, 2, 3):
        ledger.send(client.transfer(here, away, amount), client.transfer(here, there, amount))
        ledger.drain()

    assert ledger.balance(there) == 6
    assert faulty.tried.count((COMMANDS, 1)) == 1
    waits = ledger.rows(
        "select partition, to_topic, to_partition, attempts from ledger.outbox_waits"
    )
    assert waits == [{"partition": 0, "to_topic": COMMANDS, "to_partition": 1, "attempts": 1}]

    faulty.away = set()
    fall_due(ledger)
    ledger.send(client.transfer(here, away, 4))
    ledger.drain()

    moved = ledger.rows(
        "select amount from ledger.transactions where leg = 2 and account_id = %s"
        ' order by posted_at, "offset"',
        away[4:],
    )
    assert [row["amount"] for row in moved] == [1, 2, 3, 4]
    check_drained(ledger)


def test_what_waits_is_published_once_and_in_order_by_the_sweeper(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    faulty.away = {(EVENTS, 0)}
    faulty.events.clear()
    for amount in (1, 2, 3):
        ledger.do(client.deposit(account_id, amount))
    assert sweep_outbox(ledger, faulty) == 0
    fall_due(ledger)
    assert sweep_outbox(ledger, faulty) == 0
    assert faulty.amounts() == []

    faulty.away = set()
    fall_due(ledger)
    assert sweep_outbox(ledger, faulty) == 3

    assert faulty.amounts() == [1, 2, 3]
    check_drained(ledger)


def test_batches_try_a_partition_that_stays_away_a_few_times_only(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    faulty.away = {(EVENTS, 0)}
    faulty.tried.clear()
    for amount in range(1, 9):
        ledger.do(client.deposit(account_id, amount))
        fall_due(ledger)
    (wait,) = ledger.rows("select attempts, held from ledger.outbox_waits")
    assert wait == {"attempts": 3, "held": 8}
    assert faulty.tried == [(EVENTS, 0)] * (1 + 2 + 3)


def test_the_backoff_of_what_the_log_does_not_take_grows_to_its_bound(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    faulty.away = {(EVENTS, 0)}
    ledger.do(client.deposit(account_id, 1))
    backoffs = []
    for _ in range(8):
        (row,) = ledger.rows(
            "select round(extract(epoch from next_attempt_at - now()))::int as backoff_s"
            " from ledger.outbox_waits"
        )
        backoffs.append(row["backoff_s"])
        fall_due(ledger)
        sweep_outbox(ledger, faulty)
    assert backoffs == [BACKOFF.after(failures) for failures in range(1, 9)]
    assert backoffs[-1] == BACKOFF.last_s


def test_what_is_refused_for_good_is_kept_and_holds_up_nothing(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    faulty.events.clear()
    faulty.refused = b'"amount":2,'
    ledger.send(*(client.deposit(account_id, amount) for amount in (1, 2, 3)))
    ledger.drain()

    assert faulty.amounts() == [1, 3]
    (kept,) = ledger.rows("select to_topic, to_partition, value, error from ledger.outbox_refused")
    assert (kept["to_topic"], kept["to_partition"], kept["error"]) == (EVENTS, 0, "too large")
    assert json.loads(bytes(kept["value"]))["transaction"]["amount"] == 2
    check_drained(ledger)


def test_what_is_refused_among_what_waits_goes_and_the_rest_keeps_its_place(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    faulty.events.clear()
    faulty.away = {(EVENTS, 0)}
    ledger.send(*(client.deposit(account_id, amount) for amount in (1, 2, 3)))
    ledger.drain()
    ledger.do(client.deposit(account_id, 4))

    faulty.refused = b'"amount":2,'
    fall_due(ledger)
    assert sweep_outbox(ledger, faulty) == 0
    assert ledger.count("outbox_refused") == 1

    faulty.away = set()
    fall_due(ledger)
    assert sweep_outbox(ledger, faulty) == 2
    assert faulty.amounts() == [1, 3, 4]
    assert ledger.count("outbox_refused") == 1
    check_drained(ledger)


def test_a_row_that_cannot_be_read_is_kept_aside(
    ledger: Ledger, faulty: Faulty, client: Client
) -> None:
    account_id = client.open(0)
    ledger.execute("insert into ledger.outbox (partition, messages) values (0, 'no list')")
    ledger.do(client.deposit(account_id, 5))
    (kept,) = ledger.rows("select to_topic, value from ledger.outbox_refused")
    assert kept == {"to_topic": None, "value": b"no list"}
    check_drained(ledger)


def test_a_publisher_that_fails_unforeseen_fails_no_batch(
    ledger: Ledger, faulty: Faulty, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = client.open(0)
    with monkeypatch.context() as patched:
        patched.setattr(faulty, "publish", lambda outgoing: [][1])
        assert ledger.do(client.deposit(account_id, 5))["status"] == "completed"
    assert ledger.count("outbox") == 1
    ledger.do(client.deposit(account_id, 6))
    check_drained(ledger)


def test_more_than_a_batch_takes_along_stays_before_what_is_new(
    ledger: Ledger, faulty: Faulty, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.applying.outbox.BATCH_ROWS", 2)
    account_id = client.open(0)
    faulty.events.clear()
    faulty.away = {(EVENTS, 0)}
    for amount in range(1, 6):
        ledger.do(client.deposit(account_id, amount))
    faulty.away = set()
    for amount in range(6, 10):
        fall_due(ledger)
        ledger.do(client.deposit(account_id, amount))
    while sweep_outbox(ledger, faulty):
        pass
    assert faulty.amounts() == list(range(1, 10))
    check_drained(ledger)
