"""Moves in the home database: what moves where, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import psycopg

from handlers.platform.errors import LedgerlaneError, Unavailable
from handlers.platform.postgres import Database, sql
from handlers.sharding.together import Together

#: What a move does next, or how it ended.
State = Literal[
    "fencing", "copying", "switching", "settling", "dropping", "done", "undoing", "undone"
]


class CannotMove(LedgerlaneError):
    """The partition can't be moved now."""


class Move(NamedTuple):
    """A move of partitions."""

    move_id: int
    together: Together
    source: int
    target: int
    state: State

    def parameters(self, topic: str) -> dict[str, Any]:
        """Return what the queries in ``sql/moving`` want to know."""
        return {
            "topic": topic,
            "modulus": self.together.modulus,
            "residue": self.together.residue,
            "source": self.source,
            "target": self.target,
        }


class Moves:
    """One topic's moves, at home."""

    def __init__(self, home: Database, topic: str) -> None:
        self._home = home
        self._topic = {"topic": topic}

    @contextmanager
    def alone(self) -> Iterator[Alone]:
        """Keep every other run of the tool out.

        Raises
        ------
        CannotMove
            If another run is at work.
        """
        with self._home.connection() as connection, connection.transaction():
            row = connection.execute(sql("moving/alone"), self._topic).fetchone()
            if row is None or not row[1]:
                raise CannotMove("another run moves partitions right now")
            yield Alone(connection)

    def current(self) -> Move | None:
        """Return the move that is not finished."""
        rows = self._home.read(sql("moving/current"), self._topic)
        if not rows:
            return None
        move_id, modulus, residue, source, target, state = rows[0]
        return Move(move_id, Together(modulus, residue), source, target, state)

    def refuse_unfinished(self) -> None:
        """See that no move is unfinished.

        Raises
        ------
        CannotMove
            If one is.
        """
        if self.current() is not None:
            raise CannotMove("partitions are being moved: finish that first (make move-partition)")

    def plan(self, together: Together, source: int, target: int) -> Move:
        """Begin a move.

        Raises
        ------
        CannotMove
            If the log is being grown.
        """
        move = Move(0, together, source, target, "fencing")
        with self._home.connection() as connection, connection.transaction():
            connection.execute(sql("moving/exclude"))
            if is_true(connection, "moving/growing", self._topic):
                raise CannotMove("the log is being grown: finish that first (make grow-partitions)")
            connection.execute(sql("moving/plan"), move.parameters(self._topic["topic"]))
        planned = self.current()
        assert planned is not None
        return planned

    def advance(self, move: Move, state: State) -> Move:
        """Record what is next, once all before it is done.

        Raises
        ------
        Unavailable
            If another run has got further.
        """
        parameters = {"move_id": move.move_id, "before": move.state, "state": state}
        with self._home.connection() as connection:
            if connection.execute(sql("moving/advance"), parameters).rowcount != 1:
                raise Unavailable("another run has taken this move further; look again")
        return move._replace(state=state)


class Alone:
    """Shows that no other run is at work, for as long as its connection lives."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def check(self) -> None:
        """See that the connection lives.

        Raises
        ------
        Unavailable
            If it does not, so that another run may have begun.
        """
        try:
            self._connection.execute("select 1")
        except psycopg.OperationalError as error:
            raise Unavailable("the home database can't be reached; run it again") from error


def is_true(connection: psycopg.Connection[Any], query: str, parameters: dict[str, Any]) -> bool:
    """Run a query whose answer is yes or no."""
    row = connection.execute(sql(query), parameters).fetchone()
    return row is not None and bool(row[0])
