"""The proof at the end of a round notices what went wrong, each sort of it."""

from dataclasses import replace

import pytest

from load.bench.people import (
    Account,
    Deposit,
    People,
    User,
    batched_deposits,
    single_deposits,
)
from load.bench.proof import Proof, Result, compare

RUN = "run"


@pytest.fixture
def people() -> People:
    users = [User(f"usr_{n:032x}", f"{n}@example.com", "password", f"token{n}") for n in range(2)]
    accounts = [Account(f"acc_{n:032x}", users[n % 2], f"txn_{n:032x}") for n in range(4)]
    return People(users, accounts, {account.account_id: 1_000 for account in accounts})


def ledger_of(people: People, sent: list[Deposit]) -> tuple[list[Result], dict[str, int]]:
    """Return what a ledger without a mistake has of some deposits."""
    balances = {account_id[4:]: balance for account_id, balance in people.balances.items()}
    for deposit in sent:
        balances[deposit.account_id[4:]] += deposit.amount
    results = [
        Result(one.transaction_id[4:], "completed", one.amount, one.account_id[4:], 1)
        for one in sent
    ]
    return results, balances


def test_a_right_ledger_holds_round_after_round(people: People) -> None:
    for run in ("first", "second"):
        sent = list(single_deposits(people, run, (10,)))
        results, balances = ledger_of(people, sent)

        proof = compare(people, sent, 10, results, balances)

        assert proof == Proof(10, 10, lost=0, doubled=0, refused=0, diverging=0)
        assert proof.holds


def test_an_accepted_command_that_is_missing_is_lost(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    results, balances = ledger_of(people, sent[:-1])

    proof = compare(people, sent, 10, results, balances)

    assert (proof.lost, proof.diverging, proof.holds) == (1, 0, False)


def test_an_unanswered_command_may_be_there_or_not(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    results, balances = ledger_of(people, sent[:9])

    assert compare(people, sent, 8, results, balances).holds


def test_a_second_posting_of_a_command_is_doubled(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    results, balances = ledger_of(people, sent)
    results[3] = results[3]._replace(postings=2)
    balances[sent[3].account_id[4:]] += sent[3].amount

    proof = compare(people, sent, 10, results, balances)

    assert (proof.doubled, proof.diverging, proof.holds) == (1, 1, False)


def test_a_transaction_that_nobody_sent_is_doubled(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    strange = replace(sent[0], transaction_id="txn_" + "f" * 32)
    results, balances = ledger_of(people, [*sent, strange])

    proof = compare(people, sent, 10, results, balances)

    assert (proof.doubled, proof.diverging, proof.holds) == (1, 1, False)


def test_a_deposit_that_was_refused_does_not_hold(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    results, balances = ledger_of(people, sent)
    results[0] = results[0]._replace(status="rejected")

    proof = compare(people, sent, 10, results, balances)

    assert (proof.refused, proof.holds) == (1, False)


def test_a_wrong_balance_diverges(people: People) -> None:
    sent = list(single_deposits(people, RUN, (10,)))
    results, balances = ledger_of(people, sent)
    balances[people.accounts[2].account_id[4:]] -= 1

    proof = compare(people, sent, 10, results, balances)

    assert (proof.diverging, proof.holds) == (1, False)


def test_a_batch_stays_with_its_user_and_repeats_no_key(people: People) -> None:
    sent = list(batched_deposits(people, RUN, (3,), 5))

    owner = {account.account_id: account.user.user_id for account in people.accounts}
    owners = [{owner[one.account_id] for one in sent[n : n + 5]} for n in (0, 5, 10)]
    assert [len(some) for some in owners] == [1, 1, 1]
    assert owners[0] != owners[1]
    assert len({one.transaction_id for one in sent}) == 15
