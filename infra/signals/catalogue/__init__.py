"""The one list of signals and panels. Rules, boards, alarms and dashboards are made from it."""

from __future__ import annotations

from typing import Final

from infra.signals.catalogue import brokers, edge, flow, load, money, promises, services
from infra.signals.panel import Line, Panel
from infra.signals.signal import Signal

SIGNALS: Final[tuple[Signal, ...]] = (
    *money.SIGNALS,
    *flow.SIGNALS,
    *edge.SIGNALS,
    *services.SIGNALS,
    *brokers.SIGNALS,
)
#: In the order in which boards show them.
PANELS: Final[tuple[Panel, ...]] = (
    promises.panel_of(SIGNALS),
    *load.PANELS,
    *edge.PANELS,
    *flow.PANELS,
    *money.PANELS,
    *services.PANELS,
    *brokers.PANELS,
)


def signals_of(panel: Panel) -> tuple[Signal, ...]:
    """Return the signals that a panel draws."""
    return tuple(signal for signal in SIGNALS if signal.panel == panel.name)


def lines_of(panel: Panel) -> tuple[Line, ...]:
    """Return a panel's lines: its own, then one for each of its signals."""
    watched = (
        Line(
            signal.legend or signal.name,
            signal.query,
            signal.alarm.metric if signal.alarm else None,
        )
        for signal in signals_of(panel)
    )
    return (*panel.lines, *watched)
