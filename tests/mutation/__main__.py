"""Take each check of the API's edge away in turn, and see that a test fails.

``python -m tests.mutation [word...]`` works on a copy of the tree, with the services that the
environment names (``eval "$(make -s env)"``); words choose among the mutations by their names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.mutation.checks import ROOT, Mutation, mutations

#: What most mutations fail at comes first; then the rest of what is near the API.
_TESTS: Final = (
    *(f"tests/unit/api/test_{name}.py" for name in ("operations", "refusals", "limits", "batch")),
    "tests/unit/api",
    "tests/integration/api/test_strangers.py",
    "tests/integration/api",
)
_SEPARATE: Final = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "cdk.out")
_TIMEOUT_S: Final = 600


def main(words: list[str]) -> int:
    """Try the mutations; return how many survived."""
    chosen = [one for one in mutations() if not words or any(word in one.name for word in words)]
    survivors: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "tree"
        shutil.copytree(ROOT, copy, ignore=_SEPARATE)
        if (failure := _failure(copy)) is not None:
            sys.exit(f"the tests fail as they are: {failure}")
        for number, mutation in enumerate(chosen, 1):
            killer = _killer_of(mutation, copy)
            print(f"{number}/{len(chosen)} {mutation.name}: {killer or 'SURVIVES'}", flush=True)
            if killer is None:
                survivors.append(mutation.name)
    print(
        f"{len(chosen) - len(survivors)} of {len(chosen)} are noticed; not: {survivors or 'none'}"
    )
    return len(survivors)


def _killer_of(mutation: Mutation, copy: Path) -> str | None:
    """Return the first test that fails without a check, or None if all pass."""
    file = copy / mutation.file
    whole = file.read_text()
    file.write_text(mutation.applied(copy))
    try:
        return _failure(copy)
    finally:
        file.write_text(whole)


def _failure(copy: Path) -> str | None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *_TESTS],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if not done.returncode:
        return None
    lines = done.stdout.splitlines()
    failed = [line for line in lines if line.startswith(("FAILED tests", "ERROR tests"))]
    return failed[0] if failed else (done.stdout + done.stderr)[-300:]


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
