"""CloudWatch's evaluation of alarms, without CloudWatch.

It follows the Amazon CloudWatch User Guide: "Alarm evaluation" (M of N data points), "Configuring
how CloudWatch alarms treat missing data", and "Using math expressions with CloudWatch metrics" for
the operators and functions that alarms here use.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
#: A value for each period, the oldest first; None where there is no data.
Series: TypeAlias = Sequence[float | None]

#: How many more data points than its periods an alarm looks at. CloudWatch does not say; in the
#: examples of the User Guide, it retrieves five for three periods.
MORE: Final = 2

_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_OPERATORS: Final[Mapping[type[ast.AST], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """When an alarm rings.

    Attributes
    ----------
    periods
        The number of data points that it evaluates (N).
    datapoints
        The number of them that must breach (M).
    breaches
        Whether a value breaches the threshold.
    missing
        ``missing``, ``ignore``, ``breaching`` or ``notBreaching``.
    """

    periods: int
    datapoints: int
    breaches: Callable[[float], bool]
    missing: str

    @classmethod
    def of(cls, alarm: Mapping[str, Any]) -> Rule:
        """Return the rule of an alarm's properties in a template."""
        compare, threshold = _COMPARISONS[alarm["ComparisonOperator"]], float(alarm["Threshold"])
        periods = alarm["EvaluationPeriods"]
        return cls(
            periods,
            alarm.get("DatapointsToAlarm", periods),
            lambda value: compare(value, threshold),
            alarm.get("TreatMissingData", "missing"),
        )

    def state(self, values: Series, before: State) -> State:
        """Return the state after a period.

        Parameters
        ----------
        values
            Up to now; only the newest count.
        before
            The state until now.
        """
        looked_at = list(values)[-(self.periods + MORE) :]
        found = [value for value in looked_at if value is not None]
        if len(found) < self.periods and self.missing in ("missing", "ignore"):
            return self._with_too_few(looked_at, before)
        # Real data counts before what stands for missing data, however old it is.
        breaching = sum(self.breaches(value) for value in found[-self.periods :])
        if self.missing == "breaching":
            breaching += max(0, self.periods - len(found))
        return "ALARM" if breaching >= self.datapoints else "OK"

    def _with_too_few(self, looked_at: Series, before: State) -> State:
        """Return the state if nothing stands for missing data.

        "Premature transitions": without a good data point, an alarm rings if its oldest breaching
        one is at least as old as `datapoints`.
        """
        is_bad = {
            age: self.breaches(value)
            for age, value in enumerate(reversed(looked_at), 1)
            if value is not None
        }
        if sum(is_bad.values()) >= self.datapoints:
            return "ALARM"
        if not all(is_bad.values()):
            return "OK"
        if self.missing == "ignore":
            return before
        return "ALARM" if max(is_bad, default=0) >= self.datapoints else "INSUFFICIENT_DATA"


def states(rule: Rule, values: Series) -> list[State]:
    """Return an alarm's state after each value, from its creation on."""
    now: State = "INSUFFICIENT_DATA"
    history: list[State] = []
    for end in range(1, len(values) + 1):
        now = rule.state(values[:end], now)
        history.append(now)
    return history


def watched_by(alarm: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the metrics that an alarm watches, each with ``MetricName`` and ``Dimensions``."""
    for part in alarm.get("Metrics", ()):
        if "MetricStat" in part:
            yield part["MetricStat"]["Metric"]
    if "MetricName" in alarm:
        yield alarm


def values_of(alarm: Mapping[str, Any], metrics: Mapping[str, Series]) -> Series:
    """Return what an alarm evaluates, from the series of its metrics by their names."""
    if "MetricName" in alarm:
        return metrics[alarm["MetricName"]]
    operands: dict[str, Series] = {}
    expressions = []
    for part in alarm["Metrics"]:
        if "MetricStat" in part:
            operands[part["Id"]] = metrics[part["MetricStat"]["Metric"]["MetricName"]]
        else:
            expressions.append(part["Expression"])
    (expression,) = expressions
    return computed(expression, operands)


def computed(expression: str, operands: Mapping[str, Series]) -> Series:
    """Return the value of a math expression in each period, None where it has none."""
    tree = ast.parse(expression, mode="eval").body
    (length,) = {len(series) for series in operands.values()}
    return [
        _value(tree, {name: series[at] for name, series in operands.items()})
        for at in range(length)
    ]


def _value(node: ast.AST, at: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=float() | int() as number):
            return float(number)
        case ast.Name(id=name):
            return at[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, _value(left, at), _value(right, at))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _combined(op, _value(left, at), _value(right, at))
        case ast.Call(func=ast.Name(id="FILL"), args=[series, filling]):
            value = _value(series, at)
            return _value(filling, at) if value is None else value
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            is_met = _value(condition, at)
            return None if is_met is None else _value(then if is_met else otherwise, at)
    raise ValueError(f"no alarm here uses {ast.unparse(node)}")


def _combined(op: ast.AST, left: float | None, right: float | None) -> float | None:
    """Apply an operator. A period in which one side has no data has no result."""
    if left is None or right is None or (isinstance(op, ast.Div) and right == 0):
        return None
    return float(_OPERATORS[type(op)](left, right))
