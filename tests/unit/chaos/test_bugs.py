"""Each bug that the judges must catch can still be put into the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from load.chaos.bugs import BUGS, Bug, Change
from load.chaos.parts import ROOT

CHANGES = [(bug, change) for bug in BUGS.values() for change in bug.changes]


@pytest.mark.parametrize(
    ("bug", "change"), CHANGES, ids=[f"{bug.name}: {change.file}" for bug, change in CHANGES]
)
def test_a_bug_changes_the_code_that_it_names(bug: Bug, change: Change) -> None:
    changed = change.applied(ROOT)

    assert changed != (ROOT / change.file).read_text(encoding="utf-8")
    if change.file.endswith(".py"):
        ast.parse(changed)


def test_a_bug_that_does_not_fit_the_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("twice\ntwice\n", encoding="utf-8")

    for text in ("twice", "never"):
        with pytest.raises(LookupError, match=text):
            Change("code.py", text, "once").applied(tmp_path)
