"""Save a report as JSON and as text; k6 writes the page beside them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from load.report.figures import Report
from load.report.text import as_text


def as_document(report: Report) -> dict[str, Any]:
    """Return the report as a JSON document, with derived figures."""
    document = dataclasses.asdict(report)
    document["verdict"] |= {
        "is_correct": report.verdict.is_correct,
        "crossed": report.verdict.crossed,
        "holds": report.verdict.holds,
    }
    return document


def write(report: Report, folder: Path) -> str:
    """Save the report; return it as text, with the path of its folder."""
    (folder / "report.json").write_text(json.dumps(as_document(report), indent=1) + "\n")
    text = as_text(report)
    (folder / "report.txt").write_text(text + "\n", encoding="utf-8")
    return f"{text}\nreport: {folder}"
