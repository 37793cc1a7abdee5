"""Nothing is sent by a count that was not read a moment ago."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.accepting.partitioning import Partitioning
from handlers.platform import fresh as module
from handlers.platform.errors import LogFenced, Unavailable
from handlers.platform.fresh import STANDS_S, YOUNG_S

#: The count, whether there is a fence, and whether nobody renewed it in time.
Row = tuple[int | None, bool, bool]


class Ledger:
    """Says what the ledger states, and counts who asks."""

    def __init__(self) -> None:
        self.row: Row = (None, False, False)
        self.is_away = False
        self.asked = 0
        self.lifted = 0

    def read(self, *_: Any) -> list[Row]:
        self.asked += 1
        if self.is_away:
            raise Unavailable
        return [self.row]

    def write(self, statement: str, parameters: Any) -> None:
        assert "delete from ledger.log_growths" in statement
        self.lifted += 1
        self.row = (self.row[0], False, False)


class Times:
    """Two clocks in the test's hands: one may stand still while the other goes on."""

    monotonic = 1000.0
    day = 5_000_000.0

    def sleep(self, seconds: float) -> None:
        self.monotonic += seconds
        self.day += seconds


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    made = Times()
    monkeypatch.setattr(module, "monotonic_s", lambda: made.monotonic)
    monkeypatch.setattr(module, "now_us", lambda: int(made.day * 1_000_000))
    return made


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def partitioning(ledger: Ledger) -> Partitioning:
    return Partitioning(ledger, "commands", 12)  # type: ignore[arg-type]  # a double


def test_the_configured_count_holds_until_the_ledger_states_one(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    assert partitioning.sending_by() == 12
    ledger.row = (24, False, False)
    times.sleep(YOUNG_S)
    assert partitioning.sending_by() == 24
    assert partitioning.partitions == 24


def test_one_question_a_second_is_enough(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    for _ in range(10):
        partitioning.sending_by()
    assert ledger.asked == 1


def test_behind_the_fence_nothing_is_sent(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    ledger.row = (12, True, False)
    with pytest.raises(LogFenced) as raised:
        partitioning.sending_by()
    assert raised.value.retry_after_s > 0
    ledger.row = (24, False, False)
    times.sleep(YOUNG_S)
    assert partitioning.sending_by() == 24


def test_a_fence_that_nobody_renews_is_lifted_by_whoever_finds_it(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    ledger.row = (12, True, True)

    assert partitioning.sending_by() == 12

    assert ledger.lifted == 1
    partitioning.sending_by()
    assert ledger.asked == 2, "what was read once it was lifted stands"


def test_a_ledger_that_is_away_for_a_moment_stops_nobody(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    partitioning.sending_by()
    ledger.is_away = True
    times.sleep(STANDS_S - 0.1)
    assert partitioning.sending_by() == 12
    times.sleep(0.2)
    with pytest.raises(Unavailable):
        partitioning.sending_by()


def test_a_function_that_was_frozen_asks_first(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    partitioning.sending_by()
    ledger.row = (12, True, False)
    times.day += 3600  # its own clock stood still
    with pytest.raises(LogFenced):
        partitioning.sending_by()


def test_a_clock_that_is_set_back_does_not_make_it_fresh_for_ever(
    partitioning: Partitioning, ledger: Ledger, times: Times
) -> None:
    partitioning.sending_by()
    ledger.row = (12, True, False)
    times.day -= 3600
    with pytest.raises(LogFenced):
        partitioning.sending_by()


def test_a_look_that_took_too_long_tells_nothing(
    ledger: Ledger, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> list[Row]:
        times.sleep(STANDS_S)
        return [ledger.row]

    monkeypatch.setattr(ledger, "read", slow)
    with pytest.raises(Unavailable):
        Partitioning(ledger, "commands", 12).sending_by()  # type: ignore[arg-type]  # a double
