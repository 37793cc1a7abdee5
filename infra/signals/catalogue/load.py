"""Panels of a load run: what the clients of `make load` ask for and see."""

from __future__ import annotations

from typing import Final

from infra.signals.panel import Line, Panel
from infra.signals.queries import per_second, quantile

PANELS: Final = (
    Panel(
        "Load",
        "Requests per second that `make load` was asked for, and responses that its clients saw",
        ("load",),
        unit="reqps",
        lines=(
            Line("wanted", "sum(ledgerlane_load_wanted)"),
            Line("{{result}}", per_second("ledgerlane_load_requests_total", by="result")),
        ),
    ),
    Panel(
        "Latency of clients",
        "Response times as the clients of `make load` see them",
        ("load",),
        unit="s",
        lines=tuple(
            Line(f"p{share * 100:g}", quantile(share, "ledgerlane_load_latency_seconds"))
            for share in (0.5, 0.99)
        ),
    ),
)
