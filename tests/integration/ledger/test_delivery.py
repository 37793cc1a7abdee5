"""What arrives twice, in other batches, or at two writers at once takes effect once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random

import psycopg
import pytest

from handlers.applying.writer import Applied
from handlers.domain import ids
from handlers.domain.state import Record
from handlers.platform.errors import Unavailable
from tests.integration.ledger.harness import COMMANDS, Client, Ledger
from tests.integration.ledger.scenario import play
from tests.integration.ledger.test_commands import check

pytestmark = pytest.mark.integration

WAIT_LIMIT_S = 20.0


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def all_at_once(*works: Callable[[], Applied]) -> list[Applied]:
    """Run each in a thread of its own, started together; a failure of any is raised."""
    barrier = threading.Barrier(len(works))
    results: list[Applied] = []
    errors: list[BaseException] = []

    def run(work: Callable[[], Applied]) -> None:
        try:
            barrier.wait(WAIT_LIMIT_S)
            results.append(work())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_LIMIT_S)
        assert not thread.is_alive(), "a writer hangs"
    if errors:
        raise errors[0]
    return results


def test_batches_cut_anywhere_and_redelivered_with_other_cuts_apply_once(ledger: Ledger) -> None:
    play(ledger)
    ledger.drain()
    before = ledger.rows(
        "select account_id, balance, version, hash from ledger.accounts order by 1"
    )
    random = Random(1)

    for size in (1, 2, 3, 5, 8, 1000):
        for partition in (0, 1):
            records = ledger.log.partitions[partition]
            start = random.randrange(len(records))
            while start < len(records):
                applied = ledger.writer.apply(records[start : start + size])
                assert applied.completed + applied.rejected + applied.pending == 0
                start += size

    assert before == ledger.rows(
        "select account_id, balance, version, hash from ledger.accounts order by 1"
    )
    check(ledger)


def test_a_redelivery_that_goes_on_past_what_is_applied(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.send(*(client.deposit(account_id, 10) for _ in range(10)))
    ledger.apply(0, 4)

    applied = ledger.writer.apply(ledger.log.partitions[0])

    assert applied.completed == 6
    assert ledger.balance(account_id) == 100


def test_duplicates_inside_one_batch_apply_once(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    deposit = client.deposit(account_id, 10)
    ledger.send(deposit, deposit, client.deposit(account_id, 1), deposit)

    applied = ledger.drain()

    assert (applied.completed, applied.duplicates) == (2, 2)
    assert ledger.balance(account_id) == 11


def test_two_writers_of_one_partition_apply_a_batch_once(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.send(*(client.deposit(account_id, 1) for _ in range(50)))
    records = ledger.waiting(0)

    results = all_at_once(*(lambda: ledger.new_writer().apply(records) for _ in range(4)))

    assert sorted(result.completed for result in results) == [0, 0, 0, 50]
    assert ledger.balance(account_id) == 50
    check(ledger)


def test_a_zombie_waits_on_the_lock_and_then_finds_its_work_done(
    ledger: Ledger, client: Client, database_url: str
) -> None:
    account_id = client.open(0)
    ledger.send(*(client.deposit(account_id, 1) for _ in range(5)))
    zombies_batch = ledger.waiting(0)
    zombie: list[Applied] = []
    with psycopg.connect(database_url, prepare_threshold=None) as holder:
        holder.execute(
            "select from ledger.partition_progress where topic = %s and partition = 0 for update",
            (COMMANDS,),
        )
        thread = threading.Thread(
            target=lambda: zombie.append(ledger.new_writer().apply(zombies_batch))
        )
        thread.start()
        ledger_is_waited_for(ledger)
        assert ledger.balance(account_id) == 0
        assert not zombie
    # Now both the zombie and its successor, who has more, go for it.
    ledger.send(client.deposit(account_id, 10))
    ledger.drain()
    thread.join(WAIT_LIMIT_S)

    assert not thread.is_alive()
    assert ledger.balance(account_id) == 15
    check(ledger)


def ledger_is_waited_for(ledger: Ledger) -> None:
    """Wait until a writer waits for a partition's lock."""
    for _ in range(2000):
        waiting = ledger.rows(
            "select count(*) from pg_locks where not granted and database ="
            " (select oid from pg_database where datname = current_database())"
            " or not granted and locktype = 'transactionid'"
        )
        if waiting[0]["count"]:
            return
        threading.Event().wait(0.005)
    raise AssertionError("no writer waits for the lock")


