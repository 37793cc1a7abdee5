"""The decisions have one form, and their index names each of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

import app

FOLDER: Final = Path(app.__file__).parent / "docs" / "decisions"
DECISIONS: Final = sorted(FOLDER.glob("[0-9]*.md"))
_HEAD: Final = re.compile(
    r"# (\d+)\. (.+)\n\nStatus: (accepted|superseded by \[\d+\]\(\d{4}-.+\.md\))\n"
)


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", DECISIONS, ids=name)
def test_a_decision_has_a_number_a_status_and_three_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    head = _HEAD.match(text)

    assert head, "a decision begins with '# <number>. <title>' and 'Status: accepted'"
    assert int(head[1]) == int(path.name[:4])
    parts = [text.index(f"\n## {part}\n") for part in ("Context", "Decision", "Consequences")]
    assert parts == sorted(parts)


def test_the_index_names_every_decision_with_its_title_and_status() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")

    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (.+) \|$", index, re.MULTILINE)

    heads = [_HEAD.match(path.read_text(encoding="utf-8")) for path in DECISIONS]
    wanted = [
        (*head.groups()[:2], path.name, head[3])
        for head, path in zip(heads, DECISIONS, strict=True)
        if head
    ]
    assert listed == wanted
