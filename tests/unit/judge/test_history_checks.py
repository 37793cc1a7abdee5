"""The history checker finds a seeded bug of each sort, and nothing where there is none."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from handlers.domain import commands as c
from handlers.domain.growth import marker
from handlers.domain.partitions import partition_of
from load.check_history import main
from load.judge.findings import check_history, replay
from load.judge.lines import Attempt, History, Recorder, read_history
from load.judge.model import Model
from load.judge.records import Command, parked_id_of, read_command
from load.judge.state import Waiting
from load.judge.topic import TopicRecord

PARTITIONS = 2
Topic = list[list[TopicRecord]]


def account_id(number: int) -> str:
    return f"acc_{number:032x}"


# Two accounts of one partition and one of the other.
HERE = [account_id(n) for n in range(50) if partition_of(account_id(n), PARTITIONS) == 0][:2]
THERE = next(account_id(n) for n in range(50) if partition_of(account_id(n), PARTITIONS) == 1)
ALICE, BOB, CAROL = HERE[0], HERE[1], THERE


class Story:
    """A true history, told twice: by the topic and by what the clients saw."""

    def __init__(self) -> None:
        self.topic: Topic = [[] for _ in range(PARTITIONS)]
        self.history = History(PARTITIONS)
        self.clock_us = 0

    def append(self, command: c.AnyCommand) -> TopicRecord:
        key = c.account_of(command)
        partition = self.topic[partition_of(key, PARTITIONS)]
        record = TopicRecord(
            partition_of(key, PARTITIONS), len(partition), 1_000, key.encode(), c.encode(command)
        )
        partition.append(record)
        return record

    def send(self, number: int, kind: Callable[..., c.AnyCommand], path: str, **body: Any) -> None:
        tag, transaction_id = f"tag-{number}", f"txn_{number:032x}"
        command = kind(
            transaction_id=transaction_id,
            user_id="usr_" + "1" * 32,
            requested_at_us=self.clock_us,
            fingerprint=tag,
            metadata=msgspec.Raw(json.dumps({"history": tag}).encode()),
            **body,
        )
        record = self.append(command)
        self.clock_us += 10
        answer = {
            "transaction_id": transaction_id,
            "status": "pending",
            "position": {"partition": record.partition, "offset": record.offset},
            **body,
        }
        attempt = Attempt(
            number,
            tag,
            "client",
            path,
            body,
            None,
            self.clock_us - 8,
            self.clock_us - 2,
            202,
            answer,
        )
        self.history.attempts.append(attempt)

    def finish(self, ledger: Model | None = None) -> None:
        """Fill in the final reads, from a ledger that applied the topic: by default, rightly."""
        model = ledger or replay(self.topic)
        for place, leg in model.first_legs.items():
            attempt = next((a for a in self.history.attempts if a.transaction_id == place), None)
            if attempt is None:
                continue
            self.history.transactions[place] = {
                **(attempt.answer or {}),
                "kind": leg.kind,
                "status": leg.status,
                "reason": leg.reason,
                "metadata": {"history": attempt.tag},
            }
        for one, account in model.accounts.items():
            available = account.balance - account.held
            self.history.accounts[one] = {
                "account_id": one,
                "balance": account.balance,
                "held": account.held,
                "available": available,
            }
            self.history.entries[one] = [
                {
                    "version": version,
                    "transaction_id": transaction_id,
                    "amount": amount,
                    "balance_after": after,
                    "kind": "deposit",
                }
                for version, (transaction_id, amount, after) in enumerate(account.entries, 1)
            ]


@pytest.fixture
def story() -> Story:
    story = Story()
    for number, one in enumerate((ALICE, BOB, CAROL)):
        story.append(
            c.AccountOpening(
                transaction_id=f"txn_{900 + number:032x}",
                user_id="usr_" + "1" * 32,
                requested_at_us=0,
                account_id=one,
                currency="EUR",
            )
        )
    money = {"currency": "EUR"}
    story.send(1, c.Deposit, "/deposits", account_id=ALICE, amount=100, **money)
    story.send(2, c.Withdrawal, "/withdrawals", account_id=ALICE, amount=30, **money)
    story.send(3, c.Withdrawal, "/withdrawals", account_id=ALICE, amount=500, **money)
    story.send(
        4,
        c.Transfer,
        "/transfers",
        source_account_id=ALICE,
        destination_account_id=CAROL,
        amount=20,
        **money,
    )
    shared: dict[str, Any] = {
        "transaction_id": f"txn_{4:032x}",
        "user_id": "",
        "requested_at_us": 0,
    }
    story.append(
        c.CreditLeg(
            **shared,
            fingerprint="tag-4",
            origin="transfer",
            source_account_id=ALICE,
            destination_account_id=CAROL,
            amount=20,
            currency="EUR",
        )
    )
    story.append(c.Settlement(**shared, account_id=ALICE, outcome="completed", completed_at_us=1))
    story.send(5, c.Deposit, "/deposits", account_id=BOB, amount=7, **money)
    story.finish()
    return story


class LosesSecondLegs(Model):
    """It completes transfers whose money never arrives."""

    def _credit_leg(self, command: Command) -> None:
        self._end(command, "transfer", command["destination_account_id"], None, 1, is_second=True)


class AppliesTwice(Model):
    """It does not look whether a transaction is known."""

    def _is_known(self, waiting: Waiting, command: Command) -> bool:
        return False


class IgnoresFunds(Model):
    """It lets an account spend what it has not."""

    def _no_debit(self, account_id: str, currency: str, amount: int) -> str | None:
        return self._unusable(account_id, currency)


class Reorders(Model):
    """It applies a withdrawal behind the transfer that comes after it."""

    def apply(
        self, partition: int, offset: int, timestamp_ms: int, key: bytes | None, value: bytes | None
    ) -> None:
        command = read_command(value) or {}
        record = (partition, offset, timestamp_ms, key, value)
        if command.get("transaction_id") == f"txn_{2:032x}":
            self.held_back = record
            return
        super().apply(*record)
        if command["kind"] == "transfer":
            super().apply(*self.held_back)


@pytest.mark.parametrize(
    ("broken_ledger", "sort"),
    [
        (LosesSecondLegs, "lost"),
        (AppliesTwice, "doubled"),
        (Reorders, "reordered"),
        (IgnoresFunds, "diverging"),
    ],
)
def test_a_ledger_with_a_bug_is_found_out(
    story: Story, broken_ledger: type[Model], sort: str
) -> None:
    retried = story.topic[0][2]
    twin = retried._replace(offset=len(story.topic[0]))
    story.topic[0].append(twin)
    ledger = broken_ledger(PARTITIONS)
    for partition in story.topic:
        for record in partition:
            ledger.apply(*record)
    story.finish(ledger)
    assert sort in sorts(story.history, story.topic)


def sorts(history: History, topic: Topic | None) -> set[str]:
    return {finding.sort for finding in check_history(history, topic)}


def resum(entries: list[dict[str, Any]]) -> None:
    """Make broken entries consistent in themselves, so that only their bug shows."""
    balance = 0
    for version, entry in enumerate(entries, 1):
        balance += entry["amount"]
        entry.update(version=version, balance_after=balance)


def broken(story: Story, account: str, change: Callable[..., object]) -> History:
    history = copy.deepcopy(story.history)
    change(history.entries[account])
    resum(history.entries[account])
    balance = sum(entry["amount"] for entry in history.entries[account])
    history.accounts[account].update(balance=balance, available=balance)
    return history


def test_a_true_history_has_no_findings(story: Story) -> None:
    assert check_history(story.history, story.topic) == []
    assert check_history(story.history) == []


@pytest.mark.parametrize("with_topic", [True, False])
def test_a_lost_entry_is_lost(story: Story, with_topic: bool) -> None:
    history = broken(story, ALICE, lambda entries: entries.pop(1))
    assert "lost" in sorts(history, story.topic if with_topic else None)


@pytest.mark.parametrize("with_topic", [True, False])
def test_a_doubled_entry_is_doubled(story: Story, with_topic: bool) -> None:
    history = broken(story, ALICE, lambda entries: entries.append(dict(entries[0])))
    assert "doubled" in sorts(history, story.topic if with_topic else None)


@pytest.mark.parametrize("with_topic", [True, False])
def test_swapped_entries_are_reordered(story: Story, with_topic: bool) -> None:
    history = broken(story, ALICE, lambda entries: entries.insert(0, entries.pop(1)))
    assert "reordered" in sorts(history, story.topic if with_topic else None)


@pytest.mark.parametrize("with_topic", [True, False])
def test_a_wrong_sum_diverges(story: Story, with_topic: bool) -> None:
    story.history.entries[ALICE][1]["balance_after"] += 1
    story.history.accounts[ALICE]["balance"] += 1
    assert "diverging" in sorts(story.history, story.topic if with_topic else None)


def test_a_second_leg_that_never_came_is_lost(story: Story) -> None:
    history = broken(story, CAROL, lambda entries: entries.clear())
    assert sorts(history, story.topic) >= {"lost"}
    assert sorts(history, None) == {"lost"}


def test_a_refusal_that_was_none_by_the_rules_diverges(story: Story) -> None:
    story.history.transactions[f"txn_{3:032x}"].update(status="completed", reason=None)
    assert sorts(story.history, story.topic) == {"diverging"}


def test_an_acceptance_without_its_record_is_lost(story: Story) -> None:
    record = story.topic[0][3]
    story.topic[0][3] = record._replace(value=story.topic[0][4].value)
    assert "lost" in sorts(story.history, story.topic)


def test_an_acceptance_that_nothing_remembers_is_lost(story: Story) -> None:
    del story.history.transactions[f"txn_{5:032x}"]
    assert sorts(story.history, None) == {"lost"}


def test_a_transaction_without_end_is_lost(story: Story) -> None:
    story.history.transactions[f"txn_{4:032x}"]["status"] = "pending"
    assert "lost" in sorts(story.history, None)


def test_a_retry_that_became_a_second_transaction_is_doubled(story: Story) -> None:
    twin = story.topic[0][-1]
    assert twin.value is not None
    again = c.decode(twin.value.replace(f"txn_{5:032x}".encode(), f"txn_{55:032x}".encode()))
    story.append(again)
    assert "doubled" in sorts(story.history, story.topic)


def test_what_other_clients_sent_twice_is_not_of_this_history(story: Story) -> None:
    own = next(one for one in story.history.attempts if one.transaction_id == f"txn_{5:032x}")
    theirs = story.topic[0][-1]
    assert theirs.value is not None
    for number in (55, 56):
        value = theirs.value.replace(f"txn_{5:032x}".encode(), f"txn_{number:032x}".encode())
        story.append(c.decode(value.replace(f'"{own.tag}"'.encode(), b'"another-run-1"')))
    found = check_history(story.history, story.topic)
    assert not [one for one in found if "another-run-1" in one.text]


def test_an_unknown_attempt_may_have_happened_or_not(story: Story) -> None:
    known = story.history.attempts[-1]
    known.status = known.answer = known.returned_at_us = None
    never = Attempt(99, "tag-99", "client", "/deposits", {"account_id": BOB}, None, 1)
    story.history.attempts.append(never)
    assert check_history(story.history, story.topic) == []


def test_a_later_request_with_an_earlier_place_is_reordered(story: Story) -> None:
    first, second = story.history.attempts[:2]
    assert first.answer is not None
    assert second.answer is not None
    first.answer["position"], second.answer["position"] = (
        second.answer["position"],
        first.answer["position"],
    )
    assert "reordered" in sorts(story.history, None)


def test_a_result_that_changed_diverges(story: Story) -> None:
    seen = story.history.attempts[2]
    assert seen.answer is not None
    seen.answer.update(status="completed", reason=None)
    assert "diverging" in sorts(story.history, None)


def test_an_overspent_account_diverges(story: Story) -> None:
    story.history.accounts[BOB]["available"] = -1
    assert sorts(story.history, None) == {"diverging"}


def test_what_the_recorder_writes_is_read_back() -> None:
    file = io.StringIO()
    recorder = Recorder(file)
    request_id = recorder.invoke("t", "c", "/deposits", {"amount": 1}, "key")
    recorder.returned(request_id, 202, {"transaction_id": "txn_1"})
    recorder.invoke("u", "c", "/deposits", {"amount": 1}, None)
    (known, unknown) = read_history(file.getvalue().splitlines()).attempts
    assert known.transaction_id == "txn_1"
    assert known.returned_at_us is not None
    assert known.returned_at_us >= known.invoked_at_us
    assert (unknown.status, unknown.transaction_id) == (None, None)


def test_the_command_says_what_it_judged(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"type":"partitions","count":3}\n')
    assert main([str(path), "--kafka", ""]) == 0
    assert "correct: nothing lost" in capsys.readouterr().out
    path.write_text('{"type":"wrong"}\n')
    assert main([str(path), "--kafka", ""]) == 2
    assert "line 1 of the history" in capsys.readouterr().err


def test_a_log_that_grew_is_judged_by_the_count_of_its_time(story: Story) -> None:
    # The same records, as far as they went by two partitions, and then one more by three.
    mover = next(
        account
        for account in (ALICE, BOB, CAROL)
        if partition_of(account, PARTITIONS + 1) != partition_of(account, PARTITIONS)
    )
    story.topic.append([])
    for partition, records in enumerate(story.topic):
        growth = marker(partition, PARTITIONS, PARTITIONS + 1, story.clock_us, has_parked=False)
        records.append(
            TopicRecord(partition, len(records), story.clock_us // 1000, b"", c.encode(growth))
        )
    before = replay(story.topic).accounts[mover].balance
    late = c.Deposit(
        transaction_id="txn_" + "9" * 32,
        user_id="usr_" + "1" * 32,
        requested_at_us=story.clock_us,
        account_id=mover,
        amount=77,
        currency="EUR",
    )

    def with_late_on(partition: int) -> Topic:
        topic = [[*records] for records in story.topic]
        # A clock that is behind: by the time alone it would come before the others' markers.
        topic[partition].append(
            TopicRecord(partition, len(topic[partition]), 1, mover.encode(), c.encode(late))
        )
        return topic

    home, new_home = (partition_of(mover, count) for count in (PARTITIONS, PARTITIONS + 1))
    assert check_history(story.history, story.topic) == []
    assert replay(with_late_on(new_home)).accounts[mover].balance == before + 77
    assert replay(with_late_on(home)).accounts[mover].balance == before, "it lives elsewhere now"


def race_for_a_key(story: Story, *, is_same: bool = False) -> None:
    """Two partitions use one key; the record with the later time wins it, and the log says so."""
    shared: dict[str, Any] = {"transaction_id": "txn_" + "7" * 32, "user_id": "usr_" + "1" * 32}
    money: dict[str, Any] = {"requested_at_us": 0, "currency": "EUR"}
    deposits = [
        c.Deposit(
            **shared,
            **money,
            account_id=account,
            amount=amount,
            fingerprint=str(is_same or account),
        )
        for account, amount in ((BOB, 40), (CAROL, 50))
    ]
    loser, _ = story.append(deposits[0]), story.append(deposits[1])
    story.topic[1][-1] = story.topic[1][-1]._replace(timestamp_ms=2_000)
    verdict = {
        "kind": "idempotency_verdict",
        "transaction_id": "txn_" + "6" * 32,
        "user_id": "",
        "requested_at_us": 0,
        "contested": "txn_" + "7" * 32,
        "partition": loser.partition,
        "offset": loser.offset,
        "decided_in": loser.partition,
        "decided_at": loser.offset,
        "is_conflict": not is_same,
    }
    value = json.dumps(verdict).encode()
    story.topic[0].append(TopicRecord(0, len(story.topic[0]), 3_000, b"", value))


@pytest.mark.parametrize("is_same", [False, True])
def test_a_key_of_two_partitions_goes_to_whom_the_log_says(story: Story, is_same: bool) -> None:
    before = replay(story.topic).accounts
    race_for_a_key(story, is_same=is_same)
    model = replay(story.topic)
    assert model.accounts[BOB].balance == before[BOB].balance
    assert model.accounts[CAROL].balance == before[CAROL].balance + 50
    assert len(model.conflicts) == (not is_same)


def test_without_a_verdict_a_key_goes_to_the_older_record(story: Story) -> None:
    before = replay(story.topic).accounts
    race_for_a_key(story)
    story.topic[0].pop()
    model = replay(story.topic)
    assert model.accounts[BOB].balance == before[BOB].balance + 40
    assert model.accounts[CAROL].balance == before[CAROL].balance


def test_a_record_that_lost_its_key_while_it_was_parked_was_parked(story: Story) -> None:
    race_for_a_key(story)
    verdict, loser = story.topic[0].pop(), story.topic[0].pop()
    assert verdict.value is not None
    assert loser.value is not None
    unknown = json.dumps(json.loads(loser.value) | {"rules": 3}).encode()
    story.topic[0].append(loser._replace(value=unknown))
    resolution = c.ParkedResolution(
        transaction_id="txn_" + "8" * 32,
        user_id="",
        requested_at_us=0,
        account_id=BOB,
        parked_id=parked_id_of(0, loser.offset, loser.timestamp_ms),
        action="replay",
        note="why not",
    )
    late = json.loads(verdict.value) | {"decided_at": story.append(resolution).offset}
    place = len(story.topic[0])
    story.topic[0].append(TopicRecord(0, place, 3_000, b"", json.dumps(late).encode()))

    model = replay(story.topic)

    assert not model.parked
    assert model.conflicts == {("txn_" + "7" * 32, 0, loser.offset)}
    end = model.first_legs[resolution.transaction_id]
    assert (end.status, end.reason) == ("completed", None)
