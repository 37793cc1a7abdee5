"""Holds, limits and filters as their owner, an operator and a stranger read them."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.domain.partitions import partition_of
from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account
from tests.integration.api.test_reading import all_pages
from tests.support.http import Client

pytestmark = pytest.mark.integration


def place(client: Client, account_id: str, amount: int, **more: Any) -> str:
    body = {"account_id": account_id, "amount": amount, "currency": "EUR", **more}
    answer = client.post("/holds", body, Prefer="wait=10")
    assert answer.status == 201, answer.text
    hold_id: str = answer.json["hold_id"]
    return hold_id


def test_a_hold_is_read_as_it_is_recorded(stack: Stack) -> None:
    client = stack.user()
    account_id, other = open_account(client, balance=100), open_account(client)
    hold_id = place(client, account_id, 60, destination_account_id=other, expires_in=3600)
    hold = client.get(f"/holds/{hold_id}").json
    assert hold | {"created_at": "", "expires_at": ""} == {
        "hold_id": hold_id,
        "account_id": account_id,
        "destination_account_id": other,
        "amount": 60,
        "captured_amount": 0,
        "currency": "EUR",
        "status": "open",
        "created_at": "",
        "expires_at": "",
        "closed_at": None,
    }
    assert hold["created_at"] < hold["expires_at"]
    captured = client.post(f"/holds/{hold_id}/capture", {"amount": 20}, Prefer="wait=15")
    assert captured.status == 201, captured.text
    path = f"/holds?account_id={account_id}&status=captured"
    (closed,) = all_pages(client, path)
    assert (closed["captured_amount"], closed["closed_at"] >= hold["created_at"]) == (20, True)
    assert client.get(f"/holds/{hold_id}").json == closed


def test_holds_are_listed_newest_first_page_by_page(stack: Stack) -> None:
    client = stack.user()
    accounts = [open_account(client, balance=100) for _ in range(2)]
    placed = [place(client, accounts[n % 2], n) for n in range(1, 7)]
    assert client.post(f"/holds/{placed[2]}/void", {}, Prefer="wait=10").status == 201
    newest_first = placed[::-1]

    def ids_of(url: str) -> list[str]:
        return [hold["hold_id"] for hold in all_pages(client, url)]

    assert ids_of("/holds?limit=1") == ids_of("/holds?limit=4") == newest_first
    of_first = [hold_id for n, hold_id in enumerate(placed) if n % 2 == 1][::-1]
    assert ids_of(f"/holds?account_id={accounts[0]}&limit=2") == of_first
    assert ids_of("/holds?status=voided&limit=1") == [placed[2]]
    still = [hold_id for hold_id in newest_first if hold_id != placed[2]]
    assert ids_of("/holds?status=open&limit=2") == still
    assert ids_of("/holds?status=expired") == []


def test_anothers_hold_answers_as_one_that_does_not_exist(stack: Stack) -> None:
    owner, stranger, operator = stack.user(), stack.user(), stack.user("operator")
    account_id = open_account(owner, balance=10)
    hold_id = place(owner, account_id, 5)
    missing = "hld_" + "0" * 32

    theirs, none = (
        stranger.get(f"/holds/{one}", X_Request_Id="same") for one in (hold_id, missing)
    )

    assert (theirs.status, theirs.headers) == (none.status, none.headers) == (404, none.headers)
    assert theirs.text.replace(hold_id, missing) == none.text
    assert account_id not in theirs.text
    assert stranger.get("/holds").json["data"] == []
    assert stranger.get(f"/holds?account_id={account_id}").status == 404
    assert operator.get(f"/holds/{hold_id}").json == owner.get(f"/holds/{hold_id}").json
    listed = operator.get(f"/holds?account_id={account_id}").json["data"]
    assert [hold["hold_id"] for hold in listed] == [hold_id]


def test_limits_say_what_is_left_of_them_today(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client, balance=100)
    path = f"/accounts/{account_id}/limits"
    unlimited = client.get(path).json
    assert (unlimited["daily_amount"], unlimited["daily_amount_left"]) == (None, None)
    body = {"overdraft_limit": 50, "daily_amount": 70, "daily_count": 3, "reason": "agreed"}
    assert operator.put(path, body, Prefer="wait=10").status == 201
    cash = {"account_id": account_id, "amount": 30, "currency": "EUR"}
    assert client.post("/withdrawals", cash, Prefer="wait=10").status == 201
    hold_id = place(client, account_id, 40)
    refused = client.post("/withdrawals", cash, Prefer="wait=10").json
    assert refused["reason"] == "limit_exceeded"

    left = client.get(path).json

    assert (left["daily_amount_used"], left["daily_amount_left"]) == (70, 0)
    assert (left["daily_count_used"], left["daily_count_left"]) == (2, 1)
    assert (left["overdraft_limit"], left["overdraft_left"]) == (50, 50)
    assert left["resets_at"].endswith("T00:00:00.000000Z")
    assert operator.get(path).json == left
    assert client.post(f"/holds/{hold_id}/void", {}, Prefer="wait=10").status == 201
    given_back = client.get(path).json
    assert (given_back["daily_amount_left"], given_back["daily_count_left"]) == (40, 2)
    assert stack.user().get(path).status == 404


def test_what_was_counted_yesterday_leaves_all_of_the_limit(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client, balance=100)
    path = f"/accounts/{account_id}/limits"
    body = {"daily_amount": 70, "overdraft_limit": 50, "reason": "agreed"}
    assert operator.put(path, body, Prefer="wait=10").status == 201
    cash = {"account_id": account_id, "amount": 60, "currency": "EUR"}
    assert client.post("/withdrawals", cash, Prefer="wait=10").status == 201
    place(client, account_id, 10)
    with stack.held():
        stack.database.write(
            "update ledger.accounts set day = day - 1, held = 70 where account_id = %s",
            (account_id[4:],),
        )
        left = client.get(path).json
        stack.database.write(
            "update ledger.accounts set day = day + 1, held = 10 where account_id = %s",
            (account_id[4:],),
        )
    assert (left["daily_amount_used"], left["daily_amount_left"]) == (0, 70)
    assert left["overdraft_left"] == 20, "balance 40, held 70"


def test_transactions_are_narrowed_by_time_amount_and_metadata(stack: Stack) -> None:
    client, other = stack.user(), stack.user()
    account_id = open_account(client)
    # On another partition each transfer has a leg there, which its receiver lists.
    theirs = open_account(other)
    while partition_of(theirs, PARTITIONS) == partition_of(account_id, PARTITIONS):
        theirs = open_account(other)
    moments = []
    for amount in (10, 20, 30):
        answer = deposit(client, account_id, amount, Prefer="wait=10")
        moments.append(answer.json["completed_at"])
    body = {
        "source_account_id": account_id,
        "destination_account_id": theirs,
        "amount": 25,
        "currency": "EUR",
        "metadata": {"order": "47 11", "for": "rent"},
    }
    assert client.post("/transfers", body, Prefer="wait=15").status == 201

    def amounts(who: Client, query: str) -> list[int]:
        return [one["amount"] for one in all_pages(who, f"/transactions?limit=2&{query}")]

    assert amounts(client, "min_amount=20") == [25, 30, 20]
    assert amounts(client, "min_amount=20&max_amount=25") == [25, 20]
    assert amounts(client, f"from={moments[1]}&to={moments[2]}") == [20]
    assert amounts(client, f"to={moments[0]}") == []
    assert amounts(client, "to=9999-12-31T23:59:59-23:00") == [25, 30, 20, 10]
    assert amounts(client, "metadata.order=47%2011&metadata.for=rent") == [25]
    assert amounts(client, "metadata.order=47%2011&metadata.for=food") == []
    assert amounts(other, "min_amount=25&max_amount=25") == [25]
    assert amounts(other, "metadata.order=47%2011") == [], "not theirs to find out"
    operator = stack.user("operator")
    assert amounts(operator, f"account_id={account_id}&metadata.for=rent") == [25]
