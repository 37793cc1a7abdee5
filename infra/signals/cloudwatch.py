"""A signal's metric and alarm in CloudWatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from infra.cdk.config import AwsStage

#: What reports a metric: one of our functions in its logs, Lambda about a function or about the
#: mapping of the commands' topic, API Gateway, RDS about the server or its proxy, MSK about the
#: cluster or about each broker, or ElastiCache.
Source = Literal[
    "report", "function", "mapping", "api", "database", "proxy", "cluster", "broker", "cache"
]
#: A database server is an Aurora cluster or an instance.
Engine = Literal["aurora", "instance"]

MINUTE_S: Final = 60
#: The shortest period of MSK's metrics, and long enough for a share of few requests.
FIVE_MINUTES_S: Final = 5 * MINUTE_S
HOUR_S: Final = 60 * MINUTE_S
DAY_S: Final = 24 * HOUR_S


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
        The function's logical name, for the sources ``report`` and ``function``.
    period_s
        The period of the statistic, in seconds.
    scale
        How many of its units are one of the signal's, such as 1,000 for milliseconds.
    engine
        The database engine that alone has it; None for both.
    """

    source: Source
    name: str
    statistic: str
    function: str = ""
    period_s: int = MINUTE_S
    scale: float = 1.0
    engine: Engine | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alarm on a metric.

    Parameters
    ----------
    metric
        The metric.
    periods
        The number of consecutive periods.
    threshold
        The threshold in the metric's unit, if it depends on the stage or differs from Prometheus's;
        None for the signal's own, which is scaled to the metric's unit.
    missing_fires
        Whether it also fires without data.
    """

    metric: Metric
    periods: int = 1
    threshold: float | Callable[[AwsStage], float] | None = None
    missing_fires: bool = False


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
