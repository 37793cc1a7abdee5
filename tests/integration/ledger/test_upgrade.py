"""A ledger and a log of the revision before go on under this one, and both tell the same story.

``yesterday/`` was recorded by `tests.integration.ledger.recording` on the last revision by whose
rules (version 1) it was decided; it is in the middle of its work.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from functions.rebuild import Source, check
from handlers.accepting.partitioning import Partitioning
from handlers.applying.sweeper import sweep
from handlers.applying.topic_directory import TopicDirectory
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.state import Record
from handlers.platform.kafka_config import Brokers
from tests.integration.ledger.harness import COMMANDS, EVENTS, Client
from tests.integration.ledger.live import Live
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.support.aws_rights import migrate_as_on_aws

pytestmark = pytest.mark.integration

#: The count to which the log grew while it was recorded.
GROWN = 4
YESTERDAY = Path(__file__).parent / "yesterday"
#: The time of its records is long ago.
FOR_EVER = {"retention.ms": "-1"}


def value_of(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)


@pytest.fixture
def source() -> Iterator[Source]:
    """Make a topic with yesterday's records, at their places and times."""
    bootstrap = os.environ.get("LEDGERLANE_KAFKA")
    if bootstrap is None:
        pytest.skip('needs services: run `make test`, or `make up` and eval "$(make -s env)"')
    topic = f"test.upgrade.{secrets.token_hex(4)}"
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 2})
    topics = [topic, topic + ".events"]
    new = [NewTopic(name, GROWN, 1, config=FOR_EVER) for name in topics]
    for made in admin.create_topics(new).values():
        made.result(timeout=20)
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for line in (YESTERDAY / "log.jsonl").read_text().splitlines():
        record = json.loads(line)
        producer.produce(
            topic,
            value_of(record["value"]),
            value_of(record["key"]),
            record["partition"],
            timestamp=record["timestamp_ms"],
        )
    assert producer.flush(30) == 0
    yield Source(Brokers(bootstrap), topic, GROWN)
    for gone in admin.delete_topics(topics).values():
        gone.result(timeout=20)


@pytest.fixture
def live(admin_url: str, role: str, pooler_port: int, source: Source) -> Iterator[Live]:
    """Yesterday's database, migrated, with today's writer where yesterday's had come to."""
    dump = (YESTERDAY / "ledger.sql").read_text()
    dump = dump.replace(COMMANDS, source.topic).replace(EVENTS, source.topic + ".events")
    with scratch_database(admin_url) as name:
        with psycopg.connect(url_of(admin_url, name), autocommit=True) as connection:
            connection.execute(dump.encode())
            connection.execute(
                "update ledger.partition_progress set incarnation = %s",
                [TopicDirectory(source.brokers).incarnation(source.topic, refresh=True)],
            )
        migrate_as_on_aws(url_of(admin_url, name), role)
        made = Live(url_of(admin_url, name, pooler_port), source)
        rows = made.ledger.rows("select partition, next_offset from ledger.partition_progress")
        for row in rows:
            made.next_offset[row["partition"]] = row["next_offset"]
        try:
            yield made
        finally:
            made.close()


def check_same(live: Live, admin_url: str) -> None:
    report = audit(live.ledger.shards, slice_size=7)
    assert report.findings == ()
    _, difference = check(live.source, [live.url], admin_url)
    assert difference is None, difference


def pending(live: Live) -> set[str]:
    rows = live.ledger.rows(
        "select transaction_id from ledger.transactions where status = 'pending' and leg = 1"
    )
    return {"txn_" + row["transaction_id"].hex for row in rows}


def waiting(live: Live) -> set[str]:
    """Return the moves whose end is in a parked queue."""
    rows = live.ledger.rows("select value from ledger.parked_commands where status = 'parked'")
    return {
        command.transaction_id
        for row in rows
        if row["value"] and b'"settlement"' in row["value"]
        for command in [c.decode(row["value"])]
    }


