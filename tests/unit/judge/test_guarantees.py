"""Each guarantee is kept by a right history, and its check finds a history that breaks it."""

from __future__ import annotations

import copy
import dataclasses
import io
from typing import Any

import pytest

from load.judge.findings import Finding
from load.judge.guarantees import CACHE_US, check_guarantees
from load.judge.lines import Attempt, Bank, History, Read, Recorder, read_history

ALICE, BOB = "acc_alice", "acc_bob"
#: A microsecond clock's steps: each attempt and read takes one, and they follow each other.
STEP_US = 100


class Story:
    """A right history: two accounts get 100 each, and Alice pays Bob 30, then 20.

    Somebody else has 50 of the same currency.
    """

    def __init__(self) -> None:
        self.history = History(bank=Bank("CHF", 250, 200, frozenset({ALICE, BOB})))
        self.clock_us = 0
        for name, account_id in (("fund-a", ALICE), ("fund-b", BOB)):
            self.move(name, 100, account_id=account_id)
        self.move("pay-30", 30, source_account_id=ALICE, destination_account_id=BOB)
        self.move("pay-20", 20, source_account_id=ALICE, destination_account_id=BOB)

    def move(self, name: str, amount: int, **ends: str) -> None:
        """Send a command, have it acknowledged, and apply it."""
        history, transaction_id = self.history, f"txn_{name}"
        invoked_us = self.tick()
        answer = {"transaction_id": transaction_id, "status": "pending"}
        history.attempts.append(
            Attempt(
                len(history.attempts), name, "client", "/", dict(ends), name, invoked_us,
                self.tick(), 202, answer,
            )
        )  # fmt: skip
        kind = "deposit" if "account_id" in ends else "transfer"
        history.transactions[transaction_id] = {
            "transaction_id": transaction_id, "status": "completed", "kind": kind,
            "amount": amount, **ends,
        }  # fmt: skip
        for end, account_id in ends.items():
            sign = -1 if end == "source_account_id" else 1
            self.enter(account_id, transaction_id, sign * amount)

    def enter(self, account_id: str, transaction_id: str, amount: int) -> None:
        """Add an entry to an account."""
        entries = self.history.entries.setdefault(account_id, [])
        balance = sum(entry["amount"] for entry in entries) + amount
        entries.append(
            {
                "transaction_id": transaction_id, "version": len(entries) + 1, "amount": amount,
                "balance_after": balance, "kind": "any",
            }
        )  # fmt: skip

    def read(self, kind: str, answer: Any, *, session: str = "s1", status: int = 200) -> None:
        """Read something after everything that came before."""
        begun_us = self.tick()
        self.history.reads.append(Read(session, kind, begun_us, self.tick(), status, answer))

    def tick(self) -> int:
        """Return the next time."""
        self.clock_us += STEP_US
        return self.clock_us

    def findings(self) -> list[Finding]:
        """Judge the story."""
        return check_guarantees(self.history)


def account(account_id: str, version: int, balance: int) -> dict[str, Any]:
    return {
        "account_id": account_id, "version": version, "balance": balance, "available": balance,
    }  # fmt: skip


def trial_balance(customer: int, in_transit: int, clearing: int) -> dict[str, Any]:
    kinds = {"customer": customer, "in_transit": in_transit, "clearing": clearing}
    return {
        "currencies": [
            {
                "currency": "CHF",
                "total": sum(kinds.values()),
                "kinds": [{"kind": kind, "balance": balance} for kind, balance in kinds.items()],
            }
        ]
    }


@pytest.fixture
def story() -> Story:
    return Story()


def check_one(story: Story, sort: str, text: str) -> None:
    findings = story.findings()
    assert [finding.sort for finding in findings] == [sort], findings
    assert text in findings[0].text


def test_a_right_history_keeps_every_guarantee(story: Story) -> None:
    story.read("trial_balance", trial_balance(220, 30, -250))
    story.read("accounts", [account(ALICE, 2, 70), account(BOB, 1, 100)])
    story.read("account", account(ALICE, 3, 50))
    story.read("balance", account(ALICE, 3, 50))
    story.read("transaction", {"transaction_id": "txn_pay-30", "status": "pending"})
    ended = {"transaction_id": "txn_pay-30", "status": "completed", "source_account_id": ALICE}
    story.read("transaction", ended)

    assert story.findings() == []


# -- bank --------------------------------------------------------------------------------------


