"""A cache that was away at the wrong moment is left with nothing old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec

from handlers.reading.account_cache import AccountCache


class CacheStub:
    """Notes what is asked of it."""

    def __init__(self, is_there: bool) -> None:
        self.is_there = is_there
        self.done: list[tuple[str, list[str]]] = []

    def mark(self, account_ids: Sequence[str], marker: bytes) -> bool:
        self.done.append(("mark", list(account_ids)))
        return self.is_there

    def publish(self, accounts: Mapping[str, bytes], marker: bytes) -> bool:
        self.done.append(("publish", list(accounts)))
        return self.is_there

    def forget(self, account_ids: Sequence[str]) -> bool:
        self.done.append(("forget", list(account_ids)))
        return self.is_there


def state(*account_ids: str, metadata: Any = None) -> Any:
    accounts = {
        name: SimpleNamespace(
            account_id=name, kind="customer", is_changed=True, is_new=False, metadata=metadata
        )
        for name in account_ids
    }
    return SimpleNamespace(partition=3, accounts=accounts)


def test_an_account_whose_metadata_was_not_loaded_stays_marked(monkeypatch: Any) -> None:
    monkeypatch.setattr("handlers.reading.account_cache._view", lambda account: {})
    stub = CacheStub(is_there=True)
    cache = AccountCache(stub)  # type: ignore[arg-type]  # a double
    batch = state("a", metadata=msgspec.UNSET)

    cache.before_commit(batch, "!3-1")
    cache.after_commit(batch, "!3-1")

    assert stub.done == [("mark", ["a"]), ("publish", [])]


def test_accounts_that_could_not_be_marked_are_dropped_after_the_commit() -> None:
    stub = CacheStub(is_there=False)
    cache = AccountCache(stub)  # type: ignore[arg-type]  # a double
    cache.before_commit(state("a", "b"), "!3-1")
    stub.is_there = True
    cache.after_commit(state("a", "b"), "!3-1")
    assert stub.done == [("mark", ["a", "b"]), ("forget", ["a", "b"])]


def test_a_batch_that_failed_leaves_nothing_to_the_next(monkeypatch: Any) -> None:
    monkeypatch.setattr("handlers.reading.account_cache._view", lambda account: {})
    stub = CacheStub(is_there=False)
    cache = AccountCache(stub)  # type: ignore[arg-type]  # a double
    cache.before_commit(state("a"), "!3-1")
    stub.is_there = True
    cache.before_commit(state("a", "b"), "!3-2")
    cache.after_commit(state("a", "b"), "!3-2")
    assert [what for what, _ in stub.done] == ["mark", "mark", "publish"]


def test_accounts_that_could_not_be_dropped_are_dropped_with_a_later_batch() -> None:
    stub = CacheStub(is_there=False)
    cache = AccountCache(stub)  # type: ignore[arg-type]  # a double
    cache.before_commit(state("a"), "!3-1")
    cache.after_commit(state("a"), "!3-1")
    stub.is_there = True
    stub.done.clear()
    cache.before_commit(state("b"), "!3-2")
    cache.before_commit(state("b"), "!3-3")
    assert stub.done == [("forget", ["a"]), ("mark", ["b"]), ("mark", ["b"])]


def test_nothing_changed_asks_nothing() -> None:
    stub = CacheStub(is_there=True)
    AccountCache(stub).before_commit(state(), "!3-1")  # type: ignore[arg-type]  # a double
    assert stub.done == []
