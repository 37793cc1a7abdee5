"""The same history has the same outcome on one database, on two, and while partitions move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.moving.mover import Mover, Waits
from tests.integration.ledger.harness import COMMANDS
from tests.integration.ledger.layouts import LedgerPlayer
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.integration.ledger.sharded import ShardedLedger
from tests.support.histories import History
from tests.support.playing import Outcomes, assert_same

pytestmark = pytest.mark.integration

LENGTH: Final = 24
PARTITIONS: Final = 4
GROWN: Final = 8
TWO: Final = {1: 2, 3: 2}
#: After how many steps which partition moves where.
TO_AND_FRO: Final = {8: (1, 1), 14: (0, 2), 20: (1, 2), 26: (0, 1), 32: (2, 2)}

Moves = Mapping[int, tuple[int, int]]


class Unrivalled(History):
    """A history in which nobody uses the id of a command that waits in a parked queue.

    Over several databases the command that waits has claimed it (docs/decisions/0125), in one
    database whoever is applied first has it.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed, LENGTH)
        self._waiting: set[str] = set()

    def _waits_with_others(self, command: c.AnyCommand) -> bool:
        if command.transaction_id in self._waiting:
            return True
        if self._stuck[c.account_of(command)]:
            self._waiting.add(command.transaction_id)
        return super()._waits_with_others(command)


class MovingPlayer(LedgerPlayer):
    """Plays while partitions move between shards."""

    def __init__(self, ledger: ShardedLedger, moves: Moves, grows_to: int | None) -> None:
        super().__init__(ledger, LENGTH, grows_to)
        self.shards = ledger.shards
        self._moves = dict(moves)
        self._drained = 0

    def drain(self) -> None:
        super().drain()
        self._drained += 1
        if self._drained in self._moves:
            partition, target = self._moves.pop(self._drained)
            waits = Waits(settle_s=0, read_s=0)
            assert Mover(self.shards, COMMANDS, PARTITIONS, waits=waits).move(partition, target)
            self.shards.forget()


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=max(1, settings().max_examples // 16),
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_where_partitions_live_changes_nothing(
    database_url: str, further_url: str, other_url: str, seed: int
) -> None:
    def played(
        homes: Mapping[int, int], moves: Moves | None = None, grows_to: int | None = None
    ) -> Outcomes:
        urls = [database_url, further_url][: 2 if homes else 1]
        for url in urls:
            empty(url)
        ledger = ShardedLedger(urls, homes, PARTITIONS)
        try:
            player = MovingPlayer(ledger, moves or {}, grows_to)
            outcomes = player.play(Unrivalled(seed))
            assert not player._moves, "the history was too short for all moves"
            assert audit(ledger.shards).findings == ()
            counts = [PARTITIONS, grows_to] if grows_to else [PARTITIONS]
            assert difference_when_rebuilt(ledger, other_url, counts) is None
            return outcomes
        finally:
            ledger.close()

    one = played({})

    assert_same(one, played(TWO), "two databases")
    assert_same(one, played(TWO, TO_AND_FRO), "two databases with moves")
    assert_same(one, played(TWO, grows_to=GROWN), "two databases with a growth")
    assert_same(one, played(TWO, TO_AND_FRO, GROWN), "two databases with moves and a growth")