def test_money_that_is_gone_at_one_moment_is_found(story: Story) -> None:
    story.read("trial_balance", trial_balance(220, 0, -220))

    check_one(story, "diverging", "there is 220 instead of 250")


def test_books_that_do_not_sum_to_zero_at_one_moment_are_found(story: Story) -> None:
    story.read("trial_balance", trial_balance(250, 0, -240))

    assert any("the books of CHF sum to 10" in text for _, text in story.findings())


def test_money_that_is_in_two_accounts_at_once_is_found(story: Story) -> None:
    story.read("accounts", [account(ALICE, 1, 100), account(BOB, 2, 130)])

    check_one(story, "diverging", "the bank's accounts have 230, more than 200")


def test_an_account_that_is_overspent_at_one_moment_is_found(story: Story) -> None:
    overspent = account(ALICE, 3, 50) | {"available": -1}
    story.read("accounts", [overspent])

    check_one(story, "diverging", "overspent by 1")


# -- set ---------------------------------------------------------------------------------------


def test_a_completed_command_without_its_entry_is_lost(story: Story) -> None:
    del story.history.entries[BOB][-1]

    check_one(story, "lost", "txn_pay-20 moved [] instead of 20")


def test_a_command_with_its_entry_twice_is_doubled(story: Story) -> None:
    story.enter(BOB, "txn_pay-20", 20)

    check_one(story, "doubled", "txn_pay-20 moved [20, 20] instead of 20")


def test_a_rejected_command_may_only_take_and_return(story: Story) -> None:
    story.move("back", 5, source_account_id=ALICE, destination_account_id="acc_elsewhere")
    story.enter(ALICE, "txn_back", 5)
    story.history.transactions["txn_back"]["status"] = "rejected"
    del story.history.entries["acc_elsewhere"]
    assert story.findings() == []

    del story.history.entries[ALICE][-1]

    check_one(story, "diverging", "txn_back moved [-5] instead of 0")


def test_an_entry_that_nobody_asked_for_is_found(story: Story) -> None:
    story.enter(BOB, "txn_ghost", 1)

    check_one(story, "diverging", "nobody sent it")


# -- order -------------------------------------------------------------------------------------


def test_a_command_that_overtakes_one_acknowledged_before_it_was_sent_is_found(
    story: Story,
) -> None:
    entries = story.history.entries[ALICE]
    first, second = entries[1], entries[2]
    first["transaction_id"], second["transaction_id"] = (
        second["transaction_id"], first["transaction_id"],
    )  # fmt: skip
    first["amount"], second["amount"] = second["amount"], first["amount"]

    check_one(story, "reordered", "txn_pay-20 (pay-20) was sent after txn_pay-30")


def test_commands_that_were_under_way_at_once_may_take_either_order(story: Story) -> None:
    *_, first, second = story.history.attempts
    second.invoked_at_us = first.invoked_at_us
    entries = story.history.entries[ALICE]
    entries[1]["transaction_id"], entries[2]["transaction_id"] = "txn_pay-20", "txn_pay-30"
    entries[1]["amount"], entries[2]["amount"] = -20, -30

    assert story.findings() == []


def test_a_retry_s_order_is_that_of_its_first_attempt(story: Story) -> None:
    # The first attempt got no answer, so it may have taken effect before the other was sent.
    *_, first, second = story.history.attempts
    lost = copy.copy(second)
    lost.invoked_at_us, lost.status, lost.answer = first.invoked_at_us, None, None
    story.history.attempts.append(lost)
    entries = story.history.entries[ALICE]
    entries[1]["transaction_id"], entries[2]["transaction_id"] = "txn_pay-20", "txn_pay-30"
    entries[1]["amount"], entries[2]["amount"] = -20, -30

    assert story.findings() == []


# -- sessions ----------------------------------------------------------------------------------


def test_a_state_that_an_account_never_had_is_found(story: Story) -> None:
    story.read("balance", account(ALICE, 2, 71))

    check_one(story, "diverging", "acc_alice had 71 at version 2, but has 70 there")


def test_a_version_that_is_gone_at_the_end_is_found(story: Story) -> None:
    story.read("balance", account(ALICE, 4, 20))

    check_one(story, "diverging", "which is gone")


@pytest.mark.parametrize("session", ["s1", "s2"])
def test_a_read_after_a_newer_one_is_found(story: Story, session: str) -> None:
    story.read("balance", account(ALICE, 3, 50))
    story.read("balance", account(ALICE, 2, 70), session=session)

    check_one(story, "reordered", "read version 2, after s1 (balance) had read 3")


