"""The evaluator of alarms agrees with the examples of the Amazon CloudWatch User Guide."""

from __future__ import annotations

import pytest

from tests.support.cloudwatch import MORE, Rule, State, computed, states

#: A breaching data point, a good one and a missing one.
X, G, M = 1.0, 0.0, None
FILLINGS = ("missing", "ignore", "breaching", "notBreaching")
NONE: State = "INSUFFICIENT_DATA"


def rule(periods: int, datapoints: int, missing: str) -> Rule:
    return Rule(periods, datapoints, lambda value: value >= 1, missing)


@pytest.mark.parametrize("before", ["OK", "ALARM"])
@pytest.mark.parametrize(
    ("datapoints", "values", "expected"),
    [
        # "How alarm state is evaluated when data is missing": 3 of 3, in the order of FILLINGS.
        (3, (G, M, X, M, X), ("OK", "OK", "OK", "OK")),
        (3, (G, M, M, M, M), ("OK", "OK", "OK", "OK")),
        (3, (M, M, M, M, M), (NONE, "kept", "ALARM", "OK")),
        (3, (G, X, X, M, X), ("ALARM", "ALARM", "ALARM", "ALARM")),
        (3, (M, M, X, M, M), ("ALARM", "kept", "ALARM", "OK")),
        # The same with 2 of 3.
        (2, (G, M, X, M, X), ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, (G, G, X, G, X), ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, (G, M, X, M, M), ("OK", "OK", "ALARM", "OK")),
        (2, (M, M, M, M, G), ("OK", "OK", "ALARM", "OK")),
        (2, (M, M, M, X, M), ("ALARM", "kept", "ALARM", "OK")),
    ],
)
def test_the_examples_of_the_user_guide(
    datapoints: int, values: tuple[float | None, ...], expected: tuple[str, ...], before: State
) -> None:
    found = [rule(3, datapoints, filling).state(values, before) for filling in FILLINGS]

    assert found == [before if state == "kept" else state for state in expected]


def test_an_alarm_rings_with_its_last_period_and_ends_with_the_first_good_one() -> None:
    assert states(rule(3, 3, "notBreaching"), (G, X, X, X, G)) == ["OK"] * 3 + ["ALARM", "OK"]


def test_a_metric_that_falls_silent_ends_an_alarm_a_little_later() -> None:
    silent = states(rule(1, 1, "notBreaching"), (X, *[None] * (MORE + 1)))

    assert silent == ["ALARM"] * (MORE + 1) + ["OK"]


def test_expressions_have_no_value_where_a_metric_has_none_but_for_those_that_fill() -> None:
    a, b = (4.0, None, 2.0), (2.0, 1.0, 0.0)

    assert computed("100 * a / b + 1", {"a": a, "b": b}) == [201.0, None, None]
    assert computed("FILL(a, 0) + b", {"a": a, "b": b}) == [6.0, 1.0, 2.0]
    assert computed("IF(a > 2, b, 7)", {"a": a, "b": b}) == [2.0, None, 7.0]
    with pytest.raises(ValueError, match="no alarm here uses"):
        computed("RATE(a)", {"a": a})
