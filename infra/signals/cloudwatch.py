"""A signal's metric and alarm in CloudWatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from infra.cdk.config import AwsStage

#: What reports a metric: one of our functions in its logs, Lambda about a function, about the
#: mapping of a topic or about the function that rotates a password, API Gateway, RDS about the
#: server or its proxy, MSK about the cluster or about each broker, or ElastiCache.
Source = Literal[
    "report",
    "function",
    "mapping",
    "rotation",
    "api",
    "database",
    "proxy",
    "cluster",
    "broker",
    "cache",
]
#: What an alarm makes of a period without data: nothing is wrong, something is, or nothing changed.
Silence = Literal["quiet", "fires", "keeps"]
#: A database server is an Aurora cluster or an instance.
Engine = Literal["aurora", "instance"]

MINUTE_S: Final = 60
#: The shortest period of MSK's metrics, and long enough for a share of few requests.
FIVE_MINUTES_S: Final = 5 * MINUTE_S
HOUR_S: Final = 60 * MINUTE_S
DAY_S: Final = 24 * HOUR_S
GIB: Final = 1024**3


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of CloudWatch.

    Parameters
    ----------
    source
        What reports it.
    name, statistic
        As CloudWatch names them.
    function
        The function's logical name, for the sources ``report``, ``function`` and ``mapping``; whose
        password it is, for ``rotation``.
    period_s
        The period of the statistic, in seconds.
    scale
        How many of its units are one of the signal's, such as 1,000 for milliseconds.
    engine
        The database engine that alone has it; None for both.
    needs_tiers
        Whether brokers have it only with tiered storage.
    """

    source: Source
    name: str
    statistic: str
    function: str = ""
    period_s: int = MINUTE_S
    scale: float = 1.0
    engine: Engine | None = None
    needs_tiers: bool = False

    @property
    def parts(self) -> tuple[Metric, ...]:
        """What CloudWatch is asked for."""
        return (self,)


@dataclass(frozen=True, slots=True)
class Formula:
    """A value that CloudWatch computes from metrics of one period.

    Parameters
    ----------
    expression
        In CloudWatch's metric math (Amazon CloudWatch User Guide, "Using math expressions").
    operands
        The metrics, by the names that the expression has for them.
    label
        What it is, for the dashboard.
    scale
        How many of its units are one of the signal's.
    """

    expression: str
    operands: tuple[tuple[str, Metric], ...]
    label: str
    scale: float = 1.0

    @property
    def parts(self) -> tuple[Metric, ...]:
        """What CloudWatch is asked for."""
        return tuple(metric for _, metric in self.operands)

    @property
    def period_s(self) -> int:
        """The period of the metrics, in seconds."""
        (period_s,) = {metric.period_s for metric in self.parts}
        return period_s


#: What an alarm watches and a line shows.
Measure: TypeAlias = Metric | Formula


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alarm on a metric.

    Parameters
    ----------
    metric
        The metric, or what is computed from several.
    periods
        The number of consecutive periods.
    threshold
        The threshold in the metric's unit, if it depends on the stage or differs from Prometheus's;
        None for the signal's own, which is scaled to the metric's unit.
    silence
        What a period without data means.
    """

    metric: Measure
    periods: int = 1
    threshold: float | Callable[[AwsStage], float] | None = None
    silence: Silence = "quiet"


def report(
    function: str,
    name: str,
    statistic: str = "Maximum",
    *,
    period_s: int = MINUTE_S,
    scale: float = 1.0,
) -> Metric:
    """Return a metric that one of our functions writes in the embedded metric format."""
    return Metric("report", name, statistic, function, period_s, scale)


def of_function(function: str, name: str, statistic: str = "Sum") -> Metric:
    """Return Lambda's metric of a function."""
    return Metric("function", name, statistic, function)


def of_mapping(function: str, name: str, statistic: str = "Sum") -> Metric:
    """Return Lambda's metric of the mapping whose records a function gets."""
    return Metric("mapping", name, statistic, function)


def runs(function: str, name: str, period_s: int = MINUTE_S) -> Formula:
    """Return how often a function reported in a period, which is 0 if it did not.

    With a value for each period, no alarm looks at older ones because newer ones are missing.
    """
    reported = report(function, name, "SampleCount", period_s=period_s)
    return Formula("FILL(reports, 0)", (("reports", reported),), f"reports of {function}")
