"""The benchmark's road against the deployed stack: short, and proved as a long one is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud.install.apt import may_install
from local_cloud.install.wrk import install_wrk
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def wrk() -> None:
    if shutil.which("wrk") is None and not may_install():
        pytest.skip("wrk is missing and can't be installed: apt-get install wrk")
    install_wrk()


def test_a_short_run_loses_and_doubles_nothing(stack: Stack, tmp_path: Path) -> None:
    report_file = tmp_path / "report.json"
    options = ["--only", "singles,batch,balances,signins", "--rounds", "1", "--seconds", "1"]
    options += ["--accounts", "64", "--batch", "10", "--yardstick-seconds", "0"]

    done = subprocess.run(
        [sys.executable, "-m", "load.bench.road", *options, "--json", str(report_file)],
        cwd=ROOT,
        env={**os.environ, "LEDGERLANE_STATE": str(stack.state)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    scenarios = json.loads(report_file.read_text())["scenarios"]
    assert list(scenarios) == ["singles", "batch", "balances", "signins"]
    for name in ("singles", "batch"):
        proof = scenarios[name]["proof"]
        assert proof["accepted"] > 0, name
        assert proof["in_ledger"] >= proof["accepted"], name
        wrong = {what: proof[what] for what in ("lost", "doubled", "refused", "diverging")}
        assert not any(wrong.values()), (name, wrong)
    for name, scenario in scenarios.items():
        assert scenario["figures"][scenario["headline"]]["median"] > 0, name
        assert scenario["cpu_us"]["gateway"]["median"] > 0, name
