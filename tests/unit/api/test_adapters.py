"""What is behind the adapters may be away: they say so in bounded time, or (the cache) nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest

from handlers.domain import commands as c
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import Database
from handlers.platform.redis import Cache
from handlers.reading.waiter import FIRST_TICK_S, Waiter
from handlers.sharding.shards import Shards
from tests.support.legs import leg_row
from tests.unit.api.conftest import ACCOUNT, ALICE

NOWHERE = "redis://127.0.0.1:1/0"


def test_a_cache_that_is_away_knows_nothing_and_is_left_alone_for_a_while() -> None:
    cache = Cache(NOWHERE)
    assert cache.get_account(ACCOUNT) is None
    assert cache.is_broken
    started_s = time.monotonic()
    for _ in range(1000):
        assert cache.get("x") is None
        assert not cache.mark([ACCOUNT], b"!0-1")
        assert not cache.publish({ACCOUNT: b"{}"}, b"!0-1")
        cache.fill_account(ACCOUNT, b"{}")
        cache.set("x", b"y", 1)
        assert not cache.delete(["x"])
    assert time.monotonic() - started_s < 0.5
    assert not cache.ping()
    cache.close()


def test_a_database_that_is_away_is_given_up_in_bounded_time() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", max_size=1)
    started_s = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        database.read("select 1")
    assert time.monotonic() - started_s < 5
    assert "127.0.0.1" not in str(caught.value)
    database.close()


class Results:
    """Stands for the ledger: has every result from the third look on."""

    def __init__(self) -> None:
        self.looks: list[int] = []

    def read(self, _query: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        self.looks.append(len(params["ids"]))
        if len(self.looks) < 3:
            return []
        places = zip(params["ids"], params["partitions"], params["offsets"], strict=True)
        return [_row(*place, n) for n, place in enumerate(places, 1)]


def _row(transaction: str, partition: int, offset: int, n: int) -> tuple[Any, ...]:
    """Return the row of a completed deposit, the n-th of those that are asked for."""
    row = leg_row(transaction, ACCOUNT, partition=partition, offset=offset, fingerprint="f")
    return (*row, n, False)


def _deposit(n: int, fingerprint: str = "f") -> c.Deposit:
    return c.Deposit(
        transaction_id=f"txn_{n:032x}",
        user_id=ALICE,
        requested_at_us=0,
        fingerprint=fingerprint,
        account_id=ACCOUNT,
        amount=5,
        currency="EUR",
    )


def test_however_many_wait_one_query_a_tick_looks_for_all() -> None:
    results = Results()
    waiter = Waiter(Shards.only(results))  # type: ignore[arg-type]  # a double
    found: list[Any] = [None] * 50

    def wait(n: int) -> None:
        found[n] = waiter.wait([(_deposit(n), Position(0, n))], 5)[0]

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(50)]
    started_s = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    took_s = time.monotonic() - started_s
    assert [view.transaction_id for view in found] == [f"txn_{n:032x}" for n in range(50)]
    assert {view.status for view in found} == {"completed"}
    # However slowly they come: a look a tick, and not one for each.
    assert len(results.looks) <= took_s / FIRST_TICK_S + 1
    assert max(results.looks) > 1


def test_a_result_of_another_request_under_the_same_key_is_a_conflict() -> None:
    waiter = Waiter(Shards.only(Results()))  # type: ignore[arg-type]  # a double
    mine, others = waiter.wait(
        [(_deposit(1), Position(0, 1)), (_deposit(2, "other"), Position(0, 2))], 5
    )
    assert mine is not None
    assert mine.status == "completed"
    assert others is not None
    assert (others.status, others.reason) == ("rejected", "idempotency_conflict")


def test_what_is_waited_for_long_is_looked_for_less_often_also_while_others_come() -> None:
    looks: Counter[str] = Counter()
    stuck = _deposit(0)

    class OthersOnly:
        """Has every result but that of the first command."""

        def read(self, _query: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
            looks.update(params["ids"])
            return [
                _row(digits, 0, n, n)
                for n, digits in enumerate(params["ids"], 1)
                if digits != stuck.transaction_id[4:]
            ]

    waiter = Waiter(Shards.only(OthersOnly()))  # type: ignore[arg-type]  # a double
    waits = threading.Thread(target=waiter.wait, args=([(stuck, Position(0, 0))], 1.0))
    waits.start()
    others = 0
    while waits.is_alive():
        others += 1
        assert waiter.wait([(_deposit(others), Position(0, others))], 5)[0] is not None
    waits.join()
    # By a tenth of how long it was waited for: that comes to some 40 looks in this second.
    assert looks[stuck.transaction_id[4:]] < others / 2


def test_a_wait_ends_in_time_with_nothing() -> None:
    class Nothing:
        def read(self, *_: Any) -> list[Any]:
            raise Unavailable

    started_s = time.monotonic()
    assert Waiter(Shards.only(Nothing())).wait([(_deposit(1), Position(0, 1))], 0.2) == [None]  # type: ignore[arg-type]  # a double
    assert 0.15 < time.monotonic() - started_s < 2
