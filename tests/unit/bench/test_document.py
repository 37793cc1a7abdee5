"""A report is written into the documentation, and nothing else of it changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from load.bench.document import BEGIN, DOCUMENT, END, NoMarks, fill, main, section_of
from load.bench.measured import Measured
from load.bench.proof import Proof
from load.bench.report import Rounds, as_json
from load.bench.scenarios import SCENARIOS

LATENCIES = {f"{what}_{share}_ms": 2.0 for what in ("http", "accepted_to_applied") for share in
             ("p50", "p95", "p99")}  # fmt: skip


@pytest.fixture
def report_file(tmp_path: Path, about: dict[str, Any]) -> Path:
    proof = Proof(10, 10, 0, 0, 0, 0)
    rounds = Rounds(
        [{"tpc_b_per_s": 1_000.0, "simple_update_per_s": 1_500.0}],
        {
            "singles": [Measured({"sustained_per_s": 2_000.0}, {"gateway": 300.0}, proof)],
            "latency": [Measured(LATENCIES, {"gateway": 400.0, "redis": 1.0}, proof)],
        },
    )
    scenarios = [SCENARIOS["singles"], SCENARIOS["latency"]]
    file = tmp_path / "report.json"
    file.write_text(json.dumps(as_json(rounds, scenarios, about, {"seconds": 6})))
    return file


def test_the_section_has_rates_latencies_cpu_and_the_proof(report_file: Path) -> None:
    section = section_of(json.loads(report_file.read_text()))

    assert "| pgbench TPC-B | 1,000 [1,000 .. 1,000] | | |" in section
    assert "| Deposits, one a request | 2,000 [2,000 .. 2,000] | 2 [2 .. 2] | 300 |" in section
    assert "| Deposits at an even pace: answer | 2 [2 .. 2] | 2 [2 .. 2] | 2 [2 .. 2] |" in section
    assert "accepted to applied | 2 [2 .. 2]" in section
    assert "| Deposits, one a request | 300.0 |  |" in section
    assert "20 accepted, 20 in ledger, 0 lost, 0 doubled, 0 refused, 0 diverging" in section


def test_the_documentation_has_a_place_for_it(report_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "performance.md"
    before = DOCUMENT.read_text()
    copy.write_text(before)

    for _ in range(2):
        assert main([str(report_file), "--into", str(copy)]) == 0

    after = copy.read_text()
    assert after.count("pgbench TPC-B |") == 1
    assert after.partition(BEGIN)[0] == before.partition(BEGIN)[0]
    assert after.partition(END)[2] == before.partition(END)[2]


def test_a_document_without_marks_is_left_alone() -> None:
    with pytest.raises(NoMarks):
        fill(f"text\n{END}\n{BEGIN}\n", "section")


def test_the_scale_has_a_place_of_its_own(tmp_path: Path, about: dict[str, Any]) -> None:
    spread = {"median": 10.0, "lowest": 9.0, "highest": 11.0}
    point = {"per_s": spread, "of_tpc_b": spread, "cpu_us": {"gateway": spread, "redis": spread}}
    points = [{"value": 0, **point}, {"value": 1e6, **point}]
    dimensions = {"hot_share": {"title": "Hot", "points": points}}
    report = tmp_path / "scale.json"
    report.write_text(json.dumps({**about, "rounds": 3, "dimensions": dimensions}))
    copy = tmp_path / "performance.md"
    copy.write_text(DOCUMENT.read_text())

    assert main([str(report), "--into", str(copy)]) == 0

    text = copy.read_text()
    assert "![Hot](images/scale-hot-share.svg)" in text
    assert "| 1 M | 10 [9 .. 11] | 10 [9 .. 11] | 20 |" in text
    assert section_between(text) == section_between(DOCUMENT.read_text())


def section_between(text: str) -> str:
    """Return what stands between the marks of the other report."""
    return text.partition(BEGIN)[2].partition(END)[0]