def test_a_key_used_for_another_request_is_a_conflict(ledger: Ledger, client: Client) -> None:
    one, other = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "key")
    first = client.deposit(one, 5, transaction_id=key)
    ledger.do(first)

    ledger.send(
        first,
        client.deposit(one, 6, transaction_id=key, fingerprint="another body"),
        client.deposit(other, 5, transaction_id=key, fingerprint="another account"),
    )
    applied = ledger.drain()

    assert (applied.duplicates, applied.conflicts, applied.completed) == (1, 2, 0)
    assert (ledger.balance(one), ledger.balance(other)) == (5, 0)
    assert ledger.count("conflicts") == 2
    check(ledger)


def test_a_key_used_at_once_on_two_partitions_applies_once(ledger: Ledger, client: Client) -> None:
    """The slower of two partitions finds the id taken between its look and its write."""
    accounts = [client.open(0), client.open(1)]
    for number in range(15):
        key = ids.keyed_transaction_id(client.user_id, f"key-{number}")
        for account_id in accounts:
            ledger.send(
                client.deposit(account_id, 1, transaction_id=key, fingerprint=account_id[4:])
            )
        batches = [ledger.waiting(0), ledger.waiting(1)]

        results = all_at_once(
            *(lambda batch=batch: ledger.new_writer().apply(batch) for batch in batches)
        )

        assert sum(result.completed for result in results) == 1
        assert sum(result.conflicts for result in results) == 1
        for partition, batch in enumerate(batches):
            ledger.applied[partition] += len(batch)

    assert sum(ledger.balance(account_id) for account_id in accounts) == 15
    assert ledger.count("conflicts") == 15


def test_a_lost_race_is_run_again_and_finds_the_id_taken(
    ledger: Ledger, client: Client, database_url: str
) -> None:
    """As above, with the other partition held between its insert and its commit."""
    mine, other = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "key")
    ledger.do(client.deposit(other, 5))
    ledger.send(client.deposit(mine, 7, transaction_id=key, fingerprint="mine"))
    records, results = ledger.waiting(0), []
    with psycopg.connect(database_url, prepare_threshold=None) as connection:
        connection.execute(
            "insert into ledger.transactions (transaction_id, leg, kind, status, account_id,"
            ' fingerprint, partition, "offset", requested_at, posted_at, completed_at)'
            " select %s, 1, kind, status, account_id, 'other', partition, \"offset\","
            " requested_at, posted_at, completed_at"
            " from ledger.transactions where account_id = %s and kind = 'deposit'",
            (key[4:], other[4:]),
        )
        thread = threading.Thread(target=lambda: results.append(ledger.writer.apply(records)))
        thread.start()
        ledger_is_waited_for(ledger)
    thread.join(WAIT_LIMIT_S)

    assert [(result.completed, result.conflicts) for result in results] == [(0, 1)]
    assert ledger.balance(mine) == 0


def test_a_database_that_is_away_is_unavailable_and_nothing_is_lost(
    ledger: Ledger, client: Client, admin_url: str
) -> None:
    account_id = client.open(0)
    ledger.send(client.deposit(account_id, 5))
    name = ledger.rows("select current_database() as name")[0]["name"]
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        )
    for _ in range(10):
        try:
            ledger.apply(0)
            break
        except Unavailable:
            continue

    assert ledger.balance(account_id) == 5
    check(ledger)


