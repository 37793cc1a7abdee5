"""Create Grafana's dashboards from the list of panels.

`python -m infra.signals.boards` writes them to the directory that Grafana loads. It needs the
packages of tests/requirements.txt.
https://grafana.com/docs/grafana/latest/observability-as-code/foundation-sdk/
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, Final

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as models

from infra.signals.catalogue import PANELS, lines_of, signals_of
from infra.signals.panel import Board, Panel
from infra.signals.rules import RUNBOOKS

FOLDER: Final = Path(__file__).parents[2] / "localstack" / "observing" / "boards"
TITLES: Final[Mapping[Board, str]] = MappingProxyType(
    {
        "overview": "Overview",
        "api": "API",
        "ledger": "Ledger and partitions",
        "services": "Services",
        "load": "Load run",
    }
)
_VARIABLE: Final = "datasource"
_SOURCE: Final = models.DataSourceRef(type_val="prometheus", uid=f"${{{_VARIABLE}}}")
_COLUMNS: Final = 3
_GRID_WIDTH: Final = 24
_TAG: Final = "ledgerlane"
#: Prometheus scrapes this often; with longer steps, short alerts would be missed.
_STEP: Final = "5s"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What every board marks: the times in which a query has a value above 0.

    Its title and text name labels of the query's series.
    """

    name: str
    query: str
    colour: str
    title: str
    text: str

    @property
    def settings(self) -> dict[str, Any]:
        """What the SDK's model lacks, as Grafana's data source of Prometheus reads it.

        Older versions of Grafana read the query and the step beside the target, newer ones in it.
        """
        return {
            "step": _STEP,
            "titleFormat": self.title,
            "textFormat": self.text,
            "target": {"expr": self.query, "interval": _STEP, "refId": "Anno"},
        }


_MARKS: Final = (
    _Mark("Alerts", 'ALERTS{alertstate="firing"}', "red", "{{alertname}}", "{{severity}}"),
    _Mark("Load runs", "ledgerlane_load_run", "blue", "Load run", "{{mix}}, {{profile}}"),
)


def boards() -> dict[str, str]:
    """Return each board's JSON by the name of its file."""
    return {f"{board}.json": _text(_board(board, title)) for board, title in TITLES.items()}


def _text(board: dashboard.Dashboard) -> str:
    document = json.loads(json.dumps(board.build(), cls=JSONEncoder))
    for annotation, mark in zip(document["annotations"]["list"], _MARKS, strict=True):
        annotation |= mark.settings
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _board(board: Board, title: str) -> dashboard.Dashboard:
    made = (
        dashboard.Dashboard(f"Ledgerlane: {title}")
        .uid(f"ledgerlane-{board}")
        .description("Generated from infra/signals; changes made in Grafana are lost")
        .tags([_TAG])
        .readonly()
        .timezone("browser")
        .refresh("10s")
        .time("now-15m", "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .link(
            dashboard.DashboardLink("Boards")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags([_TAG])
            .keep_time(True)
        )
        .with_variable(
            dashboard.DatasourceVariable(_VARIABLE).label("Prometheus").type("prometheus")
        )
    )
    for mark in _MARKS:
        made.annotation(_annotation(mark))
    for number, panel in enumerate(_panels_of(board), start=1):
        made.with_panel(
            _numbers(panel, number) if panel.form == "numbers" else _graph(panel, number)
        )
    return made


def _panels_of(board: Board) -> Iterator[Panel]:
    """Yield a board's panels, without those that only AWS has."""
    for panel in PANELS:
        if board in panel.boards and any(line.query for line in lines_of(panel)):
            yield panel


def _annotation(mark: _Mark) -> dashboard.AnnotationQuery:
    return (
        dashboard.AnnotationQuery()
        .name(mark.name)
        .datasource(_SOURCE)
        .enable(True)
        .icon_color(mark.colour)
        .expr(mark.query)
    )


def _graph(panel: Panel, number: int) -> timeseries.Panel:
    graph = (
        timeseries.Panel()
        .id(number)
        .title(panel.name)
        .description(_description(panel))
        .datasource(_SOURCE)
        .unit(panel.unit)
        .min(0)
        .span(_GRID_WIDTH // _COLUMNS)
        .height(8)
        .targets(_targets(panel))
        .line_width(1)
        .fill_opacity(8)
        .show_points(looks.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .display_mode(looks.LegendDisplayMode.LIST)
            .placement(looks.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(looks.TooltipDisplayMode.MULTI)
            .sort(looks.SortOrder.DESCENDING)
        )
    )
    limits = {(s.threshold, s.is_below) for s in signals_of(panel) if s.query}
    if len(limits) == 1:
        ((threshold, is_below),) = limits
        graph.thresholds(_threshold(threshold, is_below=is_below)).thresholds_style(
            common.GraphThresholdsStyleConfig().mode(looks.GraphThresholdsStyleMode.DASHED)
        )
    return graph


def _numbers(panel: Panel, number: int) -> stat.Panel:
    """Return a panel of the lines' last values, each green at 0 and red above."""
    return (
        stat.Panel()
        .id(number)
        .title(panel.name)
        .description(_description(panel))
        .datasource(_SOURCE)
        .unit(panel.unit)
        .span(_GRID_WIDTH)
        .height(4)
        .targets(_targets(panel))
        .thresholds(_threshold(1, is_below=False))
        .color_mode(looks.BigValueColorMode.BACKGROUND)
        .graph_mode(looks.BigValueGraphMode.NONE)
        .text_mode(looks.BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
    )


def _targets(panel: Panel) -> list[Builder[Dataquery]]:
    found = [line for line in lines_of(panel) if line.query]
    return [
        prometheus.Dataquery()
        .ref_id(letter)
        .datasource(_SOURCE)
        .expr(line.query or "")
        .legend_format(line.legend)
        .range()
        for letter, line in zip(ascii_uppercase, found, strict=False)
    ]


def _threshold(value: float, *, is_below: bool) -> dashboard.ThresholdsConfig:
    colours = ("red", "green") if is_below else ("green", "red")
    steps = [
        models.Threshold(at, colour) for at, colour in zip((None, value), colours, strict=True)
    ]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _description(panel: Panel) -> str:
    """Return what a panel shows, and the alerts on it with their runbooks."""
    alerts = [
        f"- {signal.name}: {signal.meaning} ({RUNBOOKS}#{signal.name})"
        for signal in signals_of(panel)
        if signal.query
    ]
    return "\n".join([f"{panel.meaning}.", *(["", "Alerts:", *alerts] if alerts else [])])


def main() -> int:
    """Write the boards; return the exit status."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in boards().items():
        (FOLDER / name).write_text(text)
        sys.stdout.write(f"wrote {FOLDER / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
