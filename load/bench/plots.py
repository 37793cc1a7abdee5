"""Plot `make bench-scale`: commands per second and CPU per command over each dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from load.bench.layers import image_name, short, stacked

#: An axis is logarithmic if the ratio of its largest to its smallest value exceeds this.
WIDE: Final = 30.0
_STYLE: Final[Any] = {
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    # Keep text as text and derive ids from the content, so that the same data gives the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "ledgerlane",
}
_LINE: Final = "#1f4e79"
_COLOURS: Final = ("#1f4e79", "#e07b39", "#4c9f70", "#8a5a9e", "#c9a227", "#b5475b", "#9a9a9a")


def draw(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw one SVG per dimension into a directory; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, dimension in report["dimensions"].items():
        if len(dimension["points"]) > 1:
            file = folder / image_name(name)
            _draw(dimension["title"], dimension["points"], heading(report), file)
            files.append(file)
    return files


def heading(report: Mapping[str, Any]) -> str:
    """Return a line with the conditions of the measurement."""
    machine = report["machine"]
    return f"{report['revision']}, {machine['cpu']}, {machine['cores']} cores"


def _draw(title: str, points: Sequence[Mapping[str, Any]], where: str, file: Path) -> None:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.0, 3.4), layout="constrained")
        rate, cpu = figure.subplots(1, 2)
        _draw_rate(rate, points)
        _draw_cpu(cpu, points)
        _scale(rate, [point["value"] for point in points])
        for axes in (rate, cpu):
            axes.set_xlabel(title)
            axes.set_ylim(bottom=0)
        figure.suptitle(where, fontsize=8, color="#777777", x=0.01, ha="left")
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_rate(axes: Axes, points: Sequence[Mapping[str, Any]]) -> None:
    values = [point["value"] for point in points]
    medians = [point["per_s"]["median"] for point in points]
    below = [point["per_s"]["median"] - point["per_s"]["lowest"] for point in points]
    above = [point["per_s"]["highest"] - point["per_s"]["median"] for point in points]
    axes.errorbar(
        values, medians, yerr=[below, above], color=_LINE, marker="o", markersize=4, capsize=3
    )
    axes.set_title("Commands per second (median, lowest to highest)", fontsize=9, loc="left")
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _draw_cpu(axes: Axes, points: Sequence[Mapping[str, Any]]) -> None:
    """Draw a bar per point with its sum above, because the costs differ too much to read off."""
    places = range(len(points))
    sums = [0.0] * len(points)
    for (name, values), colour in zip(
        stacked(points, len(_COLOURS)).items(), _COLOURS, strict=False
    ):
        axes.bar(places, values, bottom=sums, label=name, color=colour, width=0.62)
        sums = [below + value for below, value in zip(sums, values, strict=True)]
    for place, whole in zip(places, sums, strict=True):
        axes.annotate(
            f"{whole:,.0f}", (place, whole), (0, 2), textcoords="offset points", ha="center",
            fontsize=7,
        )  # fmt: skip
    axes.set_title("CPU per command, µs", fontsize=9, loc="left")
    axes.set_xticks(places, labels=[short(point["value"]) for point in points])
    axes.grid(visible=False, axis="x")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    handles, labels = axes.get_legend_handles_labels()
    # List the legend in the order of the layers, from top to bottom.
    axes.legend(
        *(handles[::-1], labels[::-1]),
        fontsize=7,
        frameon=False,
        # Beside the bars, which can fill the whole plot.
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )


def _scale(axes: Axes, values: Sequence[float]) -> None:
    """Make a wide axis logarithmic, including 0, and mark the measured values."""
    positive = [value for value in values if value > 0]
    if max(positive) / min(positive) > WIDE:
        if min(values) > 0:
            axes.set_xscale("log")
        else:
            axes.set_xscale("symlog", linthresh=min(positive))
    axes.set_xticks(values, labels=[short(value) for value in values])
    axes.minorticks_off()
