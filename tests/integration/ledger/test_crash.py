"""A writer that is killed between any two of its steps loses nothing and doubles nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
LIMIT_S = 600


def test_a_crash_at_any_step_is_set_right(database_url: str, tmp_path: Path) -> None:
    # Every step in the nightly profile, each fifth one otherwise: before and after by turns.
    is_nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    stride = os.environ.get("CRASH_STRIDE", "1" if is_nightly else "5")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.ledger.crashing",
            database_url,
            str(tmp_path),
            stride,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["steps"] > 100, "the writer had hardly any steps to die at"
    assert result["crashes"] == result["steps"] // int(stride)
