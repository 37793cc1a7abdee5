"""The report's numbers, against ones that can be worked out by hand."""

from __future__ import annotations

import random
import statistics

import pytest

from load.report import arithmetic
from load.report.figures import Memory, Spread


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 5), (90, 9), (91, 10), (99, 10), (100, 10), (1, 1)]
)
def test_a_percentile_is_a_value_that_was_there(percent: float, expected: float) -> None:
    assert arithmetic.percentile(range(1, 11), percent) == expected


def test_of_nothing_there_is_no_percentile() -> None:
    assert arithmetic.percentile([], 50) is None
    assert arithmetic.spread([]) == Spread(0, None, None, None, None)


def test_percentiles_agree_with_the_standard_library() -> None:
    values = sorted(random.Random(1).sample(range(100_000), 5_001))
    cut = statistics.quantiles(values, n=100, method="inclusive")
    for percent in (50, 95, 99):
        assert arithmetic.percentile(values, percent) == pytest.approx(cut[percent - 1], abs=60)


def test_a_spread_needs_no_order() -> None:
    assert arithmetic.spread([30.0, 10.0, 20.0]) == Spread(3, 20.0, 30.0, 30.0, 30.0)


def test_events_count_in_their_second_and_the_outside_to_the_nearest() -> None:
    assert arithmetic.counts([9.0, 10.0, 10.999, 11.0, 99.0], 10.0, 3) == [3, 1, 1]


def test_percentiles_by_second_have_a_hole_where_nothing_was() -> None:
    found = arithmetic.percentiles([(10.1, 5.0), (10.9, 7.0), (12.0, 1.0)], 10.0, 3)
    assert found["p50"] == [5.0, None, 1.0]
    assert found["p99"] == [7.0, None, 1.0]


def test_a_partition_is_behind_an_offset_when_its_next_one_is_greater() -> None:
    progress = [(1.0, 5), (2.0, 8), (3.0, 20)]
    assert arithmetic.reached_at(progress, 4) == 1.0
    assert arithmetic.reached_at(progress, 5) == 2.0
    assert arithmetic.reached_at(progress, 19) == 3.0
    assert arithmetic.reached_at(progress, 20) is None


def test_lag_is_what_is_in_the_log_and_not_applied() -> None:
    # Offsets 100 to 104; one comes with an older time than the record before it.
    times = [10.2, 10.8, 10.5, 11.5, 12.1]
    progress = [(9.0, 100), (10.9, 102), (12.0, 104), (13.5, 105)]
    assert arithmetic.lag(times, 100, progress, 10.0, 4) == [1.0, 0.0, 1.0, 0.0]


def test_lag_of_a_partition_that_was_never_seen_is_all_of_it() -> None:
    assert arithmetic.lag([10.2, 10.8], 7, [], 10.0, 2) == [2.0, 2.0]


def test_rates_fill_the_seconds_between_two_looks() -> None:
    samples = [(10.0, {"a": 1.0}), (11.0, {"a": 1.5}), (13.0, {"a": 3.5, "b": 9.0})]
    found = arithmetic.rates(samples, 10.0, 4)
    assert found["a"] == [0.5, 1.0, 1.0, 1.0]
    # What was first seen with time on its clock did not use it just now.
    assert found["b"] == [None, 0.0, 0.0, 0.0]


def test_levels_stand_until_the_next_look() -> None:
    samples = [(10.0, {"a": 1.0}), (12.0, {"a": 2.0, "b": 5.0})]
    found = arithmetic.levels(samples, 10.0, 4)
    assert found == {"a": [1.0, 1.0, 2.0, 2.0], "b": [None, None, 5.0, 5.0]}


def test_a_run_may_end_before_the_first_look() -> None:
    assert arithmetic.levels([], 10.0, 4) == {}
    assert arithmetic.rates([], 10.0, 4) == {}
    assert arithmetic.grown([]) == {}
    assert arithmetic.memory([]) == {}


def test_a_total_that_shrinks_is_no_growth() -> None:
    samples = [(0.0, {"a": 5.0}), (1.0, {"a": 2.0}), (2.0, {"a": 3.0})]
    assert arithmetic.grown(samples) == {"a": 1.0}


def test_the_largest_part_is_first() -> None:
    samples = [(0.0, {"a": 0.0, "b": 0.0}), (1.0, {"a": 1.0, "b": 2.0})]
    assert list(arithmetic.grown(samples)) == ["b", "a"]


def test_flat_memory_has_no_slope_whatever_the_start_was() -> None:
    samples = [(0.0, {"a": 10.0})] + [(60.0 * n, {"a": 50.0}) for n in range(1, 11)]
    found = arithmetic.memory(samples)["a"]
    assert (found.start, found.end, found.slope) == (10.0, 50.0, 0.0)


def test_memory_that_grows_is_told_by_the_minute() -> None:
    samples = [(60.0 * n, {"a": 100.0 + 3 * n}) for n in range(11)]
    assert arithmetic.memory(samples)["a"].slope == 3.0


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (Memory(40.0, 40.0, 0.0), True),
        (Memory(90.0, 100.0, 1.1), True),
        (Memory(90.0, 100.0, 1.3), False),
        (Memory(2.0, 3.0, 0.2), True),
        (Memory(9.0, 3.0, -5.0), True),
    ],
)
def test_memory_is_flat_that_hardly_grows_in_ten_minutes(memory: Memory, expected: bool) -> None:
    assert memory.is_flat is expected
