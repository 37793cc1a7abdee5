"""What an account had at a time: its version, its balance, and the entries of a period."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import psycopg
import pytest

from handlers.domain.ids import digits
from handlers.platform.clock import from_us, rfc3339
from handlers.platform.redis import Cache
from handlers.reading.accounts import Accounts
from handlers.reading.entries import LAST_VERSION, Entries
from handlers.sharding.shards import Shards
from tests.integration.ledger.busy import Busy, keep_busy
from tests.integration.ledger.harness import COMMANDS, START_MS, Client, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of

pytestmark = pytest.mark.integration

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
PERIODS = 150

_ENTRIES = """
select 'acc_' || encode(uuid_send(account_id), 'hex'), version, amount, balance_after, posted_at
from (
    select credit_account_id as account_id, credit_version as version, amount,
           credit_balance_after as balance_after, posted_at
    from ledger.postings
    union all
    select debit_account_id, debit_version, -amount, debit_balance_after, posted_at
    from ledger.postings
) sides
order by version
"""
_CAPTURES = """
select l.hold_id, l.amount, l.posted_at, back.posted_at as back_at
from ledger.legs l
left join ledger.legs back on back.transaction_id = l.transaction_id and back.leg = 3
where l.kind = 'capture' and l.leg = 1 and l.debit_account_id is not null
"""
_VERSIONS_AT = """
select ledger.version_at(%s::uuid, moment) from unnest(%s::timestamptz[]) as moment
"""


class Entry(NamedTuple):
    version: int
    amount: int
    balance_after: int
    posted_at: datetime


class History(NamedTuple):
    """A busy ledger and every entry in it, by account, in the order of the versions."""

    busy: Busy
    entries: dict[str, list[Entry]]

    @property
    def database(self) -> Any:
        return self.busy.ledger.database

    def version_at(self, account_id: str, moment: datetime) -> int:
        """Return what the version at a time must be, found without halving."""
        return max(
            (one.version for one in self.entries[account_id] if one.posted_at <= moment), default=0
        )

    def moments(self, account_id: str) -> list[datetime]:
        """Return moments before, at, just beside, between and after an account's entries."""
        times = sorted({one.posted_at for one in self.entries[account_id]})
        around = [
            moment + step for moment in times for step in (-MICROSECOND, 0 * DAY, MICROSECOND)
        ]
        between = [one + (other - one) / 2 for one, other in pairwise(times)]
        first, last = (times[0], times[-1]) if times else 2 * (from_us(START_MS * 1000),)
        return [first - 10_000 * DAY, *around, *between, last + 100 * DAY]


def held_of(hold: dict[str, Any], captures: list[dict[str, Any]], moment: datetime) -> int:
    """Return what a hold that never expires kept of an account's money at a time."""
    if hold["opened_at"] > moment or (hold["closed_at"] and hold["closed_at"] <= moment):
        return 0
    under_way = sum(
        capture["amount"]
        for capture in captures
        if capture["hold_id"] == hold["hold_id"]
        and capture["posted_at"] <= moment
        and (capture["back_at"] is None or capture["back_at"] > moment)
    )
    return int(hold["amount"] - under_way)


def entries_of(ledger: Ledger) -> dict[str, list[Entry]]:
    accounts = ledger.rows(
        "select 'acc_' || encode(uuid_send(account_id), 'hex') as id from ledger.accounts"
    )
    found: dict[str, list[Entry]] = {row["id"]: [] for row in accounts}
    with ledger.database.connection() as connection:
        for account_id, *entry in connection.execute(_ENTRIES):
            found[account_id].append(Entry(*entry))
    return found


def versions_at(
    connection: psycopg.Connection[Any], account_id: str, moments: Sequence[datetime]
) -> list[int]:
    rows = connection.execute(_VERSIONS_AT, (digits(account_id), list(moments))).fetchall()
    return [version for (version,) in rows]


@pytest.fixture(scope="module")
def history(admin_url: str, pooler_port: int, template: str) -> Iterator[History]:
    with scratch_database(admin_url, template) as name:
        ledger = Ledger(url_of(admin_url, name, pooler_port))
        busy = keep_busy(ledger, seed=2)
        yield History(busy, entries_of(ledger))
        ledger.close()


@pytest.fixture
def accounts(history: History) -> Iterator[Accounts]:
    cache = Cache(os.environ["LEDGERLANE_REDIS_URL"])
    yield Accounts(Shards.only(history.database), cache, COMMANDS)
    cache.close()


