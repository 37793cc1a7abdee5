"""Holds, reversals, freezes, limits, closing: all of them queued like money, so in order."""

from __future__ import annotations

import pytest

from tests.e2e.test_money import money, transfer
from tests.support.api import Api, check_problem
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


def test_a_hold_counts_at_once_and_a_partial_capture_releases_the_rest(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    hold = ada.done("/holds", money(account_id, 80))
    account = ada.account(account_id)
    assert (account["balance"], account["held"], account["available"]) == (100, 80, 20)
    assert ada.done("/withdrawals", money(account_id, 21))["reason"] == "insufficient_funds"
    hold_id = hold["hold_id"]
    assert ada.done(f"/holds/{hold_id}/capture", {"amount": 30})["balance_after"] == 70
    account = ada.account(account_id)
    assert (account["balance"], account["held"], account["available"]) == (70, 0, 70)
    assert ada.done(f"/holds/{hold_id}/capture", {})["reason"] == "hold_not_open"


def test_a_void_releases_and_an_over_capture_is_refused(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    hold_id = ada.done("/holds", money(account_id, 80))["hold_id"]
    refused = ada.done(f"/holds/{hold_id}/capture", {"amount": 81})
    assert refused["reason"] == "amount_exceeds_hold"
    assert ada.done(f"/holds/{hold_id}/void", {})["status"] == "completed"
    assert ada.account(account_id)["available"] == 100


def test_a_capture_goes_to_the_holds_destination(ada: Api, grace: Api, stack: Stack) -> None:
    source = ada.open_account(balance=100)
    destination = grace.open_account_elsewhere(source, stack.partitions)
    body = money(source, 80) | {"destination_account_id": destination}
    hold_id = ada.done("/holds", body)["hold_id"]
    assert ada.done(f"/holds/{hold_id}/capture", {})["status"] == "completed"
    assert (ada.balance(source), grace.balance(destination)) == (20, 80)


def test_reversals_never_sum_to_more_than_the_original(ada: Api, grace: Api, stack: Stack) -> None:
    source = ada.open_account(balance=100)
    destination = grace.open_account_elsewhere(source, stack.partitions)
    moved = ada.done("/transfers", transfer(source, destination, 50))["transaction_id"]
    path = f"/transactions/{moved}/reversals"
    first = grace.done(path, {"amount": 30})
    assert (first["status"], first["reverses"]) == ("completed", moved)
    assert grace.done(path, {"amount": 21})["reason"] == "exceeds_original"
    assert grace.done(path, {})["status"] == "completed"
    # Nothing is left: without an amount there is nothing to give back.
    assert grace.done(path, {})["reason"] == "exceeds_original"
    assert (ada.balance(source), grace.balance(destination)) == (100, 0)


def test_a_transfer_is_reversed_by_who_received_it(ada: Api, grace: Api) -> None:
    source, destination = ada.open_account(balance=100), grace.open_account()
    moved = ada.done("/transfers", transfer(source, destination, 50))["transaction_id"]
    answer = ada.post(f"/transactions/{moved}/reversals", {}, wait_s=20)
    assert 400 <= answer.status_code < 500, answer.text
    assert grace.balance(destination) == 50


def test_a_freeze_stops_what_comes_after_it(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    assert ada.done(f"/accounts/{account_id}/freeze", {"direction": "debit"})["status"] == (
        "completed"
    )
    assert ada.account(account_id)["status"] == "frozen"
    assert ada.done("/withdrawals", money(account_id, 1))["reason"] == "account_frozen"
    assert ada.done("/deposits", money(account_id, 1))["status"] == "completed"
    assert ada.done(f"/accounts/{account_id}/unfreeze", {})["status"] == "completed"
    assert ada.done("/withdrawals", money(account_id, 1))["status"] == "completed"


def test_only_an_operator_lifts_an_operators_freeze(ada: Api, operator: Api) -> None:
    account_id = ada.open_account(balance=100)
    freeze = {"direction": "both", "reason": "a court said so"}
    assert operator.done(f"/accounts/{account_id}/freeze", freeze)["status"] == "completed"
    refused = ada.done(f"/accounts/{account_id}/unfreeze", {})
    assert (refused["status"], refused["reason"]) == ("rejected", "operator_freeze")
    lift = {"reason": "it said otherwise"}
    assert operator.done(f"/accounts/{account_id}/unfreeze", lift)["status"] == "completed"
    assert ada.done("/withdrawals", money(account_id, 1))["status"] == "completed"


def test_limits_hold_at_apply_time(ada: Api, operator: Api) -> None:
    account_id = ada.open_account(balance=100)
    limits = {"overdraft_limit": 50, "daily_count": 1, "reason": "agreed"}
    answer = operator.request(
        "PUT", f"/accounts/{account_id}/limits", limits, {"Prefer": "wait=20"}
    )
    assert answer.status_code in (201, 202), answer.text
    wait_until(lambda: ada.account(account_id)["overdraft_limit"] == 50, "the limit is set")
    assert ada.done("/withdrawals", money(account_id, 150))["balance_after"] == -50
    assert ada.done("/deposits", money(account_id, 100))["balance_after"] == 50
    assert ada.done("/withdrawals", money(account_id, 1))["reason"] == "limit_exceeded"


def test_an_account_closes_when_it_is_empty(ada: Api) -> None:
    account_id = ada.open_account(balance=1)
    assert ada.done(f"/accounts/{account_id}/close", {})["reason"] == "balance_not_zero"
    ada.done("/withdrawals", money(account_id, 1))
    assert ada.done(f"/accounts/{account_id}/close", {})["status"] == "completed"
    assert ada.account(account_id)["status"] == "closed"
    assert ada.done("/deposits", money(account_id, 1))["reason"] == "account_closed"


def test_what_operators_do_is_written_down(ada: Api, operator: Api, stack: Stack) -> None:
    account_id = ada.open_account()
    reason = f"because of {account_id}"
    operator.done(f"/accounts/{account_id}/freeze", {"direction": "both", "reason": reason})
    rows = stack.rows("select action from ledger.operator_actions where reason = %s", reason)
    assert rows == [("freeze",)]


def test_nothing_is_parked(operator: Api) -> None:
    answer = operator.get("/parked?status=parked")
    assert answer.status_code == 200
    assert answer.json()["data"] == []
    unknown = "prk_" + "0" * 32
    check_problem(operator.post(f"/parked/{unknown}/replay", {"reason": "try"}), 404, "not_found")
