"""How long a partition rests between two batches that are not full."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataplane.poller.schedule import LONGEST_REST, Pace

PACE = Pace(batch_size=500, rest_s=0.04)


@pytest.mark.parametrize(
    ("took_ms", "rest_ms"),
    [(0, 40), (5, 40), (20, 40), (30, 90), (40, 160), (56, 313.6), (60, 320), (9000, 320)],
)
def test_the_rest_grows_with_the_square_of_the_strain(took_ms: float, rest_ms: float) -> None:
    assert PACE.rest_after(took_ms / 1000) == pytest.approx(rest_ms / 1000)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_who_took_longer_never_rests_less_and_none_for_ever(one_s: float, other_s: float) -> None:
    less_s, more_s = sorted((one_s, other_s))
    assert PACE.rest_s <= PACE.rest_after(less_s) <= PACE.rest_after(more_s)
    assert PACE.rest_after(more_s) <= LONGEST_REST * PACE.rest_s


def test_who_is_told_not_to_rest_does_not() -> None:
    assert Pace(batch_size=500).rest_after(10.0) == 0
