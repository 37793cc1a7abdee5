"""The nemesis mends what it breaks, in an order in which everything can start."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest

from load.chaos import nemesis as module
from load.chaos.nemesis import Nemesis
from load.chaos.parts import PartFailed
from load.chaos.schedule import MOVE, Fault, Step
from load.judge.lines import Recorder
from load.traffic.workload import Plan, Workload


class Journal:
    """Parts that only note what is done to them."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., list[int]]:
        def note(what: Any, *_: object) -> list[int]:
            self.lines.append(f"{name} {what}")
            return [len(self.lines)]

        return note


@pytest.fixture
def workload() -> Workload:
    made = Workload("http://127.0.0.1:9/v1", Recorder(io.StringIO()), Plan())
    made.accepted = 0
    return made


def carry_out(
    workload: Workload, faults: tuple[Fault, ...], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    journal: Any = Journal()
    monkeypatch.setattr(module, "LEAST_AT_END", 0)
    nemesis = Nemesis(journal, workload, lambda text: None)
    asyncio.run(nemesis.run([Step(0, faults, 0.0)]))
    assert [*faults] == nemesis.done
    lines: list[str] = journal.lines
    return lines


@pytest.mark.parametrize("is_swapped", [False, True])
def test_what_is_frozen_goes_on_before_a_service_that_needs_it_starts(
    workload: Workload, monkeypatch: pytest.MonkeyPatch, is_swapped: bool
) -> None:
    faults = Fault("freeze", "postgres"), Fault("kill", "pgbouncer")

    lines = carry_out(workload, faults[::-1] if is_swapped else faults, monkeypatch)

    assert sorted(lines[:2]) == ["freeze postgres", "stop pgbouncer"]
    assert [line.split()[0] for line in lines[2:]] == ["thaw", "restart"]


def test_services_start_in_the_order_in_which_they_need_each_other(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = Fault("kill", "broker"), Fault("restart", "postgres")

    lines = carry_out(workload, faults, monkeypatch)

    assert lines[-2:] == ["restart postgres", "restart broker"]


def test_a_further_shard_s_server_starts_before_its_pooler(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = Fault("kill", "pgbouncer-2"), Fault("kill", "postgres-2")

    lines = carry_out(workload, faults, monkeypatch)

    assert lines[-2:] == ["restart postgres-2", "restart pgbouncer-2"]


def test_a_move_is_finished_once_everything_that_it_needs_is_back(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal: Any = Journal()

    class Moving:
        def begin(self) -> Callable[[], None]:
            journal.lines.append("begin")
            return lambda: journal.lines.append("finish")

    monkeypatch.setattr(module, "LEAST_AT_END", 0)
    moves: Any = Moving()
    nemesis = Nemesis(journal, workload, lambda text: None, moves)

    asyncio.run(nemesis.run([Step(0, (MOVE, Fault("kill", "broker")), 0.0)]))

    assert journal.lines == ["begin", "stop broker", "restart broker", "finish"]


def test_what_is_supervised_is_not_started_but_awaited(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = carry_out(workload, (Fault("kill", "poller"),), monkeypatch)

    assert lines == ["kill poller", "await_replaced poller"]


def test_what_is_frozen_goes_on_even_if_a_service_does_not_start(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal: Any = Journal()

    def fail(service: str) -> None:
        raise PartFailed(service)

    journal.restart = fail
    nemesis = Nemesis(journal, workload, lambda text: None)
    faults = Fault("freeze", "redis"), Fault("restart", "postgres")

    with pytest.raises(PartFailed):
        asyncio.run(nemesis.run([Step(0, faults, 0.0)]))

    assert any(line.startswith("thaw") for line in journal.lines)


def test_a_system_that_accepts_nothing_after_faults_is_reported(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)

    journal: Any = Journal()
    nemesis = Nemesis(journal, workload, lambda text: None)

    with pytest.raises(PartFailed, match="not accepted"):
        asyncio.run(nemesis.run([Step(1, (), 0.0)]))
