"""docs/configuration.md has the settings, quotas and names of today.

``UPDATE_SNAPSHOTS=1`` writes its tables anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import app
from handlers.platform import bounds
from handlers.platform.bounds import QUOTAS, SETTINGS

DOCS = Path(app.__file__).parent / "docs"
PAGE = DOCS / "configuration.md"
NAMES = {
    "accepted commands": bounds.COMMANDS_TOPIC,
    "events": bounds.EVENTS_TOPIC,
    "dead letters": bounds.DEAD_TOPIC,
    "consumer group of the apply function": bounds.APPLY_GROUP,
    "consumer group of the webhooks function": bounds.WEBHOOKS_GROUP,
    "consumer group of the archive function": bounds.ARCHIVE_GROUP,
}


def settings_table() -> Iterator[tuple[str, ...]]:
    yield "variable", "meaning", "allowed", "default", "local", "used by"
    for row in SETTINGS.values():
        default = "required" if row.default is None else _code(row.default)
        used_by = "all" if row.readers == SETTINGS["STAGE"].readers else ", ".join(row.readers)
        yield (
            _code(row.name),
            row.meaning,
            row.form.allowed,
            default,
            _code(row.local or ""),
            used_by,
        )


def quotas_table() -> Iterator[tuple[str, ...]]:
    yield "quota", "at most"
    yield from ((name, f"{amount:,}") for name, amount in QUOTAS.items())


def names_table() -> Iterator[tuple[str, ...]]:
    yield "what", "name"
    yield from ((what, _code(name)) for what, name in NAMES.items())


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def written(rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    head, *others = [" ".join(f"| {cell}".strip() for cell in row) + " |" for row in rows]
    return "\n".join([head, re.sub(r"[^|]+", "---", head), *others])


@pytest.mark.parametrize(
    ("heading", "rows"),
    [("Settings", settings_table()), ("Quotas", quotas_table()), ("Names", names_table())],
    ids=["settings", "quotas", "names"],
)
def test_the_page_has_the_tables_of_today(heading: str, rows: Iterator[tuple[str, ...]]) -> None:
    page, table = PAGE.read_text(encoding="utf-8"), written(rows)
    found = re.search(rf"\n## {heading}\n[^|]*((?:\|[^\n]*\|\n)+)", page)
    assert found, f"no table under {heading}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(page[: found.start(1)] + table + "\n" + page[found.end(1) :])
        return

    assert found[1].strip() == table, "docs/configuration.md: UPDATE_SNAPSHOTS=1 writes its tables"
