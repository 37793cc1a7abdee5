"""`make load` against the deployed stack, and against a load generator that lies about it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_cloud.config import load_instance
from local_cloud.install.k6 import can_have_k6, install_k6
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

#: Stands for k6.  Of deposits that it makes, it says one twice as another request of the same tag,
#: and one that it never made.
LIAR = """\
#!{python}
import json, os, sys, time, urllib.request
if sys.argv[1] == "version":
    print("k6 v1.8.1 (not really)")
    sys.exit()
setup = json.load(open(os.environ["SETUP"]))
account, user = setup["accounts"][0]
out = open(sys.argv[sys.argv.index("--console-output") + 1], "w")
def deposit(number):
    body = {{"account_id": account, "amount": 5, "currency": "EUR",
            "metadata": {{"history": f"{{setup['run']}}-{{number}}"}}}}
    headers = {{"Content-Type": "application/json",
               "Authorization": "Bearer " + setup["users"][user]["token"]}}
    request = urllib.request.Request(setup["url"] + "/deposits", json.dumps(body).encode(), headers)
    sent_ms = time.time() * 1000
    with urllib.request.urlopen(request) as answer:
        return sent_ms, answer.headers["Location"].rpartition("/")[2]
def note(number, sent_ms, reference):
    times = f"{{sent_ms:.0f}},{{sent_ms + 5:.3f}}"
    out.write(f"deposits,{{number}},0,,5,0,{{times}},202,{{reference}},\\n")
note(1, *deposit(1))
{lie}
out.close()
json.dump({{"metrics": {{}}}}, open(os.environ["SUMMARY"], "w"))
"""


def load(stack: Stack, reports: Path, *words: str, path: str = "") -> tuple[int, Any, str]:
    """Run `make load`; return its status, its report and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "local_cloud", "run", "load.run", "--reports", str(reports), *words],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "localstack"),
            "PATH": f"{path}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    printed = done.stdout + done.stderr
    found = list(reports.glob("*/report.json"))
    assert len(found) == 1, printed
    return done.returncode, json.loads(found[0].read_text()), printed


@pytest.mark.skipif(
    not can_have_k6(load_instance().cache),
    reason="neither k6 nor Go to build it: install k6 1.x, or Go 1.25 or newer",
)
def test_a_short_run_of_the_mix_holds_and_is_reported(stack: Stack, tmp_path: Path) -> None:
    # Building it takes minutes, where it has to be; that is no part of the run.
    install_k6(load_instance().cache)
    # The limits are k6's business; here it is about what was sent and what became of it.
    words = ["--rate", "25", "--seconds", "4", "--users", "2", "--accounts", "24"]
    status, report, printed = load(stack, tmp_path, *words, "--limit-factor", "100")

    assert status == 0, printed
    assert "ALL CHECKS PASSED" in printed
    requests, ends = report["requests"], report["outcomes"]
    assert {one["kind"] for one in requests["scenarios"]} == {
        "deposits", "withdrawals", "transfers", "accounts", "signins",
    }  # fmt: skip
    assert requests["errors"] == {}
    assert requests["count"] >= 80
    assert requests["repeated"] > 0
    assert ends["accepted"] == ends["applied"] + sum(ends["refused"].values()) > 70
    assert ends["unended"] == 0
    assert ends["accounts_opened"] > 0
    assert 0 < ends["accepted_to_applied_ms"]["p50"] <= ends["accepted_to_applied_ms"]["p99"]
    assert ends["accepted_to_completed_ms"]["count"] > 0
    assert report["verdict"]["findings"] == {
        "lost": 0, "doubled": 0, "reordered": 0, "diverging": 0,
    }  # fmt: skip
    assert {"PostgreSQL", "PgBouncer", "Redis", "gateway + api", "apply function", "k6"} <= set(
        report["cpu_s"]
    )
    # A partition that no account fell on yet has no progress to be behind with.
    lagging = {int(partition) for partition in report["timeline"]["lag"]}
    assert lagging <= set(range(stack.partitions))
    assert len(lagging) > stack.partitions / 2
    left = {path.name for path in next(tmp_path.iterdir()).iterdir()}
    assert left >= {"report.html", "report.json", "report.txt"}
    # There were tokens in it.
    assert "setup.json" not in left


@pytest.mark.parametrize(
    ("lie", "sort"),
    [
        ("note(1, *deposit(1))", "doubled"),
        ("note(2, time.time() * 1000, 'txn_' + 'f' * 32 + '?position=0-999999999')", "lost"),
    ],
)
def test_a_run_whose_answers_the_ledger_does_not_bear_out_fails(
    stack: Stack, tmp_path: Path, lie: str, sort: str
) -> None:
    generator = tmp_path / "bin" / "k6"
    generator.parent.mkdir()
    generator.write_text(LIAR.format(python=sys.executable, lie=lie))
    generator.chmod(generator.stat().st_mode | stat.S_IXUSR)
    words = ["--users", "1", "--accounts", "2", "--drain", "3"]
    reports = tmp_path / "reports"

    status, report, printed = load(stack, reports, *words, path=str(generator.parent))

    assert status == 1, printed
    assert report["verdict"]["findings"][sort] > 0
    assert "NOT CORRECT" in printed
    # Kept, so that it can be looked into.
    assert list(reports.glob("*/history.jsonl"))
