"""Convert CloudWatch's names to Prometheus's.

https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

import re
from typing import Final

_BEFORE_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_ALLOWED: Final = re.compile(r"[^a-zA-Z0-9_]+")
#: The factor from a CloudWatch unit to Prometheus's base unit, and the base unit's name.
_BASE_UNITS: Final = {
    "Seconds": ("seconds", 1.0),
    "Milliseconds": ("seconds", 1e-3),
    "Microseconds": ("seconds", 1e-6),
    "Bytes": ("bytes", 1.0),
    "Kilobytes": ("bytes", 1e3),
    "Megabytes": ("bytes", 1e6),
    "Percent": ("ratio", 1e-2),
}


def snake(name: str) -> str:
    """Return a name in snake case, with characters that Prometheus does not allow replaced."""
    return _NOT_ALLOWED.sub("_", _BEFORE_CAPITAL.sub("_", name)).strip("_").lower()


def metric_name(namespace: str, name: str, unit: str) -> str:
    """Return a metric's name from its namespace, name and base unit."""
    parts = [snake(namespace), snake(name)]
    base = _BASE_UNITS.get(unit)
    if base is not None and not parts[-1].endswith(f"_{base[0]}"):
        parts.append(base[0])
    return "_".join(part for part in parts if part)


def factor(unit: str) -> float:
    """Return the factor that converts a value to the base unit."""
    base = _BASE_UNITS.get(unit)
    return base[1] if base else 1.0


def is_time(unit: str) -> bool:
    """Return whether a unit is one of time."""
    base = _BASE_UNITS.get(unit)
    return base is not None and base[0] == "seconds"
