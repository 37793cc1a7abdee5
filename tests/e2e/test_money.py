"""Money through every real part: gateway, function, log, writer, database, and back."""

from __future__ import annotations

import csv
import io
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.support.api import Api, Json, check_problem
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


def money(account_id: str, amount: int, currency: str = "EUR") -> Json:
    return {"account_id": account_id, "amount": amount, "currency": currency}


def transfer(source: str, destination: str, amount: int) -> Json:
    return {
        "source_account_id": source,
        "destination_account_id": destination,
        "amount": amount,
        "currency": "EUR",
    }


def test_an_account_is_there_once_it_is_answered(ada: Api) -> None:
    answer = ada.post("/accounts", {"currency": "JPY", "name": "savings"})
    assert answer.status_code == 201, answer.text
    account = answer.json()
    assert account == ada.account(account["account_id"])
    assert account.items() >= {
        "name": "savings",
        "currency": "JPY",
        "balance": 0,
        "available": 0,
        "held": 0,
        "overdraft_limit": 0,
        "status": "open",
        "version": 0,
    }.items()  # fmt: skip
    assert account["account_id"] in {
        one["account_id"] for one in ada.get("/accounts?limit=500").json()["data"]
    }


def test_an_accepted_deposit_names_its_place_and_comes_to_its_end(ada: Api) -> None:
    account_id = ada.open_account()
    answer = ada.post(
        "/deposits", money(account_id, 500) | {"description": "d", "metadata": {"a": "b"}}
    )
    assert answer.status_code == 202
    accepted = answer.json()
    assert accepted["status"] == "pending"
    place = f"{accepted['position']['partition']}-{accepted['position']['offset']}"
    location = answer.headers["Location"]
    assert location.endswith(f"/transactions/{accepted['transaction_id']}?position={place}")
    path = f"/transactions/{accepted['transaction_id']}?position={place}"
    final = ada.get(path, Prefer="wait=20").json()
    assert final.items() >= {
        "status": "completed",
        "kind": "deposit",
        "amount": 500,
        "balance_after": 500,
        "reason": None,
        "description": "d",
        "metadata": {"a": "b"},
        "position": accepted["position"],
        "requested_at": accepted["requested_at"],
    }.items()  # fmt: skip
    assert datetime.fromisoformat(final["completed_at"]).utcoffset() is not None


def test_a_place_in_the_log_is_never_answered_404(ada: Api) -> None:
    account_id = ada.open_account()
    for _ in range(20):
        accepted = ada.post("/deposits", money(account_id, 1)).json()
        place = f"{accepted['position']['partition']}-{accepted['position']['offset']}"
        seen = ada.get(f"/transactions/{accepted['transaction_id']}?position={place}")
        assert seen.status_code == 200, seen.text
        assert seen.json()["status"] in ("pending", "completed")


