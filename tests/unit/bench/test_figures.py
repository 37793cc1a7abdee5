"""The arithmetic of the benchmarks' reports."""

import pytest

from load.bench.figures import Spread, each_us, percentile, ratios, spreads, written
from load.bench.target import cpu_used


def test_a_spread_is_the_median_between_the_lowest_and_the_highest() -> None:
    assert Spread.of([30.0, 10.0, 20.0]) == Spread(20.0, 10.0, 30.0)
    assert Spread.of([1.0, 2.0, 4.0, 100.0]) == Spread(3.0, 1.0, 100.0)


def test_each_figure_has_a_spread_over_the_rounds_that_have_it() -> None:
    found = spreads([{"a": 1.0, "b": 5.0}, {"a": 3.0}, {"a": 2.0}])

    assert found == {"a": Spread(2.0, 1.0, 3.0), "b": Spread(5.0, 5.0, 5.0)}


def test_a_ratio_is_to_the_yardstick_of_the_same_round() -> None:
    # The machine was half as fast in the second round: the ratio is the same.
    assert ratios([200.0, 100.0], [100.0, 50.0]) == [2.0, 2.0]


def test_rounds_without_a_yardstick_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (1.0, 100)]
)
def test_a_percentile_is_the_value_at_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == expected


def test_the_percentiles_of_one_value_are_that_value() -> None:
    assert [percentile([7.0], share) for share in (0.0, 0.5, 1.0)] == [7.0, 7.0, 7.0]


def test_cpu_time_counts_from_the_first_reading_or_from_the_start_of_the_process() -> None:
    before = {"gateway": {10: 2.0}, "apply workers": {20: 1.0, 21: 4.0}}
    # Worker 20 has gone, 22 has come.
    after = {"gateway": {10: 2.5}, "apply workers": {21: 4.25, 22: 0.5}, "poller": {30: 0.125}}

    used = cpu_used(before, after)

    assert used == {"gateway": 0.5, "apply workers": 0.75, "poller": 0.125}


def test_a_pid_that_was_given_again_never_counts_less_than_nothing() -> None:
    assert cpu_used({"redis": {7: 9.0}}, {"redis": {7: 0.5}}) == {"redis": 0.0}


def test_cpu_time_is_shared_among_the_operations_in_microseconds() -> None:
    assert each_us({"gateway": 0.5}, 1000) == {"gateway": 500.0}
    assert each_us({"gateway": 0.5}, 0) == {}


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (0.257, "0.26"), (12.34, "12.3"), (123.4, "123"), (1234567.8, "1,234,568")],
)
def test_numbers_have_as_many_places_as_are_worth_reading(number: float, text: str) -> None:
    assert written(number) == text