# -- the outbox -------------------------------------------------------------------------------


def test_what_was_not_published_goes_with_the_next_batch(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=100), client.open(1)
    ledger.publisher.is_down = True
    ledger.send(client.transfer(source, destination, 30))
    ledger.apply(0)
    assert ledger.count("outbox") == 1
    assert ledger.waiting(1) == []

    ledger.publisher.is_down = False
    ledger.send(client.deposit(source, 1))
    ledger.drain()

    assert ledger.count("outbox") == 0
    assert (ledger.balance(source), ledger.balance(destination)) == (71, 30)
    check(ledger)


def test_an_outbox_row_that_was_published_may_be_published_again(
    ledger: Ledger, client: Client
) -> None:
    source, destination = client.open(0, balance=100), client.open(1)
    ledger.do(client.transfer(source, destination, 30))

    for records in ledger.log.partitions:
        for record in list(records):
            ledger.put(record.key, record.value, record.partition)
    ledger.drain()

    assert (ledger.balance(source), ledger.balance(destination)) == (70, 30)
    check(ledger)


# -- the topic --------------------------------------------------------------------------------


def test_missing_offsets_raise_an_alarm_and_do_not_stop_the_partition(
    ledger: Ledger, client: Client
) -> None:
    account_id = client.open(0)
    ledger.send(*(client.deposit(account_id, 1) for _ in range(6)))
    records = ledger.waiting(0)

    applied = ledger.writer.apply(records[4:])

    assert (applied.gap, applied.completed) == (4, 2)
    assert ledger.writer.apply(records).gap == 0


def test_what_was_not_delivered_is_read_from_the_log_in_its_order(
    ledger: Ledger, client: Client
) -> None:
    account_id = client.open(0)
    ledger.send(client.deposit(account_id, 5), client.withdrawal(account_id, 5))
    ledger.send(*(client.deposit(account_id, 1) for _ in range(6)))
    records = ledger.waiting(0)
    ledger.topic.held[0] = records

    # Skipped at the front, which the withdrawal needs to be paid, and in the middle.
    applied = ledger.writer.apply([records[1], records[2], records[5], records[7]])

    assert (applied.gap, applied.recovered) == (0, 4)
    assert (applied.completed, applied.rejected) == (8, 0)
    assert ledger.balance(account_id) == 6
    redelivered = ledger.writer.apply(records)
    assert (redelivered.duplicates, redelivered.completed) == (8, 0)


def test_a_topic_that_was_made_anew_starts_at_offset_0(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.do(client.deposit(account_id, 5))
    old = list(ledger.log.partitions[0])
    ledger.topic.id = "second"
    ledger.log.partitions[0].clear()
    ledger.applied[0] = 0

    # Among new commands a client's retry of an old one.
    ledger.put(old[-1].key, old[-1].value, 0)
    ledger.send(client.deposit(account_id, 7))
    applied = ledger.drain()

    assert (applied.completed, applied.duplicates, applied.gap) == (1, 1, 0)
    assert ledger.balance(account_id) == 12
    (progress,) = ledger.rows("select * from ledger.partition_progress where partition = 0")
    assert (progress["incarnation"], progress["next_offset"]) == ("second", 2)


def test_progress_never_runs_back(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.send(*(client.deposit(account_id, 1) for _ in range(6)))
    records: list[Record] = ledger.waiting(0)
    ledger.drain()
    end = len(ledger.log.partitions[0])

    ledger.writer.apply(records[:2])

    (progress,) = ledger.rows("select * from ledger.partition_progress where partition = 0")
    assert progress["next_offset"] == end


def test_time_never_runs_back(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.do(client.deposit(account_id, 1))
    ledger.tick(-3600)
    ledger.do(client.deposit(account_id, 1))

    times = ledger.rows("select posted_at from ledger.postings order by credit_version")
    assert times[0] == times[1]
    check(ledger)