def test_what_yesterday_left_is_the_same_ledger_today(live: Live, admin_url: str) -> None:
    check_same(live, admin_url)


def test_what_was_under_way_comes_to_its_end(live: Live, admin_url: str) -> None:
    before = pending(live)
    assert len(before - waiting(live)) >= 5
    assert live.ledger.count("outbox") >= 2

    # The second time for a hold that is placed by a command which nothing had looked at.
    for _ in range(2):
        sweep(
            live.ledger.shards,
            live.producer,
            commands_topic=live.source.topic,
            sending_by=Partitioning(live.ledger.database, live.source.topic, GROWN).sending_by,
            outbox_age_s=0,
        )
        live.drain()

    assert live.ledger.count("outbox") == 0
    assert pending(live) == waiting(live)
    ended = live.ledger.rows(
        "select kind, status, reason from ledger.transactions where leg = 1"
        " and transaction_id = any(%s::uuid[])",
        [transaction_id[4:] for transaction_id in before - waiting(live)],
    )
    reasons = {row["reason"] for row in ended}
    assert reasons >= {None, "account_frozen", "currency_mismatch"}
    assert not live.ledger.rows(
        "select 1 from ledger.holds where status = 'open' and expires_at < now() and account_id"
        " not in (select account_id from ledger.parked_commands"
        " where status = 'parked' and account_id is not null)"
    )
    check_same(live, admin_url)


def test_yesterdays_queues_are_worked_off_and_nothing_is_left_in_transit(
    live: Live, admin_url: str
) -> None:
    client = Client(live.ledger)
    live.drain()
    for _ in range(20):
        heads = live.ledger.rows(
            "select parked_id, account_id, coalesce(lane, partition) as worked_on"
            " from ledger.parked_commands where status = 'parked' and not is_behind"
        )
        if not heads:
            break
        for head in heads:
            account_id = "acc_" + head["account_id"].hex if head["account_id"] else ""
            resolution = client.resolution(account_id, "prk_" + head["parked_id"].hex, "discard")
            send_to(live, head["worked_on"], resolution)
        live.drain()

    assert not live.ledger.rows("select 1 from ledger.parked_commands where status = 'parked'")
    assert pending(live) == set()
    report = audit(live.ledger.shards)
    assert not report.in_transit
    check_same(live, admin_url)


def test_yesterdays_accounts_are_used_by_todays_rules(live: Live, admin_url: str) -> None:
    live.drain()
    (row,) = live.ledger.rows(
        "select account_id, partition, user_id from ledger.accounts"
        " where kind = 'customer' and balance > 50000 order by account_id limit 1"
    )
    client = Client(live.ledger, "usr_" + row["user_id"].hex)
    account_id = "acc_" + row["account_id"].hex
    hold = client.hold(account_id, 9, expires_in_s=1)
    other = next(
        "acc_" + one["account_id"].hex
        for one in live.ledger.rows(
            "select account_id from ledger.accounts where kind = 'customer' and partition <> %s"
            " and currency = 'EUR' and frozen_by_owner = 2",
            row["partition"],
        )
    )
    captured = client.hold(account_id, 8, destination_account_id=other)
    capture = client.capture(account_id, ids.hold_id_of(captured.transaction_id))
    for command in (hold, captured, capture):
        send_to(live, row["partition"], command)
        live.drain()

    assert live.ledger.transaction(capture.transaction_id)["reason"] == "account_frozen"
    (left,) = live.ledger.rows(
        "select status from ledger.holds where hold_id = %s",
        ids.hold_id_of(captured.transaction_id)[4:],
    )
    assert left["status"] == "open", "a refused capture changes nothing"
    check_same(live, admin_url)


def send_to(live: Live, partition: int, command: c.AnyCommand) -> None:
    key = c.account_of(command).encode()
    live.produce([Record(partition, 0, 0, key, c.encode(command))])
