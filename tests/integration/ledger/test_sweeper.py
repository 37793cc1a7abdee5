"""The sweeper publishes what a crash left, and lets holds expire, by the real brokers."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest
from confluent_kafka import Consumer, TopicPartition

from functions.rebuild import Source
from handlers.accepting.partitioning import Partitioning
from handlers.applying import sweeper
from handlers.applying.events import Outgoing, TracedOutgoing, encode_outbox
from handlers.applying.sweeper import Swept, sweep
from handlers.auditing.auditor import audit
from handlers.domain import ids
from handlers.platform.log_history import LogHistory
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.live import Live
from tests.integration.ledger.pooling import empty

pytestmark = pytest.mark.integration


@pytest.fixture
def live(database_url: str, source: Source) -> Iterator[Live]:
    empty(database_url)
    made = Live(database_url, source)
    # What these tests send goes by the real topic, which has a time of its own.
    made.ledger.publisher.now_ms = time.time_ns() // 1_000_000
    try:
        yield made
    finally:
        made.close()


def send(live: Live, ledger: Ledger) -> None:
    """Produce what was planned since the last time, and apply it."""
    live.produce([record for records in ledger.log.partitions for record in records])
    for records in ledger.log.partitions:
        records.clear()
    live.drain()


def opened(live: Live, client: Client, partition: int, balance: int) -> str:
    from handlers.domain import commands as c
    from handlers.domain.partitions import partition_of

    while True:
        common = client.common()
        account_id = ids.account_id_of(common["transaction_id"])
        if partition_of(account_id, live.source.partitions) == partition:
            break
    live.ledger.send(c.AccountOpening(account_id=account_id, currency="EUR", **common))
    live.ledger.send(client.deposit(account_id, balance))
    send(live, live.ledger)
    return account_id


def run(live: Live, outbox_age_s: float = 0) -> Swept:
    return sweep(
        live.ledger.shards,
        live.producer,
        commands_topic=live.source.topic,
        sending_by=Partitioning(
            live.ledger.database, live.source.topic, live.source.partitions
        ).sending_by,
        outbox_age_s=outbox_age_s,
    )


def test_a_left_outbox_is_published_in_order(live: Live) -> None:
    client = Client(live.ledger)
    here, there = opened(live, client, 0, 100), opened(live, client, 1, 100)
    live.is_publishing = False
    for amount in (1, 2, 3):
        live.ledger.send(client.transfer(here, there, amount))
        send(live, live.ledger)
    assert audit(live.ledger.shards).in_transit == {"EUR": 6}
    assert run(live, outbox_age_s=3600).published == 0

    swept = run(live)
    live.is_publishing = True
    live.drain()

    assert swept.published == 3
    amounts = live.ledger.rows(
        'select amount from ledger.transactions where leg = 2 order by posted_at, "offset"'
    )
    assert [row["amount"] for row in amounts] == [1, 2, 3]
    assert live.ledger.count("outbox") == 0
    assert live.ledger.balance(there) == 106
    report = audit(live.ledger.shards)
    assert report.is_sound
    assert not report.in_transit


def left_behind(live: Live, *messages: Outgoing) -> None:
    """Leave an outbox row, as a batch that died after its commit does."""
    live.ledger.execute(
        "insert into ledger.outbox (partition, messages) values (2, %s)",
        encode_outbox([*messages]).decode(),
    )


def with_a_due_hold(live: Live, client: Client, partition: int, stays: int = 1) -> str:
    """Open an account with a hold that stays and one of 30 that is over at once."""
    account_id = opened(live, client, partition, 100)
    live.ledger.send(
        client.hold(account_id, stays, expires_in_s=3600),
        client.hold(account_id, 30, expires_in_s=0),
    )
    send(live, live.ledger)
    assert live.ledger.account(account_id)["held"] == 30 + stays
    return account_id


def test_a_hold_whose_time_is_over_is_let_go(live: Live) -> None:
    client = Client(live.ledger)
    account_id = with_a_due_hold(live, client, 0, stays=40)

    assert run(live).holds == 1
    live.drain()

    assert live.ledger.account(account_id)["held"] == 40
    assert run(live).holds == 0
    kinds = live.ledger.rows("select status from ledger.transactions where kind = 'hold_expiry'")
    assert kinds == [{"status": "completed"}]
    assert audit(live.ledger.shards).is_sound


def test_an_account_is_asked_once_for_all_its_holds(live: Live) -> None:
    client = Client(live.ledger)
    account_id = opened(live, client, 0, 100)
    live.ledger.send(*(client.hold(account_id, 10, expires_in_s=0, rules=1) for _ in range(5)))
    send(live, live.ledger)

    assert run(live).holds == 1
    live.drain()

    assert live.ledger.account(account_id)["held"] == 0


def test_a_partition_that_lags_is_not_asked_again_before_it_has_applied_it(live: Live) -> None:
    client = Client(live.ledger)
    lagging, quick = with_a_due_hold(live, client, 0), with_a_due_hold(live, client, 1)
    assert run(live).holds == 2
    assert run(live).holds == 0

    live.drain()
    assert live.ledger.account(lagging)["held"] == live.ledger.account(quick)["held"] == 1
    with_a_due_hold(live, client, 0)
    assert run(live).holds == 1


def test_a_topic_that_was_made_anew_is_asked_again(live: Live) -> None:
    client = Client(live.ledger)
    with_a_due_hold(live, client, 0)
    live.ledger.execute(
        "insert into ledger.expiry_nudges (topic, partition, last_offset) values (%s, 0, 1000000)",
        live.source.topic,
    )
    assert run(live).holds == 0
    live.ledger.execute("update ledger.expiry_nudges set sent_at = sent_at - interval '2 hours'")
    assert run(live).holds == 1


def test_an_account_with_a_parked_queue_is_not_asked(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(live.ledger)
    stuck, free = with_a_due_hold(live, client, 0), with_a_due_hold(live, client, 1)
    live.ledger.log.append(0, stuck.encode(), b"garbage", 0)
    send(live, live.ledger)
    assert live.ledger.count("parked_commands") == 1
    # The stuck one's hold is due longest, and the batch has room for one.
    monkeypatch.setattr(sweeper, "MAX_NUDGES", 1)

    for _ in range(3):
        run(live)
        live.drain()

    assert live.ledger.count("parked_commands") == 1
    assert live.ledger.account(free)["held"] == 1
    assert live.ledger.account(stuck)["held"] == 31


def test_what_the_producer_refuses_stops_nothing(live: Live) -> None:
    client = Client(live.ledger)
    account_id = with_a_due_hold(live, client, 0)
    events = live.source.topic + ".events"
    small = msgspec.Raw(b'{"event_id":"small"}')
    large = msgspec.Raw(b'"' + b"x" * 2_000_000 + b'"')
    left_behind(live, Outgoing(events, 2, "a", large), Outgoing(events, 2, "a", small))

    swept = run(live)
    live.drain()

    assert not swept.failures
    assert (swept.published, swept.holds, swept.refused) == (0, 1, 1)
    assert live.ledger.count("outbox") == 0
    assert live.ledger.account(account_id)["held"] == 1
    published = LogHistory(live.source.brokers, events)
    try:
        assert [record.value for record in published.read(2, 0, 1000)][-1] == bytes(small)
    finally:
        published.close()


def test_a_message_that_the_sweeper_publishes_still_carries_its_trace(live: Live) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    events = live.source.topic + ".events"
    value = msgspec.Raw(b'{"event_id":"traced"}')
    left_behind(live, TracedOutgoing(events, 2, "a", value, traceparent))

    assert run(live).published == 1

    assert headers_of_last(live, events, 2) == [("traceparent", traceparent.encode())]


def headers_of_last(live: Live, topic: str, partition: int) -> list[tuple[str, bytes]]:
    """Return the headers of a partition's last record."""
    bootstrap = live.source.brokers.bootstrap
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "headers"})
    try:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=5)
        consumer.assign([TopicPartition(topic, partition, end - 1)])
        (message,) = consumer.consume(1, 10)
        return [*(message.headers() or ())]
    finally:
        consumer.close()


