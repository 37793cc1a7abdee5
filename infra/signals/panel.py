"""A panel of the boards: its lines, and the boards that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from infra.signals.cloudwatch import Measure

#: The boards, and the rows of CloudWatch's dashboard.
Board = Literal["overview", "api", "ledger", "services", "load"]
#: Lines over time, or the last value of each line.
Form = Literal["lines", "numbers"]


@dataclass(frozen=True, slots=True)
class Line:
    """The series of a query.

    Parameters
    ----------
    legend
        The name of the series; ``{{label}}`` stands for the value of a label, as in Grafana.
    query
        The query of Prometheus; None if only AWS has it.
    metric
        The metric in CloudWatch; None if AWS does not have it.
    """

    legend: str
    query: str | None = None
    metric: Measure | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel. The signals that name it are drawn in it too, with their thresholds.

    Parameters
    ----------
    name
        The title, by which signals name it.
    meaning
        What it shows, for a reader who sees it for the first time.
    boards
        The boards that show it.
    unit
        The unit, as named by Grafana; the signals in it have the same.
    lines
        Series beside those of the signals.
    form
        How it is drawn.
    """

    name: str
    meaning: str
    boards: tuple[Board, ...]
    unit: str = "short"
    lines: tuple[Line, ...] = ()
    form: Form = "lines"
