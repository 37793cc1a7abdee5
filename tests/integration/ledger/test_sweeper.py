"""The sweeper publishes what a crash left, and lets holds expire, by the real brokers."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from functions.rebuild import Source
from handlers.audit.running import audit
from handlers.domain import ids
from handlers.ledger.sweeping import Swept, sweep
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
    from handlers.domain.lanes import partition_of

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
        live.ledger.database,
        live.producer,
        commands_topic=live.source.topic,
        partitions=live.source.partitions,
        outbox_age_s=outbox_age_s,
    )


def test_a_left_outbox_is_published_in_order(live: Live) -> None:
    client = Client(live.ledger)
    here, there = opened(live, client, 0, 100), opened(live, client, 1, 100)
    live.is_publishing = False
    for amount in (1, 2, 3):
        live.ledger.send(client.transfer(here, there, amount))
        send(live, live.ledger)
    assert audit(live.ledger.database).in_transit == {"EUR": 6}
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
    report = audit(live.ledger.database)
    assert report.is_sound
    assert not report.in_transit


def test_a_hold_whose_time_is_over_is_let_go(live: Live) -> None:
    client = Client(live.ledger)
    account_id = opened(live, client, 0, 100)
    live.ledger.send(
        client.hold(account_id, 40, expires_in_s=3600), client.hold(account_id, 30, expires_in_s=0)
    )
    send(live, live.ledger)
    assert live.ledger.account(account_id)["held"] == 70

    swept = [run(live).holds, run(live).holds]
    live.drain()

    assert swept == [1, 1]
    assert live.ledger.account(account_id)["held"] == 40
    assert run(live).holds == 0
    kinds = live.ledger.rows("select status from ledger.transactions where kind = 'hold_expiry'")
    assert kinds == [{"status": "completed"}]
    assert audit(live.ledger.database).is_sound
