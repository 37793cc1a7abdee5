"""Texts of a board's picture, in the forms that Grafana gives them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

#: By the unit as Grafana names it: the factor, and what follows the number.
_UNITS: Final[dict[str, tuple[float, str]]] = {
    "percentunit": (100.0, " %"),
    "s": (1.0, " s"),
    "bytes": (1.0, " B"),
    "Bps": (1.0, " B/s"),
    "ops": (1.0, "/s"),
    "reqps": (1.0, "/s"),
    "short": (1.0, ""),
}
_PREFIXES: Final = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_LABEL: Final = re.compile(r"{{(\w+)}}")


def shown(value: float, unit: str) -> str:
    """Return a value with its unit, as an axis shows it.

    Raises
    ------
    KeyError
        If no board uses the unit.
    """
    factor, suffix = _UNITS[unit]
    value *= factor
    if unit == "s" and 0 < math.fabs(value) < 1:
        return f"{value * 1000:g} ms"
    for limit, prefix in _PREFIXES:
        if math.fabs(value) >= limit:
            return f"{value / limit:g} {prefix}{suffix.strip()}"
    return f"{value:g}{suffix}"


def legend(form: str, labels: Mapping[str, str]) -> str:
    """Return a series' name: the form with the values of the labels that it names."""
    return _LABEL.sub(lambda found: labels.get(found[1], ""), form)
