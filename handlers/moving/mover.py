"""Moves partitions from one shard to another while the ledger is in use.

The steps: fence (the source applies no more batches of the partitions; commands are still accepted,
and wait in the log), copy (all rows, counted and hashed on both sides), switch (the source has the
partitions no longer, and the map says where they are), settle (wait until nobody uses an older map;
then the target applies batches) and drop (delete the source's rows).  A killed run leaves a state
from which the next one goes on.  Until the switch, the move can be undone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg

from handlers.domain.ids import RANDOM_WITHIN_MS
from handlers.moving import rows
from handlers.moving.moves import CannotMove, Move, Moves
from handlers.moving.rows import Partitions
from handlers.platform.fresh import STANDS_S
from handlers.platform.postgres import Database, sql
from handlers.sharding.shards import HOME, Shards
from handlers.sharding.together import Together, counts_of

#: After this, nobody uses a map that was read before the switch.
SETTLE_S: Final = STANDS_S + 0.5
#: After this, every read that began with such a map has ended: no request takes longer.
READ_S: Final = 30.0

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a move waits for others, in seconds."""

    settle_s: float = SETTLE_S
    read_s: float = READ_S


class Mover:
    """Moves a topic's partitions.

    Parameters
    ----------
    topic
        The commands topic.
    partitions
        Its partition count until the ledger records one.
    """

    def __init__(
        self,
        shards: Shards,
        topic: str,
        partitions: int,
        *,
        waits: Waits | None = None,
        report: Report = lambda line: None,
    ) -> None:
        self._shards = shards
        self._topic = topic
        self._configured = partitions
        self._moves = Moves(shards.home, topic)
        self._waits = waits or Waits()
        self._report = report

    def move(self, partition: int, target: int) -> bool:
        """Move a partition, and those that must stay with it, or finish an interrupted move.

        Returns
        -------
        bool
            Whether there was anything to do.

        Raises
        ------
        CannotMove
            If there is no such partition or shard, another move is unfinished, the log is being
            grown, or the copy differs from what it was made of.
        Unavailable
            If a database can't be reached. Run it again then.
        """
        with self._moves.alone() as alone:
            move = self._begin(partition, target)
            if move is None:
                return False
            while move.state not in ("done", "undone"):
                alone.check()
                move = self._step(move)
            return True

    def undo(self) -> Move:
        """Bring the partitions of an unfinished move back into use where they are.

        Raises
        ------
        CannotMove
            If nothing moves, or the partitions have been switched to their new shard.
        """
        with self._moves.alone() as alone:
            move = self._moves.current()
            if move is None:
                raise CannotMove("no partition is being moved")
            if move.state in ("fencing", "copying"):
                move = self._moves.advance(move, "undoing")
            if move.state != "undoing":
                raise CannotMove(
                    f"{_named(move.together, self._count())} can't stay on shard {move.source} any"
                    " more: run the move again to complete it, and then move back"
                )
            alone.check()
            return self._undo(move)

    def _begin(self, partition: int, target: int) -> Move | None:
        self._see_shard(target)
        counts = counts_of(self._shards.home, self._topic, self._configured)
        if not 0 <= partition < counts.partitions:
            raise CannotMove(f"the log has no partition {partition}: it has {counts.partitions}")
        together = counts.with_partition(partition)
        move = self._moves.current()
        if move is None:
            return self._plan(together, target, counts.partitions)
        named = _named(move.together, counts.partitions)
        if move.state == "undoing":
            raise CannotMove(f"the move of {named} is being undone: finish that first (UNDO=1)")
        if move.together != together or move.target != target:
            raise CannotMove(
                f"{named} is being moved to shard {move.target}: finish that first"
                f" (make move-partition P={move.together.residue} TO={move.target})"
            )
        self._report(f"resuming an interrupted move ({move.state})")
        return move

    def _see_shard(self, target: int) -> None:
        if not HOME <= target <= len(self._shards.each):
            known = ", ".join(str(one.number) for one in self._shards.each)
            raise CannotMove(f"there is no shard {target}: the ledger has {known}")

    def _plan(self, together: Together, target: int, partitions: int) -> Move | None:
        found = self._shards.home.read(
            sql("moving/places"), {"topic": self._topic, **together._asdict()}
        )
        places = {shard for _, shard in found} or {HOME}
        if len(places) > 1:
            raise CannotMove(f"{_named(together, partitions)} are on several shards: {places}")
        source = places.pop()
        if source == target:
            return None
        self._see_shard(source)
        self._report(f"moving {_named(together, partitions)} from shard {source} to {target}")
        return self._moves.plan(together, source, target)

    def _step(self, move: Move) -> Move:
        match move.state:
            case "fencing":
                self._fence(move)
                return self._moves.advance(move, "copying")
            case "copying":
                self._copy(move)
                return self._moves.advance(move, "switching")
            case "switching":
                self._switch(move)
                return self._moves.advance(move, "settling")
            case "settling":
                self._settle(move)
                return self._moves.advance(move, "dropping")
            case _:
                self._drop(move)
                return self._moves.advance(move, "done")

    def _fence(self, move: Move) -> None:
        parameters = move.parameters(self._topic) | {"partitions": self._count()}
        with self._of(move.source).connection() as connection, connection.transaction():
            if move.source == HOME:
                connection.execute(sql("moving/start"), parameters)
            connection.execute(sql("moving/fence"), parameters)
        self._report("fenced: commands are accepted, but not applied")

    def _copy(self, move: Move) -> None:
        self._copy_growths(move)
        partitions = self._partitions(move)
        with ExitStack() as stack:
            source = self._transaction(stack, move.source, sql("moving/snapshot"))
            target = self._transaction(stack, move.target, sql("moving/receive"))
            target.execute(sql("moving/one_writer"))
            rows.refuse_live(target, partitions)
            count = rows.copy(source, target, partitions)
        self._report(f"copied: {count:,} rows, compared by number and hash")

    def _transaction(
        self, stack: ExitStack, shard: int, settings: LiteralString
    ) -> psycopg.Connection[Any]:
        connection = stack.enter_context(self._of(shard).connection())
        stack.enter_context(connection.transaction())
        connection.execute(settings)
        return connection

    def _copy_growths(self, move: Move) -> None:
        """Bring the log's growths to the target, which may be younger than they are."""
        if move.target == HOME:
            return
        known = self._shards.home.read(sql("moving/growths"), {"topic": self._topic})
        with self._of(move.target).connection() as connection:
            for (growth,) in known:
                connection.execute(sql("moving/note_growth"), {"growth": growth})

    def _switch(self, move: Move) -> None:
        """Take the partitions from the source, and change the map.

        Where the source is the home database, both are one statement. Where the target is, its row
        is the map, and a fence keeps batches away from it until everybody has read the map.
        """
        parameters = move.parameters(self._topic)
        home = self._shards.home
        if move.source == HOME:
            home.write(sql("moving/claim_moving"), parameters | {"within_ms": RANDOM_WITHIN_MS})
        with self._of(move.source).connection() as connection, connection.transaction():
            connection.execute(sql("moving/leave"), parameters)
            rows.delete_small(connection, self._partitions(move))
        if move.target == HOME:
            home.write(sql("moving/arrive_home"), parameters)
        elif move.source != HOME:
            home.write(sql("moving/redirect"), parameters)
        self._report(f"switched: the map says shard {move.target}")

    def _settle(self, move: Move) -> None:
        time.sleep(self._waits.settle_s)
        self._of(move.target).write(sql("moving/arrive"), move.parameters(self._topic))
        self._report(f"in use: shard {move.target} applies the commands")

    def _drop(self, move: Move) -> None:
        time.sleep(self._waits.read_s)
        rows.delete(self._of(move.source), self._partitions(move))
        self._report(f"dropped: shard {move.source} has nothing left of it")

    def _undo(self, move: Move) -> Move:
        self._of(move.source).write(sql("moving/lift"), move.parameters(self._topic))
        self._report(f"in use again: shard {move.source} applies the commands")
        rows.delete(self._of(move.target), self._partitions(move))
        return self._moves.advance(move, "undone")

    def _of(self, shard: int) -> Database:
        return self._shards.database(shard)

    def _partitions(self, move: Move) -> Partitions:
        return Partitions(self._topic, move.together, move.source)

    def _count(self) -> int:
        return counts_of(self._shards.home, self._topic, self._configured).partitions


def _named(together: Together, partitions: int) -> str:
    numbers = together.among(partitions)
    listed = ", ".join(map(str, numbers))
    return f"partition {listed}" if len(numbers) == 1 else f"partitions {listed}"
