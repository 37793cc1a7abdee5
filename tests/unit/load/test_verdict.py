"""A run's verdict: what is lost or doubled on purpose is found, and the exit status says so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from load.judge.lines import History, Json
from load.judge.topic import TopicRecord
from load.report.assembly import Seen, commands_of, make_report, make_verdict
from load.report.figures import Report
from load.report.files import write
from load.run import __main__ as command
from load.run import judgement
from load.run.sampler import Ledger, Samples
from load.run.usage import Usage
from load.traffic.outcomes import Outcome, attempts, parse_outcome
from load.traffic.setup import Setup, User

ALICE, BOB = (f"acc_{number:032x}" for number in (1, 2))
USER = User("a@example.com", "password", "token")
SETUP = Setup("load-1", 1, "http://127.0.0.1:1/v1", (USER,), ((ALICE, 0), (BOB, 0)))
START_MS = 1_700_000_000_000
ABOUT = {
    "mix": "mix", "profile": "steady", "rate": 10, "seconds": 2, "accounts": 2, "users": 1,
    "broker": "kafka", "partitions": 1, "cpus": 2, "machine": "x86_64", "python": "3.11",
    "k6": "1.8.1", "started_at": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def txn(number: int) -> str:
    return f"txn_{number:032x}"


class Story:
    """A true run of one partition: two openings, a deposit, a withdrawal too many, a transfer."""

    def __init__(self) -> None:
        self.topic: list[list[TopicRecord]] = [[]]
        self.lines: list[str] = []
        self.history = History(1)
        for account_id in (ALICE, BOB):
            self._log("account_opening", 90 + len(self.topic[0]), account_id, currency="EUR")
        self.send("deposits", 1, 500, account_id=ALICE)
        self.send("withdrawals", 2, 900, account_id=BOB)
        self.send("transfers", 3, 200, source_account_id=ALICE, destination_account_id=BOB)
        self._log_legs(3, 200)
        self._final(1, "deposit", 500, "completed", None, ALICE)
        self._final(2, "withdrawal", 900, "rejected", "insufficient_funds", BOB)
        self._final(3, "transfer", 200, "completed", None, ALICE, BOB)
        self._account(ALICE, [(1, 500, "deposit"), (3, -200, "transfer")])
        self._account(BOB, [(3, 200, "transfer")])

    def _log(self, kind: str, number: int, key: str, **fields: Any) -> None:
        if "source_account_id" not in fields:
            fields = {"account_id": key, **fields}
        value = {
            "kind": kind,
            "transaction_id": txn(number),
            "user_id": "usr_" + "1" * 32,
            "requested_at_us": START_MS * 1000,
            **fields,
        }
        partition = self.topic[0]
        partition.append(
            TopicRecord(
                0,
                len(partition),
                START_MS + 100 * len(partition),
                key.encode(),
                json.dumps(value, separators=(",", ":")).encode(),
            )
        )

    def _log_legs(self, number: int, amount: int) -> None:
        move = {"source_account_id": ALICE, "destination_account_id": BOB}
        money = {"amount": amount, "currency": "EUR", "metadata": {"history": f"load-1-{number}"}}
        self._log("credit_leg", number, BOB, **move, **money, origin="transfer")
        self._log("settlement", number, ALICE, outcome="completed", completed_at_us=START_MS * 1000)

    def send(self, kind: str, number: int, amount: int, **accounts: str) -> None:
        """Log a command, and note that it was accepted."""
        source = accounts.get("account_id") or accounts["source_account_id"]
        offset = len(self.topic[0])
        tag = {"history": f"load-1-{number}"}
        self._log(
            kind[:-1], number, source, amount=amount, currency="EUR", metadata=tag, **accounts
        )
        place = 0 if source == ALICE else 1
        destination = "1" if kind == "transfers" else ""
        sent_ms = START_MS + 100 * number
        self.lines.append(
            f"{kind},{number},{place},{destination},{amount},{number % 2},{sent_ms},"
            f"{sent_ms + 10}.000,202,{txn(number)}?position=0-{offset},"
        )

    def _final(
        self, number: int, kind: str, amount: int, status: str, reason: str | None,
        account_id: str, destination: str | None = None,
    ) -> None:  # fmt: skip
        place = next(one for one in self.outcomes() if one.number == number).position
        assert place is not None
        accounts = {"account_id": account_id}
        if destination is not None:
            accounts = {"source_account_id": account_id, "destination_account_id": destination}
        self.history.transactions[txn(number)] = {
            "transaction_id": txn(number), "kind": kind, "status": status, "reason": reason,
            "amount": amount, "metadata": {"history": f"load-1-{number}"},
            "position": place._asdict(), **accounts,
        }  # fmt: skip

    def _account(self, account_id: str, entries: list[tuple[int, int, str]]) -> None:
        balance = 0
        shown: list[Json] = []
        for version, (number, amount, kind) in enumerate(entries, 1):
            balance += amount
            shown.append(
                {"version": version, "transaction_id": txn(number), "kind": kind,
                 "amount": amount, "balance_after": balance}
            )  # fmt: skip
        self.history.entries[account_id] = shown
        self.history.accounts[account_id] = {
            "account_id": account_id, "balance": balance, "available": balance, "held": 0,
        }  # fmt: skip

    def outcomes(self) -> list[Outcome]:
        return sorted(map(parse_outcome, self.lines), key=lambda one: one.sent_ms)

    def report(
        self,
        is_drained: bool = True,
        audit: Mapping[str, int] | None = None,
        looked_at: Sequence[float] = (0.1, 0.6),
    ) -> Report:
        outcomes = self.outcomes()
        self.history.attempts = list(attempts(outcomes, SETUP))
        findings = judgement.judge(self.history, self.topic, outcomes)
        judged = judgement.judged(self.history, self.topic)
        verdict = make_verdict(findings, audit or {}, [], {"rate": True}, is_drained, judged, 0)
        samples = Samples()
        for at, next_offset in ((0, 2), (0.45, 3), (0.65, 5), (0.95, 7)):
            samples.note_progress(START_MS / 1000 + at, {0: next_offset})
        samples.usage = [
            (START_MS / 1000 + at, {"broker": Usage(at / 2, 2**20)}) for at in looked_at
        ]
        seen = Seen(outcomes, self.history.transactions, self.topic, samples, 0)
        return make_report(ABOUT, seen, verdict)


@pytest.fixture
def story() -> Story:
    return Story()


def status_of(report: Report, monkeypatch: pytest.MonkeyPatch, folder: Path) -> int:
    """Return what `make load` would end with."""
    monkeypatch.setattr(command, "install_k6", lambda cache: "k6")
    monkeypatch.setattr(command, "_run", lambda run, started_at: report)
    return command.main(["--reports", str(folder)])


def test_a_true_run_holds(story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = story.report()
    assert report.verdict.findings == dict.fromkeys(
        ("lost", "doubled", "reordered", "diverging"), 0
    )
    assert report.verdict.examples == []
    assert status_of(report, monkeypatch, tmp_path) == 0


def test_accepted_applied_and_refused_are_told_apart(story: Story) -> None:
    ends = story.report().outcomes
    assert (ends.accepted, ends.applied, ends.refused) == (3, 2, {"insufficient_funds": 1})
    assert ends.unended == 0


def test_times_run_from_the_record_to_the_first_look_behind_it(story: Story) -> None:
    seen = Seen(story.outcomes(), story.history.transactions, story.topic, Samples(), 0)
    for at, next_offset in ((0.45, 3), (0.65, 5), (0.95, 7)):
        seen.samples.note_progress(START_MS / 1000 + at, {0: next_offset})
    lasted = {
        one.kind: (
            round((one.applied_s or 0) - one.logged_s, 3),
            round((one.ended_s or 0) - one.logged_s, 3),
        )
        for one in commands_of(seen)
    }
    # Records 2, 3 and 4 are 0.2, 0.3 and 0.4 s after the start; the settlement is record 6.
    assert lasted == {
        "deposits": (0.25, 0.25),
        "withdrawals": (0.35, 0.35),
        "transfers": (0.25, 0.55),
    }


def test_an_accepted_command_that_the_log_has_not_is_lost(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story.lines.append(f"deposits,4,0,,5,0,{START_MS},{START_MS + 5}.0,202,{txn(4)}?position=0-77,")
    report = story.report()
    assert report.verdict.findings["lost"] > 0
    assert report.outcomes.unended == 1
    assert status_of(report, monkeypatch, tmp_path) == 1


def test_a_request_that_became_two_transactions_is_doubled(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story.lines.append(story.lines[0].replace(txn(1), txn(9)))
    report = story.report()
    assert report.verdict.findings["doubled"] == 1
    assert status_of(report, monkeypatch, tmp_path) == 1


def test_an_entry_that_is_there_twice_is_doubled(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story._account(ALICE, [(1, 500, "deposit"), (1, 500, "deposit"), (3, -200, "transfer")])
    report = story.report()
    assert report.verdict.findings["doubled"] == 1
    assert report.verdict.findings["diverging"] == 1
    assert status_of(report, monkeypatch, tmp_path) == 1


def test_entries_against_the_order_of_the_log_are_reordered(story: Story) -> None:
    story._account(ALICE, [(3, -200, "transfer"), (1, 500, "deposit")])
    assert story.report().verdict.findings["reordered"] > 0


def test_an_account_that_was_opened_and_is_gone_is_lost(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story.lines.append(f"accounts,7,0,,,1,{START_MS},{START_MS + 5}.0,201,acc_{'f' * 32},")
    report = story.report()
    assert report.verdict.findings["lost"] == 1
    assert status_of(report, monkeypatch, tmp_path) == 1


def test_a_log_that_does_not_drain_and_wrong_books_do_not_hold(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert status_of(story.report(is_drained=False), monkeypatch, tmp_path / "a") == 1
    assert status_of(story.report(audit={"sum_zero": 1}), monkeypatch, tmp_path / "b") == 1


def test_the_report_is_saved_as_json_and_as_text(story: Story, tmp_path: Path) -> None:
    report = story.report()
    text = write(report, tmp_path)
    assert "ALL CHECKS PASSED" in text
    assert "ALL CHECKS PASSED" in (tmp_path / "report.txt").read_text()
    assert json.loads((tmp_path / "report.json").read_text())["verdict"]["holds"] is True


def test_a_run_may_end_before_its_parts_were_looked_at(story: Story, tmp_path: Path) -> None:
    report = story.report(looked_at=())

    assert "ALL CHECKS PASSED" in write(report, tmp_path)
    assert (report.memory, report.cpu_s) == ({}, {})


class StuckLedger:
    """A ledger that never applies the last record."""

    def __init__(self) -> None:
        self.asked = 0

    def next_offsets(self) -> dict[int, int]:
        self.asked += 1
        return {0: 6}

    def under_way(self) -> int:
        return 0


def test_a_drain_is_bounded_and_says_when_it_did_not_come(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judgement, "read_topic", lambda *place: story.topic)
    log = judgement.Log("nowhere", "ledger.commands", {})
    stuck = StuckLedger()
    topic, is_drained = judgement.drain(cast(Ledger, stuck), log, story.outcomes(), 0.3)
    assert topic is story.topic
    assert not is_drained
    assert stuck.asked > 1
