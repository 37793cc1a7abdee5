"""What a drill measures and prints."""

from __future__ import annotations

import pytest

from load.drill.__main__ import DRILLS, main
from load.drill.absence import latencies_ms, taken
from load.drill.report import Line
from load.drill.traffic import failing_s
from load.judge.lines import Attempt

S = 1_000_000


def attempt(invoked_s: float, returned_s: float, is_accepted: bool) -> Attempt:
    return Attempt(
        1, "tag", "client", "/deposits", {}, "key", int(invoked_s * S), int(returned_s * S),
        202 if is_accepted else None, {"transaction_id": "txn_1"} if is_accepted else None,
    )  # fmt: skip


def test_commands_fail_from_the_last_acknowledgement_to_the_next_around_a_failed_one() -> None:
    attempts = [
        attempt(0, 1, True),
        attempt(1, 6, False),
        attempt(2, 7, False),
        attempt(7, 8, True),
        attempt(8, 9, True),
    ]

    assert failing_s(attempts) == [7.0]


def test_a_slow_answer_is_no_failure() -> None:
    assert failing_s([attempt(0, 1, True), attempt(1, 9, True)]) == []


def test_a_broken_promise_is_named_and_fails_the_drill() -> None:
    line = Line("a", "something was lost", "nothing is lost")
    assert "HELD" in str(line.end())
    line.require(True, "never")
    assert line.held

    line.require(False, "one command is lost")

    assert not line.held
    assert "DID NOT HOLD: one command is lost" in str(line)


def test_a_letter_that_is_no_drill_is_refused_with_the_choice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "az"])

    assert ", ".join(DRILLS) in capsys.readouterr().err


def cash(partition: int, invoked_ms: int, took_ms: int, path: str = "/deposits") -> Attempt:
    return Attempt(
        id=invoked_ms,
        tag="",
        client="",
        path=path,
        body={},
        key=None,
        invoked_at_us=invoked_ms * 1000,
        returned_at_us=(invoked_ms + took_ms) * 1000,
        status=201,
        answer={"transaction_id": "txn_1", "position": {"partition": partition, "offset": 0}},
    )


def test_a_shard_s_absence_is_measured_on_what_needs_only_the_others() -> None:
    attempts = [cash(0, 5, 10), cash(1, 6, 9_000), cash(0, 7, 8_000, "/transfers"), cash(0, 20, 30)]

    before, during = taken(attempts, 0, 10_000), taken(attempts, 10_000, 99_000)

    assert latencies_ms(before, {0}) == [10.0]
    assert latencies_ms(during, {0}) == [30.0]
