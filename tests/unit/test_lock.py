"""What is installed is what the rooms ask for, and what runs on AWS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: `make lock` makes the lock of these; the last pins what the first pulls in on AWS.
PINNED = (
    "requirements.txt",
    "localstack/requirements.txt",
    "infra/cdk/requirements.txt",
    "tests/requirements.txt",
    "infra/cdk/constraints.txt",
)
_PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", re.MULTILINE)
LOCK = (ROOT / "requirements-dev.lock").read_text()


def pins(text: str) -> set[tuple[str, str]]:
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in _PIN.findall(text)}


@pytest.mark.parametrize("file", PINNED)
def test_the_lock_has_what_is_pinned(file: str) -> None:
    missing = pins((ROOT / file).read_text()) - pins(LOCK)

    assert missing == set(), "run: make lock"


def test_everything_in_the_lock_has_hashes_and_names_no_registry() -> None:
    entries = re.split(r"\n(?=\w)", LOCK.partition("lock\n")[2])

    assert len(entries) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