def test_more_than_there_is_is_refused_and_changes_nothing(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    refused = ada.done("/withdrawals", money(account_id, 101))
    assert (refused["status"], refused["reason"]) == ("rejected", "insufficient_funds")
    assert refused["balance_after"] is None
    assert ada.done("/withdrawals", money(account_id, 100))["balance_after"] == 0


def test_another_currency_is_refused(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    refused = ada.done("/withdrawals", money(account_id, 1, "USD"))
    assert (refused["status"], refused["reason"]) == ("rejected", "currency_mismatch")


def test_a_double_click_costs_twice_in_order(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    with ThreadPoolExecutor(2) as pool:
        clicks = list(pool.map(lambda _: ada.done("/withdrawals", money(account_id, 30)), range(2)))
    clicks.sort(key=lambda one: int(one["position"]["offset"]))
    assert [one["balance_after"] for one in clicks] == [70, 40]


def test_a_retry_with_a_key_costs_once(ada: Api) -> None:
    account_id, key = ada.open_account(balance=100), secrets.token_hex(8)
    with ThreadPoolExecutor(4) as pool:
        tries = list(
            pool.map(lambda _: ada.done("/withdrawals", money(account_id, 30), key), range(8))
        )
    assert len({one["transaction_id"] for one in tries}) == 1
    assert {one["balance_after"] for one in tries} == {70}
    assert ada.balance(account_id) == 70


def test_a_key_of_another_request_is_refused_also_across_partitions(ada: Api, stack: Stack) -> None:
    here = ada.open_account(balance=100)
    there = ada.open_account_elsewhere(here, stack.partitions)
    key = secrets.token_hex(8)
    assert ada.done("/withdrawals", money(here, 30), key)["status"] == "completed"
    for other in (money(here, 31), money(there, 30)):
        refused = ada.done("/withdrawals", other, key)
        assert (refused["status"], refused["reason"]) == ("rejected", "idempotency_conflict")
    assert ada.done("/withdrawals", money(here, 30), key)["status"] == "completed"
    assert ada.balance(here) == 70


def test_one_users_key_is_not_anothers(ada: Api, grace: Api) -> None:
    key = secrets.token_hex(8)
    mine, hers = ada.open_account(), grace.open_account()
    first = ada.done("/deposits", money(mine, 1), key)
    second = grace.done("/deposits", money(hers, 1), key)
    assert first["transaction_id"] != second["transaction_id"]
    assert second["status"] == "completed"


def test_opening_an_account_with_a_key_opens_one(ada: Api) -> None:
    key, body = secrets.token_hex(8), {"currency": "EUR", "name": "once"}
    first, again = ada.post("/accounts", body, key=key), ada.post("/accounts", body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["account_id"] == again.json()["account_id"]
    other = ada.post("/accounts", {"currency": "USD", "name": "once"}, key=key)
    check_problem(other, 409, "idempotency_conflict")


def test_a_transfer_crosses_partitions(ada: Api, grace: Api, stack: Stack) -> None:
    source = ada.open_account(balance=100)
    destination = grace.open_account_elsewhere(source, stack.partitions)
    done = ada.done("/transfers", transfer(source, destination, 60))
    assert (done["status"], done["balance_after"]) == ("completed", 40)
    assert (ada.balance(source), grace.balance(destination)) == (40, 60)
    seen = grace.get(f"/transactions/{done['transaction_id']}").json()
    assert (seen["status"], seen["balance_after"]) == ("completed", 60)


def test_a_transfer_that_nobody_takes_comes_back(ada: Api) -> None:
    source = ada.open_account(balance=100)
    for number in range(3):
        nobody = "acc_" + f"{number}" * 32
        refused = ada.done("/transfers", transfer(source, nobody, 60))
        assert (refused["status"], refused["reason"]) == ("rejected", "unknown_account")
    assert ada.balance(source) == 100


def test_entries_are_newest_first_and_chained_by_versions(ada: Api) -> None:
    account_id = ada.open_account(balance=10)
    for amount in (1, 2, 3):
        ada.done("/withdrawals", money(account_id, amount))
    first = ada.get(f"/accounts/{account_id}/entries?limit=3").json()
    rest = ada.get(f"/accounts/{account_id}/entries?limit=3&cursor={first['next_cursor']}").json()
    entries = first["data"] + rest["data"]
    assert rest["next_cursor"] is None
    assert [one["version"] for one in entries] == [4, 3, 2, 1]
    assert [one["amount"] for one in entries] == [-3, -2, -1, 10]
    assert [one["balance_after"] for one in entries] == [4, 7, 9, 10]
    assert [one["kind"] for one in entries] == ["withdrawal"] * 3 + ["deposit"]
    assert len({one["hash"] for one in entries}) == 4


def test_a_statements_closing_is_its_opening_and_entries(ada: Api) -> None:
    account_id = ada.open_account(balance=10)
    ada.done("/withdrawals", money(account_id, 4))
    since = ada.get(f"/accounts/{account_id}/entries").json()["data"][0]["posted_at"]
    query = f"/accounts/{account_id}/statement?from={since}"
    statement = ada.get(f"{query}&format=json").json()
    assert statement["opening_balance"] == 10
    assert statement["closing_balance"] == 6
    assert [entry["amount"] for entry in statement["entries"]] == [-4]
    answer = ada.get(f"{query}&format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert any("-4" in row for row in rows)


def test_the_balance_as_it_was(ada: Api) -> None:
    account_id = ada.open_account(balance=10)
    ada.done("/deposits", money(account_id, 5))
    newest, oldest = ada.get(f"/accounts/{account_id}/entries").json()["data"]
    for entry, balance in ((newest, 15), (oldest, 10)):
        then = ada.get(f"/accounts/{account_id}/balance?at={entry['posted_at']}").json()
        assert (then["balance"], then["version"]) == (balance, entry["version"])
    before = ada.get(f"/accounts/{account_id}/balance?at=2020-01-01T00:00:00Z")
    assert before.status_code == 200
    assert before.json()["balance"] == 0


def test_transactions_can_be_listed_and_filtered(ada: Api) -> None:
    account_id = ada.open_account(balance=5)
    refused = ada.done("/withdrawals", money(account_id, 6))["transaction_id"]
    path = f"/transactions?account_id={account_id}"
    everything = ada.get(path).json()["data"]
    assert [one["kind"] for one in everything] == ["withdrawal", "deposit"]
    only = ada.get(f"{path}&status=rejected").json()["data"]
    assert [one["transaction_id"] for one in only] == [refused]
    assert ada.get(f"{path}&kind=transfer").json()["data"] == []


def test_a_batch_answers_each_item_in_order(ada: Api) -> None:
    account_id = ada.open_account(balance=100)
    items = [
        {"kind": "deposit", **money(account_id, 1)},
        {"kind": "withdrawal", **money(account_id, -1)},
        {"kind": "withdrawal", **money(account_id, 2)},
    ]
    answer = ada.post("/transactions/batch", {"items": items})
    assert answer.status_code == 202, answer.text
    first, second, third = answer.json()["items"]
    assert (first["kind"], third["kind"]) == ("deposit", "withdrawal")
    assert second["code"] == "validation_failed"
    wait_until(lambda: ada.balance(account_id) == 99, "both good items are applied")


def test_redis_is_part_of_health_and_no_more(ada: Api) -> None:
    health = ada.get("/health")
    assert health.json() == {
        "status": "ok",
        "checks": {"kafka": "ok", "postgres": "ok", "redis": "ok"},
    }
