"""Grafana's boards as tests read them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "localstack" / "observing" / "boards"
#: Selectors, windows, texts, and the lists of labels after the words that take one.
_NO_METRICS: Final = re.compile(
    r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|\b(?:by|on|unless on)\s*\([^)]*\)"
)
_FUNCTIONS: Final = re.compile(r"[a-z_]+(?=\s*\()")
_NAME: Final = re.compile(r"\b[a-zA-Z_][a-zA-Z0-9_]*\b")
_WORDS: Final = frozenset({"or", "and", "unless", "sum", "max", "min", "count", "by", "on", "topk"})


def load_boards() -> dict[str, dict[str, Any]]:
    """Return the boards by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def metrics_in(query: str) -> set[str]:
    """Return the names of the metrics that a query reads."""
    rest = _FUNCTIONS.sub("", _NO_METRICS.sub("", query))
    return set(_NAME.findall(rest)) - _WORDS
