"""Draw Grafana's boards from Prometheus's answers, where no Grafana runs.

    eval "$(make -s env)"
    python -m load.report.boards --minutes 5 docs/images

It needs the packages of load/bench/requirements.txt. Each board becomes one picture, with its
panels in the places that Grafana gives them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from load.report.labels import legend, shown

FOLDER: Final = Path(__file__).parents[2] / "localstack" / "observing" / "boards"
VARIABLE: Final = "LEDGERLANE_PROMETHEUS_URL"
#: Prometheus answers with at most 11,000 points a series; a panel has far fewer pixels.
_POINTS: Final = 240
_ANSWER_LIMIT_S: Final = 10.0
_GRID_WIDTH: Final = 24
#: A square of Grafana's grid.
_WIDE_INCHES: Final = 0.72
_HIGH_INCHES: Final = 0.4
_MOST_LEGENDS: Final = 8
_RED: Final = "#c0392b"
_STYLE: Final[Any] = {
    "font.family": "sans-serif",
    "font.size": 7.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.fontsize": 6.0,
    "legend.frameon": False,
    "lines.linewidth": 1.0,
}


class Prometheus:
    """Asks a Prometheus for the series of a time.

    Parameters
    ----------
    url
        Its address.
    begin_s, end_s
        The time, in seconds since the Unix epoch.
    """

    def __init__(self, url: str, begin_s: float, end_s: float) -> None:
        self._url = url
        self.begin_s, self.end_s = begin_s, end_s

    def series(self, query: str) -> list[dict[str, Any]]:
        """Return the series of a query.

        Raises
        ------
        OSError
            If Prometheus does not answer.
        """
        step_s = max(1.0, (self.end_s - self.begin_s) / _POINTS)
        parameters = {"query": query, "start": self.begin_s, "end": self.end_s, "step": step_s}
        url = f"{self._url}/api/v1/query_range?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=_ANSWER_LIMIT_S) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


def draw(board: Mapping[str, Any], prometheus: Prometheus, file: Path) -> None:
    """Draw a board."""
    panels = board["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    with mpl.rc_context(_STYLE):
        size = (_GRID_WIDTH * _WIDE_INCHES, rows * _HIGH_INCHES)
        figure = Figure(figsize=size, layout="constrained")
        figure.suptitle(board["title"], fontsize=12, fontweight="bold")
        grid = figure.add_gridspec(rows, _GRID_WIDTH)
        for panel in panels:
            place = panel["gridPos"]
            below, beside = place["y"] + place["h"], place["x"] + place["w"]
            axes = figure.add_subplot(grid[place["y"] : below, place["x"] : beside])
            if panel["type"] == "stat":
                _draw_numbers(axes, panel, prometheus)
            else:
                _draw_lines(axes, panel, prometheus)
                _draw_marks(axes, board["annotations"]["list"], prometheus)
        figure.savefig(file, dpi=66)


def _draw_lines(axes: Axes, panel: Mapping[str, Any], prometheus: Prometheus) -> None:
    drawn, highest = 0, 0.0
    for target in panel["targets"]:
        for series in prometheus.series(target["expr"]):
            times = [_moment(at) for at, _ in series["values"]]
            values = [float(value) for _, value in series["values"]]
            label = legend(target["legendFormat"], series["metric"])
            axes.plot(times, values, label=label if drawn < _MOST_LEGENDS else None)
            highest = max(highest, *filter(math.isfinite, values), 0.0)
            drawn += 1
    defaults = panel["fieldConfig"]["defaults"]
    axes.set_title(panel["title"])
    axes.set_xlim(_moment(prometheus.begin_s), _moment(prometheus.end_s))
    _scale(axes, highest, _threshold_of(defaults))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S"))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: shown(value, defaults["unit"])))
    if drawn:
        axes.legend(loc="upper left", ncols=2)
    else:
        axes.text(0.5, 0.5, "no data", ha="center", transform=axes.transAxes, color=_RED)


def _draw_marks(axes: Axes, marks: Sequence[Mapping[str, Any]], prometheus: Prometheus) -> None:
    """Shade the times of load runs and alerts."""
    for mark in marks:
        for series in prometheus.series(mark["expr"]):
            times = [_moment(at) for at, _ in series["values"]]
            axes.axvspan(times[0], times[-1], color=mark["iconColor"], alpha=0.06, linewidth=0)


def _threshold_of(defaults: Mapping[str, Any]) -> float | None:
    steps = defaults.get("thresholds", {}).get("steps", [])
    return float(steps[1]["value"]) if len(steps) > 1 else None


def _scale(axes: Axes, highest: float, threshold: float | None) -> None:
    """Scale the values' axis, and draw the threshold if the values come near it."""
    top = highest or threshold or 1.0
    if threshold is not None and threshold <= 2 * top:
        axes.axhline(threshold, color=_RED, linestyle="--", linewidth=0.8)
        top = max(top, threshold)
    # Room below for lines at zero, and above for the legend.
    axes.set_ylim(-0.02 * top, 1.3 * top)


def _draw_numbers(axes: Axes, panel: Mapping[str, Any], prometheus: Prometheus) -> None:
    axes.set_title(panel["title"])
    axes.set_axis_off()
    targets = panel["targets"]
    for number, target in enumerate(targets):
        last = [float(one["values"][-1][1]) for one in prometheus.series(target["expr"])]
        colour = "#2e8b57" if last == [0.0] else _RED
        middle = (number + 0.5) / len(targets)
        text = f"{last[0]:g}" if last else "no data"
        axes.text(
            middle, 0.62, text, ha="center", fontsize=16, color=colour, transform=axes.transAxes
        )
        label = target["legendFormat"]
        axes.text(middle, 0.25, label, ha="center", fontsize=6.5, transform=axes.transAxes)


def _moment(at_s: float) -> float:
    """Return a time as matplotlib's axes have it: in days since the Unix epoch."""
    return at_s / 86_400


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw every board; return the exit status."""
    parser = argparse.ArgumentParser(description="Draw Grafana's boards from Prometheus.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument(
        "--prometheus", default=os.environ.get(VARIABLE), help=f"its address ({VARIABLE})"
    )
    parser.add_argument("--minutes", type=float, default=15.0, help="how far back (15)")
    options = parser.parse_args(arguments)
    if not options.prometheus:
        parser.error('no address of Prometheus: eval "$(make -s env)", or use --prometheus')
    options.folder.mkdir(parents=True, exist_ok=True)
    now_s = time.time()
    prometheus = Prometheus(options.prometheus, now_s - 60 * options.minutes, now_s)
    try:
        for path in sorted(FOLDER.glob("*.json")):
            file = options.folder / f"board-{path.stem}.png"
            draw(json.loads(path.read_text()), prometheus, file)
            print(file)
    except (urllib.error.URLError, TimeoutError) as error:
        print(f"Prometheus does not answer ({error}); check `make status`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
