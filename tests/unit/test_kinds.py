"""What a kind of cash movement is made of agrees, wherever it is written."""

from __future__ import annotations

from functions.api.operations import BY_ITEM
from handlers.domain import commands as c
from handlers.domain.kinds import CASH_IN, CASH_OUT
from load.judge import records

CASH = {*CASH_IN, *CASH_OUT}


def test_the_commands_that_move_cash_are_of_the_kinds_that_do() -> None:
    commands = {kind for kind, command in c.BY_KIND.items() if issubclass(command, c.Cash)}
    assert commands == CASH


def test_every_kind_of_cash_movement_can_be_asked_for_alone_and_in_a_batch() -> None:
    operations = {str(item.__struct_config__.tag): each for item, each in BY_ITEM.items()}
    assert operations.keys() >= CASH
    assert all(issubclass(operations[kind].item or object, operations[kind].body) for kind in CASH)


def test_the_judge_has_cash_go_the_way_that_the_ledger_does() -> None:
    assert {kind for kind, way in records.CASH.items() if way == "in"} == set(CASH_IN)
    assert {kind for kind, way in records.CASH.items() if way == "out"} == set(CASH_OUT)
