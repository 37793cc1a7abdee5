"""Which room may import which: the arrows of the table in docs/architecture.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PLATFORM: Final = ("handlers.domain", "handlers.platform")
#: Rooms that any room may lean on which comes after them.
PLACES: Final = (*PLATFORM, "handlers.sharding")
CORE: Final = (*PLACES, "handlers.accepting", "handlers.applying", "handlers.reading")
#: What sets the functions' environment knows by which bounds they read it, and nothing else of
#: theirs (docs/decisions/0107).
BOUNDS: Final = ("handlers.platform.bounds", "handlers.platform.setting")

#: Folder or file -> what of this repository it may import, beside itself.
ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "handlers/domain": (),
    "handlers/platform": (),
    "handlers/sharding": PLATFORM,
    "handlers/accepting": PLACES,
    "handlers/applying": PLACES,
    "handlers/reading": PLACES,
    "handlers/archiving": CORE,
    "handlers/auditing": CORE,
    "handlers/growing": CORE,
    "handlers/moving": CORE,
    "handlers/people": CORE,
    "handlers/webhooks": CORE,
    "functions": ("handlers",),
    "app.py": ("functions",),
    # Its backups of the log have the format of the archive on S3, from which it restores too.
    "localstack/local_cloud": (
        *BOUNDS,
        "handlers.archiving.archive",
        "handlers.platform.errors",
        "handlers.platform.segments",
    ),
    "localstack/dataplane/src/dataplane": (),
    "localstack/plugin/src/hostmode": (),
    # It reads the routes of `app` in a process of its own, and so imports nothing else.
    "infra/cdk": ("infra", *BOUNDS),
    "load/demo.py": (),
    "load/client.py": (),
    "load/judge": (),
    # What was sent is written down in the judge's own form.
    "load/traffic": ("load.client", "load.judge"),
    "load/report": ("load.judge", "load.traffic", "load.run.sampler"),
}
#: What this repository calls its own; everything else comes from elsewhere.
OURS: Final = frozenset(
    (
        "app",
        "functions",
        "handlers",
        "infra",
        "load",
        "local_cloud",
        "dataplane",
        "hostmode",
        "tests",
    )
)


def modules(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def name_of(place: str) -> str:
    """Return the dotted name of a room."""
    for root in ("localstack/dataplane/src/", "localstack/plugin/src/", "localstack/"):
        place = place.removeprefix(root)
    return place.removesuffix(".py").replace("/", ".")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Return the line and the full name of each import, wherever in the module it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_of(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def is_of_any(name: str, rooms: Iterable[str]) -> bool:
    return any(is_of(name, room) for room in rooms)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = (name_of(room), *ROOMS[room])
    found = modules(room)
    assert found, f"{room} is empty"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in found
        for line, name in imported(path)
        if name.partition(".")[0] in OURS and not is_of_any(name, allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("module", BOUNDS)
def test_the_bounds_need_nothing_that_is_installed(module: str) -> None:
    """A deployment tool imports them, which has none of the functions' dependencies."""
    path = ROOT / f"{module.replace('.', '/')}.py"

    roots = {name.partition(".")[0] for _, name in imported(path) if not is_of_any(name, BOUNDS)}

    assert roots <= sys.stdlib_module_names


def test_every_module_of_the_handlers_has_a_room() -> None:
    rooms = {Path(room).name for room in ROOMS if room.startswith("handlers/")}
    there = {path.name for path in (ROOT / "handlers").iterdir() if path.name != "__pycache__"}
    assert there == rooms | {"__init__.py"}


def test_no_room_is_named_by_a_test_alone() -> None:
    """What runs never leans on the tests."""
    places = ("app.py", "functions", "handlers", "infra", "load", "localstack/local_cloud")
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for place in (*places, "localstack/dataplane/src", "localstack/plugin/src")
        for path in modules(place)
        for line, name in imported(path)
        if is_of(name, "tests")
    ]
    assert wrong == []
