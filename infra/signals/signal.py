"""One signal: what it means when it shows trouble, and how each world sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Somebody has to look now, or on the next working day.
Severity = Literal["page", "ticket"]


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is watched.

    Parameters
    ----------
    name
        The alert's name, and the heading of its runbook.
    meaning
        What is wrong while it fires, as a person would say it.
    promise
        Which of the design's fourteen rules it watches; 0 for the machines below them.
    query
        What Prometheus evaluates and the boards draw; None where only AWS has it.
    unit
        Of the query's value, in Prometheus's words; ``short`` for a plain number.
    fires
        A comparison that the value meets while the alert fires, such as ``> 0``.
    for_s
        How long the value has to meet it, in seconds.
    severity
        How soon somebody has to look.
    only_here
        Why CloudWatch has no alarm of this name; empty where it has one.
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
