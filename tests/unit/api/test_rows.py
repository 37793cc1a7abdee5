"""Rows read together: each key gets its own, in order; a database that is away is said to be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers.errors import Unavailable
from handlers.queries.rows import RowsByKey

PATIENCE_S = 10.0


class Database:
    """Has two rows of each key but "none"; waits to be let, and may be away."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.reads: list[list[str]] = []
        self.is_away = False

    def read(self, query: str, params: tuple[list[str]]) -> list[tuple[Any, ...]]:
        assert query == "select"
        self.reads.append(params[0])
        self.begun.release()
        assert self.go_on.wait(PATIENCE_S)
        if self.is_away:
            raise Unavailable("away")
        return [(key, leg) for key in sorted(set(params[0])) if key != "none" for leg in (1, 2)]


def ask_together(rows: RowsByKey, database: Database, keys: list[str]) -> list[Any]:
    """Ask for the first key, and for the others while it is being read; return what came."""

    def ask(key: str) -> Any:
        try:
            return rows.of(key)
        except Unavailable as error:
            return error

    with ThreadPoolExecutor(len(keys)) as threads:
        asked = [threads.submit(ask, keys[0])]
        assert database.begun.acquire(timeout=PATIENCE_S)
        asked += [threads.submit(ask, key) for key in keys[1:]]
        while len(rows._gathering._waiting) < len(keys) - 1:
            threading.Event().wait(0.001)
        database.go_on.set()
        return [one.result(PATIENCE_S) for one in asked]


def test_each_key_gets_its_own_rows() -> None:
    database = Database()
    rows = RowsByKey(database, "select")  # type: ignore[arg-type]
    answers = ask_together(rows, database, ["a", "b", "none", "c", "b"])
    assert answers == [
        [("a", 1), ("a", 2)],
        [("b", 1), ("b", 2)],
        [],
        [("c", 1), ("c", 2)],
        [("b", 1), ("b", 2)],
    ]
    assert [sorted(keys) for keys in database.reads] == [["a"], ["b", "b", "c", "none"]]


def test_everybody_is_told_that_the_database_is_away() -> None:
    database = Database()
    database.is_away = True
    rows = RowsByKey(database, "select")  # type: ignore[arg-type]
    answers = ask_together(rows, database, ["a", "b", "c"])
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    database.is_away = False
    assert rows.of("a") == [("a", 1), ("a", 2)]


@pytest.mark.parametrize("key", ["a", "none"])
def test_one_alone_asks_for_one_key(key: str) -> None:
    database = Database()
    database.go_on.set()
    rows = RowsByKey(database, "select")  # type: ignore[arg-type]
    assert len(rows.of(key)) == (0 if key == "none" else 2)
    assert database.reads == [[key]]