def test_a_partition_that_is_away_stops_neither_holds_nor_sessions(live: Live) -> None:
    client = Client(live.ledger)
    here, there = with_a_due_hold(live, client, 0), opened(live, client, 1, 10)
    lost = Outgoing(live.source.topic, 77, "key", msgspec.Raw(b"{}"))
    live.is_publishing = False
    live.ledger.send(client.transfer(here, there, 5))
    send(live, live.ledger)
    left_behind(live, lost)
    live.ledger.execute(
        "insert into ledger.users (user_id, email, name, password_hash, created_at)"
        " values (%s, 'a@b', 'n', '', now())",
        client.user_id[4:],
    )
    live.ledger.execute(
        "insert into ledger.sessions (token_hash, user_id, created_at, expires_at)"
        " values (sha256('token'), %s, now(), now() - interval '1 hour')",
        client.user_id[4:],
    )

    swept = run(live)
    live.is_publishing = True
    live.drain()

    assert list(swept.failures) == ["outbox"]
    assert f"{live.source.topic}-77" in swept.failures["outbox"]
    assert (swept.published, swept.awaited) == (1, 1)
    assert live.ledger.account(here)["held"] == 1
    assert live.ledger.balance(there) == 15
    assert live.ledger.count("sessions") == 0


def test_each_stage_runs_whatever_becomes_of_the_others(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(live.ledger)
    account_id = with_a_due_hold(live, client, 0)

    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sweeper, "load_left", fail)
    swept = run(live)
    live.drain()

    assert swept.failures == {"outbox": "ZeroDivisionError: a bug"}
    assert live.ledger.account(account_id)["held"] == 1


def test_how_full_the_ledgers_own_accounts_are_is_told(live: Live) -> None:
    client = Client(live.ledger)
    account_id = opened(live, client, 0, 2**52)
    assert 0 < run(live).fullness < 1
    live.ledger.execute(
        "update ledger.accounts set balance = -(2::numeric ^ 61)::bigint where kind = 'clearing'"
    )
    assert run(live).fullness == 50
    assert live.ledger.balance(account_id) == 2**52
