"""Every module of a room has a row in the tables of modules, and every row is a module."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
#: By the heading of its table, which is in the file: the folder of a room.
PAGES: Final[dict[str, dict[str, str]]] = {
    "docs/modules.md": {
        "functions": "functions",
        "functions/api": "functions/api",
        **{
            f"handlers/{path.name}": f"handlers/{path.name}"
            for path in sorted((ROOT / "handlers").iterdir())
            if (path / "__init__.py").exists()
        },
        "localstack/local_cloud": "localstack/local_cloud",
        "infra/cdk": "infra/cdk",
        "infra/signals": "infra/signals",
    },
    "localstack/dataplane/docs/modules.md": {"dataplane": "localstack/dataplane/src/dataplane"},
}
_HEADING: Final = re.compile(r"^## `(.+)`$")
_ROW: Final = re.compile(r"^\| `([^`]+)` \| [^|]*\S[^|]* \| [^|]*\S[^|]* \|$")


def tables(page: str) -> dict[str, list[str]]:
    """Return the modules that a page lists, by the heading above them."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if heading := _HEADING.match(line):
            here = found.setdefault(heading[1], [])
        elif row := _ROW.match(line):
            here.append(row[1])
        else:
            assert not line.startswith("| `"), f"{page}: {line} has not three cells"
    return found


def modules(folder: str) -> list[str]:
    """Return a room's modules by their paths in it; those of a room within it are not its own."""
    room = ROOT / folder
    within = [ROOT / other for page in PAGES.values() for other in page.values() if other != folder]
    return sorted(
        name_of(path.relative_to(room))
        for path in room.rglob("*.py")
        if not any(path.is_relative_to(other) and other.is_relative_to(room) for other in within)
        and (path.name != "__init__.py" or has_code(path))
    )


def name_of(path: Path) -> str:
    return (path.parent if path.name == "__init__.py" else path.with_suffix("")).as_posix()


def has_code(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(not isinstance(each, ast.Expr) for each in body)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_modules_has_a_table_for_each_room(page: str) -> None:
    assert tables(page).keys() == PAGES[page].keys()


@pytest.mark.parametrize(
    ("page", "room"), [(page, room) for page, rooms in PAGES.items() for room in rooms]
)
def test_every_module_is_in_its_room_s_table_and_every_row_is_a_module(
    page: str, room: str
) -> None:
    listed = tables(page)[room]
    assert listed == sorted(listed), "rows are in the order of their names"
    assert listed == modules(PAGES[page][room])
