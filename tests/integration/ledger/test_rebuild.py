"""The log alone, replayed into an empty database, gives the same ledger, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from functions import rebuild as command
from functions.rebuild import CannotTell, Source, check, restore
from handlers.auditing.auditor import audit
from handlers.auditing.comparison import first_difference
from handlers.domain.state import Record
from handlers.platform.log_history import LogIncomplete
from tests.integration.ledger.harness import PARTITIONS, Client, Ledger
from tests.integration.ledger.live import Live
from tests.integration.ledger.pooling import empty, scratch_database, url_of
from tests.integration.ledger.scenario import play

pytestmark = pytest.mark.integration


@pytest.fixture
def live(database_url: str, source: Source) -> Iterator[Live]:
    """A ledger that has seen everything, applied from the topic."""
    empty(database_url)
    planned = Ledger(database_url)
    play(planned)
    planned.drain()
    garbage = Client(planned).open(2)
    planned.put(garbage.encode(), b"garbage", 2)
    planned.send(Client(planned).deposit(garbage, 1, description="\x00"))
    # What clients asked for, without what the ledger sent to itself: it does so again.
    own = {bytes(message.value) for message in planned.publisher.sent}
    asked = [r for records in planned.log.partitions for r in records if r.value not in own]
    planned.close()
    empty(database_url)
    made = Live(database_url, source)
    made.produce(asked)
    made.drain()
    try:
        yield made
    finally:
        made.close()


def test_the_rebuilt_ledger_is_the_live_one(live: Live, admin_url: str) -> None:
    applied, difference = check(live.source, [live.url], admin_url)

    assert difference is None
    assert applied.completed > 20
    assert applied.parked == 2


def test_the_live_ledger_may_lag_behind_its_log(live: Live, admin_url: str) -> None:
    client = Client(live.ledger)
    live.produce([Record(0, 0, 0, b"", b"not applied yet")])
    planned = Ledger(live.url)
    planned.send(client.deposit(client.common()["transaction_id"].replace("txn_", "acc_"), 5))
    live.produce([record for records in planned.log.partitions for record in records])
    planned.close()

    _, difference = check(live.source, [live.url], admin_url)

    assert difference is None


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "update ledger.accounts set balance = balance + 1 where account_id ="
            " (select max(credit_account_id::text)::uuid from ledger.postings)",
            "balance is",
        ),
        (
            "update ledger.postings set credit_hash = sha256('forged') where credit_version = 2",
            "credit_hash is",
        ),
        (
            "update ledger.transactions set description = 'forged' where kind = 'deposit'",
            "description is 'forged', rebuilt None",
        ),
        ("delete from ledger.holds", "is only in the rebuilt ledger"),
        (
            "insert into ledger.conflicts select gen_random_uuid(), 0, 0, '', null, now(), now()",
            "is only in the live ledger",
        ),
        ("update ledger.partition_progress set clock = clock + interval '1 us'", "clock is"),
        (
            "update ledger.partition_progress set next_offset = 1 where partition = 1",
            "partition_progress test.commands 000001: next_offset is",
        ),
        ("update ledger.partition_progress set has_parked = not has_parked", "has_parked is"),
        ("update ledger.partition_progress set partitions = 4", "partitions is 4, rebuilt 3"),
        ("update ledger.partition_progress set growing_to = 4", "growing_to is 4, rebuilt None"),
    ],
)
def test_the_first_difference_is_named(ledger: Ledger, statement: str, says: str) -> None:
    play(ledger)
    with (
        psycopg.connect(ledger.url, prepare_threshold=None) as forged,
        psycopg.connect(ledger.url, prepare_threshold=None) as rebuilt,
    ):
        assert first_difference([forged], rebuilt) is None
        # Never committed, so that only the one of them sees it.
        assert forged.execute(statement.encode()).rowcount > 0

        difference = first_difference([forged], rebuilt)

        forged.rollback()
    assert difference is not None
    assert says in str(difference)


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.partition_progress set updated_at = updated_at - interval '1 day'",
        "update ledger.partition_progress set partitions = null where partition = 1",
        "insert into ledger.partition_progress"
        " (topic, partition, incarnation, next_offset, clock, partitions)"
        " values ('test.commands', 7, '', 0, 'epoch', 3)",
    ],
)
def test_what_does_not_follow_from_the_log_is_no_difference(ledger: Ledger, statement: str) -> None:
    play(ledger)
    with (
        psycopg.connect(ledger.url, prepare_threshold=None) as other,
        psycopg.connect(ledger.url, prepare_threshold=None) as rebuilt,
    ):
        assert other.execute(statement.encode()).rowcount > 0

        assert first_difference([other], rebuilt) is None

        other.rollback()


def test_a_ledger_of_another_topic_cannot_be_judged(live: Live, admin_url: str) -> None:
    live.ledger.execute("update ledger.partition_progress set incarnation = 'an earlier one'")

    with pytest.raises(LogIncomplete, match="was recreated"):
        check(live.source, [live.url], admin_url)


def test_restore_fills_an_empty_database_and_sends_on_what_a_crash_kept(
    live: Live, admin_url: str, pooler_port: int, template: str
) -> None:
    client = Client(live.ledger)
    planned = Ledger(live.url)
    here, there = (
        str(row["id"])
        for row in live.ledger.rows(
            "select distinct on (partition) 'acc_' || replace(account_id::text, '-', '') as id"
            " from ledger.accounts where kind = 'customer' and partition in (0, 1)"
            " and frozen_by_owner = 0 and balance > 1000 order by partition, account_id"
        )
    )
    planned.send(client.transfer(here, there, 11))
    live.produce([record for records in planned.log.partitions for record in records])
    planned.close()
    # The batch commits, its second leg never reaches the log, and then the database is lost.
    live.is_publishing = False
    live.drain()
    assert live.ledger.count("outbox") == 1

    with scratch_database(admin_url, template) as name:
        url, owner_url = url_of(admin_url, name, pooler_port), url_of(admin_url, name)
        restore(live.source, owner_url)
        with pytest.raises(CannotTell):
            restore(live.source, owner_url)
        restored = Live(url, live.source)
        assert audit(restored.ledger.shards).in_transit == {"EUR": 11}

        restored.drain()

        report = audit(restored.ledger.shards)
        assert report.is_sound
        assert not report.in_transit
        restored.close()


def test_the_command_says_how_it_went(
    live: Live, admin_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMANDS_TOPIC", live.source.topic)
    arguments = [
        "check",
        f"--database-url={live.url}",
        f"--admin-url={admin_url}",
        f"--kafka={live.source.brokers.bootstrap}",
        f"--partitions={PARTITIONS}",
    ]

    assert command.main(arguments) == command.SAME
    assert "byte for byte" in capsys.readouterr().out

    live.ledger.execute("update ledger.accounts set name = 'forged' where kind = 'customer'")
    assert command.main(arguments) == command.DIFFERENT
    assert "THE LEDGERS DIFFER, first at accounts acc_" in capsys.readouterr().out
