"""Save a report as JSON and as a self-contained page."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from load.report.figures import Report
from load.report.page import as_page
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
    """Save the report; return it as text, with the path of the page."""
    (folder / "report.json").write_text(json.dumps(as_document(report), indent=1) + "\n")
    page = folder / "report.html"
    page.write_text(as_page(report), encoding="utf-8")
    return f"{as_text(report)}\nreport: {page}"
