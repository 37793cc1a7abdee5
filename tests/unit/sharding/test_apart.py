"""Nobody waits for a shard that has nothing to do with the request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from handlers.accepting import admission as admission_module
from handlers.accepting.admission import Admission
from handlers.domain import commands as c
from handlers.platform.errors import Overloaded, Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import Database, sql
from handlers.reading.keyed_rows import RowsOfShards
from handlers.reading.reports import Reports
from handlers.reading.waiter import Waiter
from handlers.sharding import shards as shards_module
from handlers.sharding.lookups import Found, anywhere, of_accounts
from handlers.sharding.pages import merged_page
from handlers.sharding.shards import Shards
from tests.support.legs import leg_row

ACCOUNT: Final = "acc_" + "a" * 32
PARTITIONS: Final = 2
LIMIT_S: Final = 10.0

Rows = list[tuple[Any, ...]]


class Table:
    """A database: answers by a function, and knows the map if it is the home database."""

    def __init__(self, answer: Callable[[Any], Rows] = lambda params: []) -> None:
        self.answer = answer
        self.homes: dict[str, int] = {"1": 2}
        self.asked = 0

    def read(self, query: str, params: Any = None) -> Rows:
        if query == sql("sharding/map"):
            return [(PARTITIONS, self.homes)]
        self.asked += 1
        return self.answer(params)

    def fail_fast(self) -> None:
        return


class Stuck(Table):
    """Answers nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__(self._wait)
        self.is_asked, self.go_on = threading.Event(), threading.Event()

    def _wait(self, params: Any) -> Rows:
        self.is_asked.set()
        assert self.go_on.wait(LIMIT_S), "somebody waits for the shard"
        raise Unavailable


def over(*tables: Table) -> Shards:
    databases: Any = tables
    return Shards(databases, "topic", PARTITIONS)


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    made = Stuck()
    yield made
    made.go_on.set()


def in_a_thread(work: Callable[[], Any], stuck: Stuck) -> None:
    """Do what waits for a shard that is stuck; return once it does."""

    def run() -> None:
        try:
            work()
        except Unavailable:
            return

    threading.Thread(target=run, daemon=True).start()
    assert stuck.is_asked.wait(LIMIT_S)


def deposit(n: int) -> c.Deposit:
    return c.Deposit(
        transaction_id=f"txn_{n:032x}",
        user_id="usr_" + "a" * 32,
        requested_at_us=0,
        fingerprint="f",
        account_id=ACCOUNT,
        amount=5,
        currency="EUR",
    )


def test_a_result_comes_while_others_wait_for_a_shard_that_is_stuck(stuck: Stuck) -> None:
    def results(params: Any) -> Rows:
        return [
            (*leg_row(digits, ACCOUNT, partition=0, offset=1, fingerprint="f"), n, False)
            for n, digits in enumerate(params["ids"], 1)
        ]

    waiter = Waiter(over(Table(results), stuck))
    in_a_thread(lambda: waiter.wait([(deposit(1), Position(1, 1))], LIMIT_S), stuck)

    (result,) = waiter.wait([(deposit(2), Position(0, 1))], LIMIT_S)

    assert result is not None
    assert not stuck.go_on.is_set()


def test_rows_are_read_while_others_wait_for_a_shard_that_is_stuck(stuck: Stuck) -> None:
    rows = RowsOfShards(over(Table(lambda params: [(key,) for key in params[0]]), stuck), "select")
    in_a_thread(lambda: rows.on(2).of("there"), stuck)

    assert rows.on(1).of("here") == [("here",)]
    assert not stuck.go_on.is_set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now_s = [1000.0]
    monkeypatch.setattr(admission_module, "monotonic_s", lambda: now_s[0])
    return now_s


def test_a_command_is_admitted_while_others_wait_for_a_shard_that_is_stuck(
    stuck: Stuck, clock: list[float]
) -> None:
    home = Table(lambda params: [(0, 100, None), (1, 0, None)])
    admission = Admission(over(home, stuck), "topic", 10)
    for partition in (0, 1):
        admission.produced(Position(partition, 5))
    clock[0] += 60
    in_a_thread(lambda: admission.check(1), stuck)

    admission.check(0)

    assert home.asked == 1
    assert not stuck.go_on.is_set()


def test_progress_counts_only_on_the_shard_that_has_the_partition(clock: list[float]) -> None:
    home = Table(lambda params: [(0, 100, None), (1, 100, None)])
    there = Table(lambda params: [(0, 0, None), (1, 0, None)])
    admission = Admission(over(home, there), "topic", 10)
    for partition in (0, 1):
        admission.produced(Position(partition, 5))
    clock[0] += 60

    admission.check(0)
    with pytest.raises(Overloaded):
        admission.check(1)


def read_pairs(database: Database, keys: list[str]) -> dict[str, str]:
    return dict(database.read("select", keys))


def away(params: Any) -> Rows:
    raise Unavailable("away")


def test_keys_that_may_be_on_a_shard_that_is_away_are_not_missing() -> None:
    shards = over(Table(lambda keys: [("a", "1")]), Table(away))

    found: Found[str] = anywhere(
        shards,
        ["a", "b"],
        read_pairs,
        lambda value, places: int(value),
    )

    assert found.get("a") == "1"
    with pytest.raises(Unavailable, match="away"):
        found.get("b")


def test_a_row_on_a_shard_that_does_not_have_its_partition_is_not_found() -> None:
    shards = over(Table(lambda keys: [("a", "2")]), Table())

    found: Found[str] = anywhere(
        shards,
        ["a"],
        read_pairs,
        lambda value, places: int(value),
    )

    assert found.get("a") is None


def test_accounts_are_read_where_they_are_and_only_there() -> None:
    tables = [Table(lambda keys: [(key, "x") for key in keys]) for _ in range(2)]
    shards = over(*tables)
    accounts = [f"acc_{n:032x}" for n in range(20)]
    (one,) = {shards.number_of_account(accounts[0])}
    wanted = [each for each in accounts if shards.number_of_account(each) == one]

    found: Found[str] = of_accounts(
        shards,
        wanted,
        read_pairs,
    )

    assert found.values == dict.fromkeys(wanted, "x")
    assert [table.asked for table in tables] == [int(one == number) for number in (1, 2)]


def test_a_list_is_in_order_over_all_shards_and_no_longer_than_one_page() -> None:
    pages = {1: [9, 5, 1], 2: [8, 7, 2]}
    absent = {}

    def read(shard: Any, missing: list[int]) -> list[int]:
        absent[shard.number] = missing
        return pages[shard.number]

    rows = merged_page(over(Table(), Table()), read, lambda row: row, 4, is_descending=True)

    assert rows == [9, 8, 7, 5]
    assert absent == {1: [1], 2: [0]}


def test_a_report_is_read_again_if_a_partition_moved_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handlers.platform.fresh.YOUNG_S", 0.0)
    homes = iter([{"1": 2}, {}, {}, {}])
    home = Table(lambda params: [(0, [[0, 5], [1, 9]], [["EUR", "customer", 1, 0, 4]])])
    there = Table(lambda params: [(0, [[0, 1], [1, 5]], [["EUR", "customer", 1, 0, 4]])])
    places = over(home, there)
    read = shards_module.Shards._read

    def moving(shards: Shards) -> Any:
        home.homes = next(homes)
        return read(shards)

    monkeypatch.setattr(places._map, "_read", lambda: moving(places))

    report = Reports(places, "topic").trial_balance(None)

    assert [(one.partition, one.next_offset) for one in report.positions] == [(0, 5), (1, 9)]
    assert there.asked == 2
