"""The command that moves partitions says what it is asked for, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions import move, wiring
from handlers.moving.moves import CannotMove, Move
from handlers.moving.spread import Spread
from handlers.sharding.together import Together
from tests.support.settings import settings_with


class FakeMover:
    """Notes what it is asked for."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.report = report

    def move(self, partition: int, target: int) -> bool:
        if target == 9:
            raise CannotMove("there is no shard 9: the ledger has 1, 2")
        self.report("fenced")
        return target != 1

    def undo(self) -> Move:
        return Move(1, Together(4, 3), 1, 2, "undone")


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    wiring.settings.replace(settings_with(log_level="CRITICAL"))
    monkeypatch.setattr(move, "make", FakeMover)
    yield
    wiring.reset()


@pytest.mark.parametrize("shard", ["2", "shard2"])
def test_a_shard_is_named_by_its_number_or_its_name(
    shard: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move.main(["3", shard]) == 0

    assert capsys.readouterr().out == "fenced\nPartition 3 is now on shard 2.\n"


def test_a_partition_that_is_there_already_is_not_moved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert move.main(["3", "1"]) == 0

    assert "Partition 3 was already on shard 1." in capsys.readouterr().out


def test_what_can_not_be_done_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert move.main(["3", "9"]) == 1

    assert capsys.readouterr().err == "error: there is no shard 9: the ledger has 1, 2\n"


def test_an_undone_move_says_where_the_partitions_stay(capsys: pytest.CaptureFixture[str]) -> None:
    assert move.main(["--undo"]) == 0

    assert "shard 1 keeps its partitions" in capsys.readouterr().out


def test_a_ledger_with_commands_is_told_which_moves_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(move, "spread_evenly", lambda: Spread({}, {1: 2, 3: 2}))

    assert move.main(["--spread"]) == 0

    assert "make move-partition P=1 TO=2\n  make move-partition P=3 TO=2" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["3"], ["3", "two"], ["3", "0"], ["3", "2", "--undo"], ["--undo", "--spread"]]
)
def test_words_that_mean_nothing_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        move.main(words)

    assert refused.value.code == 2


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"partition": 3, "to": 2}, {"shard": 2, "changed": True, "steps": ["fenced"]}),
        ({"partition": 3, "to": 1}, {"shard": 1, "changed": False, "steps": ["fenced"]}),
        ({"undo": True}, {"shard": 1, "steps": []}),
    ],
)
def test_the_function_answers_what_it_did(event: dict[str, Any], answer: dict[str, Any]) -> None:
    assert move.handler(event, None) == answer
