"""What holds for every Python file of the repository."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("functions", "handlers", "infra", "load", "localstack", "docs/client", "tests")
#: Where modules are imported from, the innermost first.
PATHS = ("localstack/dataplane/src", "localstack/plugin/src", "localstack", "docs/client", ".")
_BUILT = {"build", "cdk.out", "__pycache__"}
#: An exception from a rule: what it names, and what is said after it.
_EXCEPTION = re.compile(
    r"# (noqa|type: ignore)\b(?P<codes>: ?[A-Z0-9, ]+|\[[a-z, -]+\])?(?P<reason>.*)"
)


def sources() -> list[Path]:
    files = [ROOT / "app.py", *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
    return [file for file in files if not _BUILT.intersection(file.relative_to(ROOT).parts)]


def with_examples() -> list[str]:
    """Return the modules, tests apart, that show their use by examples."""
    found = []
    for file in sources():
        name = file.relative_to(ROOT)
        if name.parts[0] != "tests" and re.search(r"^ +>>> ", file.read_text(), re.MULTILINE):
            home = next(ROOT / path for path in PATHS if file.is_relative_to(ROOT / path))
            found.append(".".join(file.relative_to(home).with_suffix("").parts))
    return sorted(found)


@pytest.mark.parametrize("module", with_examples())
def test_the_examples_of_docstrings_are_true(module: str) -> None:
    ended = doctest.testmod(importlib.import_module(module))

    assert ended.attempted > 0
    assert ended.failed == 0


def test_every_exception_from_a_rule_names_the_rule_and_says_why() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sources()
        if file != Path(__file__).resolve()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (found := _EXCEPTION.search(line))
        if not found["codes"] or not re.search(r"[a-z]{2,}", found["reason"])
    ]

    assert bare == []
