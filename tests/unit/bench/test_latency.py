"""Percentiles over several databases are those that PostgreSQL would give of one."""

from __future__ import annotations

import pytest

from load.bench.latency import level


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 10.0), (0.5, 25.0), (0.95, 38.5), (1.0, 40.0)]
)
def test_a_percentile_lies_between_the_values_around_its_place(
    share: float, expected: float
) -> None:
    # What percentile_cont gives for the same values.
    assert level([10.0, 20.0, 30.0, 40.0], share) == pytest.approx(expected)
