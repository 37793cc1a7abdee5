"""The trial balance: zero in each currency, of one snapshot, and for operators."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account

pytestmark = pytest.mark.integration

PATH = "/reports/trial-balance"


def by_kind(report: dict[str, Any], currency: str) -> dict[str, dict[str, Any]]:
    (found,) = [one for one in report["currencies"] if one["currency"] == currency]
    assert found["total"] == 0
    assert found["debit"] == found["credit"]
    return {one.pop("kind"): one for one in found["kinds"]}


def test_the_sums_by_kind_are_zero_together(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    open_account(client, "JPY", balance=300)
    in_debt = open_account(client, "JPY")
    limits = {"overdraft_limit": 50, "reason": "agreed"}
    path = f"/accounts/{in_debt}/limits"
    assert operator.put(path, limits, Prefer="wait=10").status == 201
    body = {"account_id": in_debt, "amount": 20, "currency": "JPY"}
    assert client.post("/withdrawals", body, Prefer="wait=10").status == 201
    open_account(client, "EUR", balance=1)

    report = operator.get(f"{PATH}?currency=JPY").json

    assert [one["currency"] for one in report["currencies"]] == ["JPY"]
    kinds = by_kind(report, "JPY")
    assert kinds["customer"] == {"accounts": 2, "debit": 20, "credit": 300, "balance": 280}
    assert kinds["clearing"]["balance"] == -280
    every = operator.get(PATH).json
    assert {one["currency"] for one in every["currencies"]} >= {"EUR", "JPY"}
    assert by_kind(every, "JPY") == kinds
    none = operator.get(f"{PATH}?currency=CHF").json["currencies"]
    assert none == [{"currency": "CHF", "kinds": [], "debit": 0, "credit": 0, "total": 0}]


def test_it_is_of_exactly_the_records_before_its_positions(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client, "SEK")
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            deposit(client, account_id, 7, "SEK")

    busy = threading.Thread(target=go_on)
    busy.start()
    try:
        reports = [operator.get(f"{PATH}?currency=SEK").json for _ in range(30)]
    finally:
        stop.set()
        busy.join(30)
    assert deposit(client, account_id, 7, "SEK", Prefer="wait=15").status == 201
    for report in reports:
        next_offsets = {one["partition"]: one["next_offset"] for one in report["positions"]}
        assert set(next_offsets) <= set(range(PARTITIONS))
        applied = sum(
            one["position"]["offset"] < next_offsets.get(one["position"]["partition"], 0)
            for one in _deposits(operator, account_id)
        )
        kinds = by_kind(report, "SEK")
        assert kinds["customer"]["balance"] == 7 * applied


def _deposits(operator: Any, account_id: str) -> list[dict[str, Any]]:
    from tests.integration.api.test_reading import all_pages

    return all_pages(operator, f"/transactions?account_id={account_id}&kind=deposit&limit=500")


def test_it_is_for_operators(stack: Stack) -> None:
    answer = stack.user().get(PATH)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    wrong = stack.user("operator").get(f"{PATH}?currency=eur")
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (422, "currency")
