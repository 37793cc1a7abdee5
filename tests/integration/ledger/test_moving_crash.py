"""A move that is killed between any two of its steps goes on, or is undone, without a trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
LIMIT_S = 1500


@pytest.mark.timeout(LIMIT_S)
def test_a_crash_at_any_step_is_set_right(
    database_url: str, further_url: str, other_url: str, tmp_path: Path
) -> None:
    # Of a thousand steps: before and after an exchange by turns.
    is_nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    stride = os.environ.get("CRASH_STRIDE", "7" if is_nightly else "101")
    urls = [database_url, further_url, other_url]
    program = [sys.executable, "-m", "tests.integration.ledger.moving_crash"]
    done = subprocess.run(
        [*program, *urls, str(tmp_path), stride],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["steps"] > 100, "the move had hardly any steps to die at"
    assert result["crashes"] == result["steps"] // int(stride)
