"""Reading what k6 wrote, and turning it into a history."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from load.run import options
from load.traffic.k6 import SCRIPT, Follower, read_summary
from load.traffic.outcomes import (
    KINDS,
    LogPosition,
    OutcomeError,
    attempts,
    body_of,
    parse_outcome,
)
from load.traffic.setup import Setup, User

ALICE, BOB = "acc_" + "a" * 32, "acc_" + "b" * 32
TXN = "txn_" + "1" * 32
USER = User("a@example.com", "password", "token")
SETUP = Setup("load-1", 1, "http://127.0.0.1:1/v1", (USER,), ((ALICE, 0), (BOB, 0)))
DEPOSIT = f"deposits,4,0,,250,0,1700000000000,1700000000012.345,202,{TXN}?position=3-42,"
TRANSFER = f"transfers,5,0,1,99,1,1700000000001,1700000000009.5,202,{TXN}?position=0-7,"


def test_a_line_is_what_was_sent_and_seen() -> None:
    one = parse_outcome(DEPOSIT + "\n")
    assert (one.kind, one.number, one.source, one.destination, one.amount) == (
        "deposits", 4, 0, None, 250,
    )  # fmt: skip
    assert one.latency_ms == pytest.approx(12.345, abs=0.001)
    assert one.position == LogPosition(3, 42)
    assert one.transaction_id == TXN
    assert one.error == ""


@pytest.mark.parametrize(
    "line",
    [
        "",
        'time="2026-01-01" level=warning msg="Request Failed"',
        DEPOSIT.replace("deposits", "refunds"),
        DEPOSIT + ",more",
        DEPOSIT.replace("3-42", "3"),
        DEPOSIT.replace("250", "2.5"),
    ],
)
def test_a_line_that_is_none_of_ours_is_not_guessed_at(line: str) -> None:
    with pytest.raises(OutcomeError):
        parse_outcome(line)


def test_errors_are_told_apart_by_status_and_code() -> None:
    lines = [
        "deposits,1,0,,5,1,1,2,503,,overloaded",
        "deposits,2,0,,5,1,1,2,0,,k6_1211",
        "signins,3,0,,,0,1,2,502,,",
    ]
    found = [parse_outcome(line) for line in lines]
    assert [one.error for one in found] == ["503 overloaded", "no answer k6_1211", "502"]
    assert not any(one.transaction_id for one in found)


def test_a_history_has_the_body_that_was_sent() -> None:
    assert body_of(parse_outcome(TRANSFER), SETUP) == {
        "source_account_id": ALICE,
        "destination_account_id": BOB,
        "amount": 99,
        "currency": "EUR",
        "metadata": {"history": "load-1-5"},
    }


def test_a_history_keeps_tags_keys_and_positions() -> None:
    deposit, transfer = attempts(map(parse_outcome, [DEPOSIT, TRANSFER]), SETUP)
    assert (deposit.tag, deposit.key) == ("load-1-4", None)
    assert (transfer.tag, transfer.key) == ("load-1-5", "load-1-5")
    assert transfer.transaction_id == TXN
    assert (transfer.answer or {})["position"] == {"partition": 0, "offset": 7}
    # An answer must not seem to come before it did: another request would seem to follow it.
    assert deposit.returned_at_us is not None
    assert deposit.invoked_at_us == 1_700_000_000_000_000
    assert deposit.returned_at_us > 1_700_000_000_012_345


def test_what_may_have_taken_effect_is_unknown_and_what_was_refused_is_not() -> None:
    lines = [
        "deposits,1,0,,5,1,1,2,503,,unavailable",
        "deposits,2,0,,5,1,1,2,0,,k6_1050",
        "deposits,3,0,,5,1,1,2,422,,validation_failed",
    ]
    assert [one.status for one in attempts(map(parse_outcome, lines), SETUP)] == [None, None, 422]


def test_openings_and_sign_ins_are_no_part_of_a_history() -> None:
    lines = [f"accounts,1,0,,,1,1,2,201,{ALICE},", "signins,2,0,,,0,1,2,201,,"]
    assert list(attempts(map(parse_outcome, lines), SETUP)) == []


def test_half_a_line_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text(DEPOSIT + "\n" + TRANSFER[:30])
    follower = Follower(path)
    assert [one.number for one in follower.read()] == [4]
    with path.open("a") as file:
        file.write(TRANSFER[30:] + "\n")
    assert [one.number for one in follower.read()] == [5]
    assert [one.number for one in follower.outcomes] == [4, 5]
    follower.close()


def test_a_summary_has_each_threshold_with_its_verdict() -> None:
    found = read_summary(
        {
            "metrics": {
                "http_reqs": {"values": {"count": 12}},
                "dropped_iterations": {
                    "values": {"count": 3},
                    "thresholds": {"count<=1": {"ok": False}},
                },
                "http_req_failed": {"values": {}, "thresholds": {"rate<0.01": {"ok": True}}},
            }
        }
    )
    assert (found.requests, found.dropped) == (12, 3)
    assert found.thresholds == {
        "dropped_iterations count<=1": False,
        "http_req_failed rate<0.01": True,
    }


def test_every_mix_is_a_hundred_parts_of_known_kinds_and_has_a_rate() -> None:
    text = (SCRIPT.parent / "mixes.js").read_text()
    mixes = dict(re.findall(r"^  (\w+): \{ (.*) \},$", text, re.MULTILINE))
    assert set(mixes) == set(options.RATES)
    for shares in mixes.values():
        parts = dict(re.findall(r"(\w+): (\d+)", shares))
        assert set(parts) <= set(KINDS)
        assert sum(map(int, parts.values())) == 100


def test_every_profile_is_one_of_the_script() -> None:
    text = (SCRIPT.parent / "profiles.js").read_text()
    found = re.findall(r"^  (\w+)(?:: constant|: needsRate)", text, re.MULTILINE)
    assert set(found) == set(options.PROFILES)


def test_what_make_leaves_empty_has_its_default() -> None:
    empty = ["--mix", "", "--profile", "", "--rate", "", "--seconds", ""]
    found = options.parse(empty)
    assert (found.mix, found.profile, found.seconds) == ("mix", "steady", 60)
    assert found.rate == options.RATES["mix"]


def test_a_soak_takes_ten_minutes_at_half_the_rate() -> None:
    found = options.parse(["--profile", "soak", "--mix", "transfers"])
    assert (found.seconds, found.rate) == (600, options.RATES["transfers"] // 2)


@pytest.mark.parametrize(
    "words", [["--rate", "-1"], ["--rate", "fast"], ["--rate", "max", "--profile", "ramp"],
              ["--seconds", "0"], ["--mix", "refunds"]],
)  # fmt: skip
def test_nonsense_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parse(words)
    assert "error:" in capsys.readouterr().err
