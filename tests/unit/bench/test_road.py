"""From samples and answers to the figures of a round, and to the report."""

import json
from typing import Any

import pytest

from load.bench import road
from load.bench.deposits import road_figures
from load.bench.generator import Driven, GeneratorError, read_result
from load.bench.measured import Measured, Scenario
from load.bench.progress import Seen, applied_at, reached_s
from load.bench.proof import Proof
from load.bench.report import Rounds, as_json, as_text
from load.bench.road import spelled_out
from load.bench.scenarios import SCENARIOS, UnknownScenario


def driven(**changes: Any) -> Driven:
    values: dict[str, Any] = {
        "made": (1000,), "answered": 1000, "refused": 0, "broken": 0, "first_s": 100.0,
        "last_s": 110.0, "p50_us": 5_000, "p95_us": 9_000, "p99_us": 12_000, "max_us": 40_000,
        "cpu_s": 0.1,
    }  # fmt: skip
    return Driven(**(values | changes))


def test_the_last_line_of_a_script_is_read() -> None:
    found = read_result(
        "Running 8s test\n"
        'RESULT {"made": [7, 5], "answered": 11, "refused": 1, "broken": 0, "first_s": 1.5,'
        ' "last_s": 3.5, "p50_us": 1, "p95_us": 2, "p99_us": 3, "max_us": 4}\n',
        0.25,
    )

    assert (found.sent, found.accepted, found.unknown) == (12, 10, 1)
    assert (found.window_s, found.per_s, found.cpu_s) == (2.0, 5.0, 0.25)


def test_a_script_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(GeneratorError, match="unable to connect"):
        read_result("unable to connect to 127.0.0.1:1", 0.0)


def test_the_sustained_rate_counts_until_the_last_command_is_applied() -> None:
    samples = [Seen(99.0, 50), Seen(100.0, 50), Seen(110.0, 850), Seen(112.0, 1050)]

    figures = road_figures(driven(), 1000, samples, end_s=112.5)

    assert figures["accepted_per_s"] == 100.0
    assert figures["applied_in_window_per_s"] == 80.0
    assert figures["backlog_at_end"] == 200.0
    assert figures["drain_s"] == 2.5
    assert figures["sustained_per_s"] == 80.0
    assert figures["p99_ms"] == 12.0


def test_progress_between_two_samples_is_a_straight_line() -> None:
    samples = [Seen(1.0, 100), Seen(2.0, 200), Seen(4.0, 600)]

    assert [applied_at(samples, s) for s in (0.0, 1.5, 3.0, 9.0)] == [100, 150, 400, 600]
    assert reached_s(samples, 150) == 2.0
    with pytest.raises(ValueError, match="601"):
        reached_s(samples, 601)


def rounds_of(*rates: float, proof: Proof | None = None) -> Rounds:
    return Rounds(
        yardsticks=[{"tpc_b_per_s": 100.0, "simple_update_per_s": 150.0} for _ in rates],
        measured={
            "singles": [
                Measured({"sustained_per_s": rate}, {"gateway": 60.0, "postgres": 40.0}, proof)
                for rate in rates
            ]
        },
    )


def test_the_report_has_medians_ratios_cpu_and_the_proof(about: dict[str, Any]) -> None:
    scenario: Scenario = SCENARIOS["singles"]
    proof = Proof(10, 10, 0, 0, 0, 0)

    report = as_json(rounds_of(100.0, 300.0, 200.0, proof=proof), [scenario], about, {"seconds": 6})

    found = report["scenarios"]["singles"]
    assert found["figures"]["sustained_per_s"]["median"] == 200.0
    assert found["figures"]["sustained_per_s"]["rounds"] == [100.0, 300.0, 200.0]
    assert found["of_tpc_b"] == {
        "median": 2.0, "lowest": 1.0, "highest": 3.0, "rounds": [1.0, 3.0, 2.0],
    }  # fmt: skip
    assert found["proof"]["in_ledger"] == 30
    text = as_text(json.loads(json.dumps(report)))
    assert "sustained /s                              200  [100 .. 300]" in text
    assert "CPU each, µs: 100 = gateway 60.0, postgres 40.0" not in text
    assert "CPU each, µs: 100 = gateway 60, postgres 40" in text
    assert "lost 0, doubled 0" in text


def test_a_latency_is_not_compared_with_transactions_a_second(about: dict[str, Any]) -> None:
    rounds = Rounds(
        [{"tpc_b_per_s": 100.0}], {"latency": [Measured({"http_p99_ms": 5.0}, {"gateway": 1.0})]}
    )

    report = as_json(rounds, [SCENARIOS["latency"]], about, {})

    assert "of_tpc_b" not in report["scenarios"]["latency"]


def test_groups_stand_for_what_is_in_them() -> None:
    assert spelled_out("singles,apply", ("apply", "poller")) == "singles,apply"
    assert spelled_out("all", ("apply", "poller")).endswith("signins,apply,poller")
    assert spelled_out("reads").split(",") == [
        "balances", "transactions", "balances-without-redis", "transactions-without-redis",
    ]  # fmt: skip


def test_an_unknown_scenario_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownScenario, match=r"'nope'; choose one of singles, .*apply"):
        spelled_out("singles,nope", ("apply",))


def test_a_ledger_that_differs_ends_with_status_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def differs(*_: Any) -> dict[str, Any]:
        raise road.BooksDiffer("singles, round 1: lost 1")

    monkeypatch.setattr("load.bench.road.Target.from_environment", lambda: None)
    monkeypatch.setattr(road, "run", differs)

    assert road.main([]) == 1
    assert "lost 1" in capsys.readouterr().err
