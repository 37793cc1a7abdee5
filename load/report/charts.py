"""Draw plots as inline SVG: lines, stacked areas and a heat map over the seconds of a run.

Colours are variables of the page (``--c0`` ... ``--c9``), so they follow its light or dark theme.
Each second has a transparent bar whose title the browser shows as a tooltip.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from load.report.figures import Series

WIDTH: Final = 720
HEIGHT: Final = 230
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 10, 26
COLOURS: Final = 10
#: A heat map's maximum number of columns. In longer runs, a column is the maximum of some seconds.
MOST_COLUMNS: Final = 120
_INNER_W: Final = WIDTH - LEFT - RIGHT
_INNER_H: Final = HEIGHT - TOP - BOTTOM


def ticks(most: float, count: int = 4) -> list[float]:
    """Return round numbers from 0 to at least ``most``, in steps of 1, 2 or 5 times 10^n."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def label(value: float) -> str:
    """Format a number of an axis."""
    if value >= 10_000:
        return f"{value / 1000:,.0f}k"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def legend(names: Sequence[str]) -> str:
    """Return a legend of the names with their colours."""
    items = "".join(
        f'<span><i style="background:var(--c{place % COLOURS})"></i>{escape(name)}</span>'
        for place, name in enumerate(names)
    )
    return f'<div class="legend">{items}</div>'


def lines(series: Mapping[str, Series], unit: str) -> str:
    """Return a plot with a line for each series. A line has a gap where a value is missing."""
    most = max((one for values in series.values() for one in values if one is not None), default=0)
    scale = ticks(most)
    seconds = max((len(values) for values in series.values()), default=1)
    drawn = []
    for place, values in enumerate(series.values()):
        colour = f"stroke:var(--c{place % COLOURS})"
        drawn.append(f'<path class="line" style="{colour}" d="{_path(values, scale[-1])}"/>')
    return _plot("".join(drawn), scale, seconds, series, unit)


def stacked(series: Mapping[str, Series], unit: str) -> str:
    """Return a plot with stacked series, the first at the bottom."""
    seconds = max((len(values) for values in series.values()), default=1)
    layers: list[list[float]] = [[0.0] * seconds]
    for values in series.values():
        layers.append([low + (one or 0.0) for low, one in zip(layers[-1], values, strict=True)])
    scale = ticks(max(layers[-1], default=0))
    drawn = []
    for place, (low, high) in enumerate(itertools.pairwise(layers)):
        there = [(x, _y(value, scale[-1])) for x, value in zip(_xs(seconds), high, strict=True)]
        back = [(x, _y(value, scale[-1])) for x, value in zip(_xs(seconds), low, strict=True)]
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*there, *back[::-1]))
        colour = f"var(--c{place % COLOURS})"
        drawn.append(f'<polygon class="area" style="fill:{colour}" points="{outline}"/>')
    return _plot("".join(drawn), scale, seconds, series, unit)


def heat(series: Mapping[str, Series], unit: str) -> str:
    """Return a heat map with a row for each series."""
    seconds = max((len(values) for values in series.values()), default=1)
    each = math.ceil(seconds / MOST_COLUMNS)
    columns = math.ceil(seconds / each)
    most = max((one for values in series.values() for one in values if one is not None), default=0)
    row_h = 16
    height = TOP + row_h * len(series) + BOTTOM
    cell_w = _INNER_W / columns
    drawn = []
    for row, (name, values) in enumerate(series.items()):
        y = TOP + row * row_h
        drawn.append(f'<text class="y" x="{LEFT - 6}" y="{y + 12}">{escape(name)}</text>')
        for column in range(columns):
            some = [one for one in values[column * each : (column + 1) * each] if one is not None]
            value = max(some, default=0)
            # Square root, so that a small lag stays visible beside a large one.
            strength = math.sqrt(value / most) if most else 0.0
            title = f"partition {name}, {column * each} s: {label(value)} {unit}"
            drawn.append(
                f'<rect class="cell" x="{LEFT + column * cell_w:.2f}" y="{y + 1}"'
                f' width="{max(cell_w - 0.5, 0.5):.2f}" height="{row_h - 2}"'
                f' style="fill-opacity:{0.05 + 0.95 * strength:.2f}">'
                f"<title>{escape(title)}</title></rect>"
            )
    axis = "".join(_time_axis(seconds, height))
    return _svg("".join(drawn) + axis, height)


# -- parts of a plot ---------------------------------------------------------------------------


def _svg(inner: str, height: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{inner}</svg>'


def _plot(
    drawn: str, scale: Sequence[float], seconds: int, series: Mapping[str, Series], unit: str
) -> str:
    parts = [
        *_value_axis(scale),
        *_time_axis(seconds, HEIGHT),
        drawn,
        *_titles(seconds, series, unit),
    ]
    return _svg("".join(parts), HEIGHT)


def _value_axis(scale: Sequence[float]) -> Iterator[str]:
    for value in scale:
        y = _y(value, scale[-1])
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="y" x="{LEFT - 6}" y="{y + 4:.1f}">{label(value)}</text>'


def _time_axis(seconds: int, height: int) -> Iterator[str]:
    for value in ticks(seconds, 6):
        if value <= seconds:
            x = LEFT + _INNER_W * value / max(seconds, 1)
            yield f'<text class="x" x="{x:.1f}" y="{height - 8}">{label(value)} s</text>'


def _titles(seconds: int, series: Mapping[str, Series], unit: str) -> Iterator[str]:
    width = _INNER_W / max(seconds, 1)
    for second in range(seconds):
        rows = [f"{second} s"]
        for name, values in series.items():
            value = values[second] if second < len(values) else None
            rows.append(f"{name}: {'-' if value is None else f'{value:,.2f}'} {unit}")
        yield (
            f'<rect class="hover" x="{LEFT + second * width:.2f}" y="{TOP}" width="{width:.2f}"'
            f' height="{_INNER_H}"><title>{escape(chr(10).join(rows))}</title></rect>'
        )


def _path(values: Series, most: float) -> str:
    words = []
    is_down = False
    for x, value in zip(_xs(len(values)), values, strict=True):
        if value is not None:
            words.append(f"{'L' if is_down else 'M'}{x:.1f} {_y(value, most):.1f}")
        is_down = value is not None
    return "".join(words)


def _xs(seconds: int) -> list[float]:
    """Return the x coordinate of the middle of each second."""
    return [LEFT + _INNER_W * (second + 0.5) / max(seconds, 1) for second in range(seconds)]


def _y(value: float, most: float) -> float:
    return TOP + _INNER_H * (1 - value / most) if most else TOP + _INNER_H