def test_two_lists_that_saw_two_accounts_change_in_different_orders_are_found(
    story: Story,
) -> None:
    story.read("accounts", [account(ALICE, 3, 50), account(BOB, 2, 130)])
    story.read("accounts", [account(ALICE, 2, 70), account(BOB, 3, 150)], session="s2")

    found = {finding.text for finding in story.findings() if "newer" in finding.text}

    assert found == {f"s2 (accounts) saw {ALICE} older and {BOB} newer than s1 (accounts)"}


def test_a_fork_is_found_with_a_list_that_is_not_the_one_that_saw_most(story: Story) -> None:
    story.read("accounts", [account(ALICE, 2, 70), account(BOB, 1, 100)])
    story.read("accounts", [account(ALICE, 3, 50), account(BOB, 3, 150)])
    story.read("accounts", [account(ALICE, 1, 100), account(BOB, 2, 130)], session="s2")

    assert any("newer than s1" in finding.text for finding in story.findings())


def test_lists_at_the_same_time_may_see_changes_in_either_order(story: Story) -> None:
    story.read("accounts", [account(ALICE, 3, 50), account(BOB, 2, 130)])
    story.read("accounts", [account(ALICE, 2, 70), account(BOB, 3, 150)], session="s2")
    first, second = story.history.reads
    story.history.reads[1] = dataclasses.replace(second, invoked_us=first.invoked_us)
    assert story.history.bank is not None
    story.history.bank = dataclasses.replace(story.history.bank, shards=2)

    assert story.findings() == []


def test_a_list_over_several_databases_is_not_of_one_moment(story: Story) -> None:
    bank = story.history.bank
    assert bank is not None
    story.read("accounts", [account(ALICE, 1, 100), account(BOB, 3, 150)])
    assert [finding.sort for finding in story.findings()] == ["diverging"]

    story.history.bank = dataclasses.replace(bank, shards=2)

    assert story.findings() == []


def test_reads_at_the_same_time_may_see_either_state(story: Story) -> None:
    story.history.reads += [
        Read("s1", "balance", 1_000_000, 1_000_900, 200, account(ALICE, 3, 50)),
        Read("s2", "balance", 1_000_100, 1_000_800, 200, account(ALICE, 2, 70)),
    ]

    assert story.findings() == []


def test_a_read_that_misses_a_result_seen_before_it_is_found(story: Story) -> None:
    ended = {"transaction_id": "txn_pay-20", "status": "completed", "source_account_id": ALICE}
    story.read("transaction", ended)
    story.read("balance", account(ALICE, 2, 70))

    check_one(story, "reordered", "after s1 (transaction) had read 3")


def test_a_cached_account_may_be_behind_but_only_for_a_while(story: Story) -> None:
    story.read("balance", account(ALICE, 3, 50))
    story.read("account", account(ALICE, 2, 70))
    assert story.findings() == []

    story.clock_us += CACHE_US
    story.read("account", account(ALICE, 2, 70))

    check_one(story, "reordered", "s1 (account) read version 2")


def test_an_accepted_transaction_that_is_not_found_is_lost(story: Story) -> None:
    story.read("transaction", {"transaction_id": "txn_pay-30"}, status=404)

    check_one(story, "lost", "txn_pay-30 was accepted but not found")


def test_a_transaction_that_ended_otherwise_is_found(story: Story) -> None:
    rejected = {"transaction_id": "txn_pay-30", "status": "rejected", "source_account_id": None}
    story.read("transaction", rejected)

    check_one(story, "diverging", "was rejected and is completed")


def test_a_transaction_that_is_pending_after_it_ended_is_found(story: Story) -> None:
    story.read("transaction", {"transaction_id": "txn_fund-a", "status": "completed"})
    story.read("transaction", {"transaction_id": "txn_fund-a", "status": "pending"})

    check_one(story, "reordered", "read pending after")


def test_a_history_s_lines_keep_reads_and_the_bank() -> None:
    file = io.StringIO()
    recorder = Recorder(file)
    recorder.write(type="bank", currency="CHF", total=250, funds=200, accounts=[ALICE, BOB])
    recorder.write(
        type="read", session="s1", kind="account", invoked_us=1, returned_us=2, status=200,
        answer=account(ALICE, 1, 100),
    )  # fmt: skip

    history = read_history(file.getvalue().splitlines())

    assert history.bank == Bank("CHF", 250, 200, frozenset({ALICE, BOB}))
    assert history.reads == [Read("s1", "account", 1, 2, 200, account(ALICE, 1, 100))]
