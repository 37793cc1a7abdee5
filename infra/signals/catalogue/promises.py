"""The promises of the design, and the panel that shows whether each one holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from infra.signals.panel import Line, Panel
from infra.signals.signal import Signal

#: Those that signals watch, by the numbers that signals give and alerts have as a label.
PROMISES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Nothing accepted is lost",
        4: "Commands take effect in order",
        5: "The books balance",
        7: "The cache may vanish",
        10: "A poison record blocks nobody",
        13: "No customer holds up another",
        14: "API and services respond",
    }
)


def panel_of(signals: Iterable[Signal]) -> Panel:
    """Return the panel of all promises that Prometheus watches: how many alerts of each fire."""
    watched = sorted({signal.promise for signal in signals if signal.query})
    return Panel(
        "Promises",
        "How many alerts fire, by the promise that they watch. 0 means that it holds",
        ("overview",),
        lines=tuple(Line(f"{number}. {PROMISES[number]}", _firing(number)) for number in watched),
        form="numbers",
    )


def _firing(promise: int) -> str:
    return f'count(ALERTS{{alertstate="firing",promise="{promise}"}}) or vector(0)'
