"""A signal: its meaning, its query, and its threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Somebody must react now, or on the next working day.
Severity = Literal["page", "ticket"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A monitored signal.

    Parameters
    ----------
    name
        The alert's name, and the heading of its runbook.
    meaning
        The problem while it fires, in plain words.
    promise
        The number of the design's rule (1 to 14) that it monitors; 0 for the infrastructure.
    query
        The query of Prometheus and the dashboards; None if only AWS has the signal.
    unit
        The unit of the query's value, as named by Prometheus; ``short`` for a plain number.
    fires
        The condition of the alert, such as ``> 0``.
    for_s
        How long the condition must be met, in seconds.
    severity
        How soon somebody must react.
    only_here
        Why CloudWatch has no alarm with this name; empty if it has one.
    """

    name: str
    meaning: str
    promise: int
    query: str | None
    unit: str = "short"
    fires: str = "> 0"
    for_s: int = 0
    severity: Severity = "page"
    only_here: str = ""