def test_the_history_has_what_makes_halving_hard(history: History) -> None:
    lengths = {len(entries) for entries in history.entries.values()}
    assert 0 in lengths
    assert max(lengths) > 100
    own = history.entries[history.busy.mine[0]]
    times = [entry.posted_at for entry in own]
    assert len(set(times)) > 3
    assert len(times) > 5 * len(set(times)), "many entries have one time"


def test_the_version_at_a_time_is_the_last_one_posted_by_then(history: History) -> None:
    with history.database.connection() as connection:
        for account_id in history.entries:
            moments = history.moments(account_id)
            expected = [history.version_at(account_id, moment) for moment in moments]

            assert versions_at(connection, account_id, moments) == expected


@pytest.mark.parametrize("length", range(1, 10))
def test_halving_finds_each_of_a_few_versions(ledger: Ledger, length: int) -> None:
    """Each entry at a time of its own, and histories of every small length."""
    client = Client(ledger)
    account_id = client.open(0)
    for _ in range(length):
        ledger.tick(1)
        ledger.do(client.deposit(account_id, 1))
    times = [entry.posted_at for entry in entries_of(ledger)[account_id]]
    moments = [time + step for time in times for step in (-MICROSECOND, 0 * DAY, MICROSECOND)]

    with ledger.database.connection() as connection:
        found = versions_at(connection, account_id, moments)

    assert found == [bisect_right(times, moment) for moment in moments]


def test_the_balance_at_a_time_is_that_of_the_last_entry_by_then(
    history: History, accounts: Accounts
) -> None:
    holds = history.busy.ledger.rows("select * from ledger.holds")
    captures = history.busy.ledger.rows(_CAPTURES)
    for account_id, entries in history.entries.items():
        own = [hold for hold in holds if hold["account_id"].hex == digits(account_id)]
        for moment in history.moments(account_id):
            version = history.version_at(account_id, moment)
            balance = entries[version - 1].balance_after if version else 0
            held = sum(held_of(hold, captures, moment) for hold in own)

            found = accounts.balance_at(account_id, moment)

            assert (found.version, found.balance, found.held) == (version, balance, held)
            assert found.at == rfc3339(moment)


@pytest.mark.parametrize("seed", range(3))
def test_the_entries_of_a_period_are_those_posted_in_it(history: History, seed: int) -> None:
    random = Random(seed)
    reader = Entries(Shards.only(history.database), COMMANDS)
    for _ in range(PERIODS):
        account_id, entries = random.choice(list(history.entries.items()))
        start, end = random.choices(history.moments(account_id), k=2)
        before = random.choice((LAST_VERSION, random.randint(1, len(entries) + 2)))
        limit = random.choice((1, 2, 3, 7, 1000))
        wanted = [
            entry
            for entry in reversed(entries)
            if start <= entry.posted_at < end and entry.version < before
        ]

        page, following = reader.page(account_id, start, end, before, limit, reader=None)

        found = [(view.version, view.amount, view.balance_after, view.posted_at) for view in page]
        assert found == [(*entry[:3], rfc3339(entry.posted_at)) for entry in wanted[:limit]]
        assert following == (found[-1][0] if len(wanted) > limit else None)


def test_an_account_without_entries_has_nothing_at_any_time(
    history: History, accounts: Accounts
) -> None:
    idle = history.busy.idle
    moments = history.moments(history.busy.mine[0])
    for moment in moments:
        found = accounts.balance_at(idle, moment)
        assert (found.version, found.balance, found.held) == (0, 0, 0)
    page = Entries(Shards.only(history.database), COMMANDS).page(
        idle, moments[0], moments[-1], LAST_VERSION, 10, reader=None
    )
    assert page == ([], None)


def test_where_an_entry_is_missing_the_version_is_not_too_low(history: History) -> None:
    """Nothing that was posted by then is left out of a list, though the audit has to tell more."""
    account_id = history.busy.mine[0]
    moments = history.moments(account_id)
    expected = [history.version_at(account_id, moment) for moment in moments]
    last = len(history.entries[account_id])
    with history.database.connection() as connection:
        for missing in range(1, last + 1):
            with connection.transaction(force_rollback=True):
                delete_entry(connection, account_id, missing)
                found = versions_at(connection, account_id, moments)

            assert all(
                due <= version <= last for due, version in zip(expected, found, strict=True)
            ), f"without version {missing}"


def delete_entry(connection: psycopg.Connection[Any], account_id: str, version: int) -> None:
    deleted = connection.execute(
        "delete from ledger.legs where %(id)s::uuid = credit_account_id"
        " and credit_version = %(version)s"
        " or %(id)s::uuid = debit_account_id and debit_version = %(version)s",
        {"id": digits(account_id), "version": version},
    )
    assert deleted.rowcount == 1
