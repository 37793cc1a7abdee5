"""A signal: its meaning, its query, its threshold, its alarm and its panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from infra.signals.cloudwatch import Alarm

#: Somebody must react now, or on the next working day.
Severity = Literal["page", "ticket"]
PAGE: Final[Severity] = "page"
TICKET: Final[Severity] = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A monitored signal, which is an alert in Prometheus and an alarm in CloudWatch.

    Parameters
    ----------
    name
        The alert's and the alarm's name, and the heading of its runbook.
    meaning
        The problem while it fires, in plain words.
    promise
        The number of the design's rule (1 to 14) that it monitors.
    panel
        The panel that draws it.
    legend
        The name of its line, which says what is measured, not what is wrong; by default, `name`.
    query
        The query of Prometheus; None if only AWS has the signal.
    unit
        The unit of the query's value, as named by Grafana; ``short`` for a plain number.
    threshold
        The signal fires at or above this value, or below it if `is_below`.
    for_s
        How long the condition must be met in Prometheus, in seconds.
    severity
        How soon somebody must react.
    alarm
        The alarm in CloudWatch; None if only Prometheus has the signal.
    only_here, only_on_aws
        Why CloudWatch has no alarm, or Prometheus no query; empty if it has one.
    """

    name: str
    meaning: str
    promise: int
    panel: str
    legend: str = ""
    query: str | None = None
    unit: str = "short"
    threshold: float = 1.0
    is_below: bool = False
    for_s: int = 0
    severity: Severity = "page"
    alarm: Alarm | None = None
    only_here: str = ""
    only_on_aws: str = ""

    @property
    def condition(self) -> str:
        """The condition in Prometheus's language, such as ``>= 1``."""
        return f"{'<' if self.is_below else '>='} {self.threshold:g}"
