"""Rows read together: each key gets its own, in order; a database that is away is said to be."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.platform.errors import Unavailable
from handlers.reading.keyed_rows import RowsByKey
from tests.support.together import Gate, ask_together


class Database(Gate):
    """Has two rows of each key but "none"; waits to be let, and may be away."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[list[str]] = []
        self.is_away = False

    def read(self, query: str, params: tuple[list[str]]) -> list[tuple[Any, ...]]:
        assert query == "select"
        self.reads.append(params[0])
        self.enter()
        if self.is_away:
            raise Unavailable("away")
        return [(key, leg) for key in sorted(set(params[0])) if key != "none" for leg in (1, 2)]


def rows_of(database: Database) -> RowsByKey:
    # The stand-in has no pool, which nothing here asks for.
    return RowsByKey(database, "select")  # type: ignore[arg-type]  # a double


def test_each_key_gets_its_own_rows() -> None:
    database = Database()
    rows = rows_of(database)
    answers = ask_together(rows.of, rows._gathering, database, ["a", "b", "none", "c", "b"])
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
    rows = rows_of(database)
    answers = ask_together(rows.of, rows._gathering, database, ["a", "b", "c"])
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    database.is_away = False
    assert rows.of("a") == [("a", 1), ("a", 2)]


@pytest.mark.parametrize("key", ["a", "none"])
def test_one_alone_asks_for_one_key(key: str) -> None:
    database = Database()
    database.go_on.set()
    rows = rows_of(database)
    assert len(rows.of(key)) == (0 if key == "none" else 2)
    assert database.reads == [[key]]
