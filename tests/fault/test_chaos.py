"""Faults at random while money moves: nothing is lost, doubled, reordered or wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from load.chaos.run import Run
from load.chaos.schedule import SERVICES, every_fault, round_of
from tests.support.books import check_books, count_kind
from tests.support.stack import Stack

pytestmark = pytest.mark.fault

#: Chosen because most of its faults come in pairs and are short.
SEED = 42
#: How many moves to another partition must have ended, so that the faults met them.
SETTLEMENTS = 200


def test_nothing_is_lost_or_doubled_whatever_fails(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}", end="", flush=True)

    # A broker that keeps nothing can't be asked to.
    services = [name for name in SERVICES if name != "broker" or stack.broker != "tansu"]
    # A restart without a kill takes longest and harms least; `make test-chaos` has them too.
    faults = [fault for fault in every_fault(services) if fault.how != "restart"]
    schedule = round_of(SEED, faults)

    result = Run(stack, SEED, tmp_path / "history.jsonl", show).carry_out(schedule)

    # Among them: no request with a key stayed without an answer, none was refused, everything was
    # applied, and the database is what the log makes it.
    assert not result.findings, result.findings[:10]
    assert {*result.faults} == {*faults}
    assert any(one.status is None for one in result.history.attempts), "no fault was felt"
    assert count_kind([*map(list, result.topic)], "settlement") > SETTLEMENTS
    assert {read.kind for read in result.history.reads} == {
        "accounts", "account", "balance", "transaction", "trial_balance",
    }  # fmt: skip
    check_books(stack, [*map(list, result.topic)])
