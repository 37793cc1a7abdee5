"""Lists, histories and balances: complete, in order, and only one's own."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import pytest

from handlers.platform.kafka import Outbound
from tests.integration.api.harness import Stack, deposit, open_account
from tests.support.http import Client

pytestmark = pytest.mark.integration


def all_pages(client: Client, url: str) -> list[dict[str, Any]]:
    """Follow the cursors to the end."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(50):
        joint = "&" if "?" in url else "?"
        answer = client.get(url if cursor is None else f"{url}{joint}cursor={cursor}")
        assert answer.status == 200, answer.text
        found += answer.json["data"]
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return found
    raise AssertionError("the pages have no end")


def test_pages_miss_and_repeat_nothing(stack: Stack) -> None:
    client = stack.user()
    accounts = [open_account(client) for _ in range(3)]
    sent = []
    for n in range(1, 8):
        answer = deposit(client, accounts[n % 3], n, Prefer="wait=10")
        sent.append(answer.json["transaction_id"])
    listed = all_pages(client, "/transactions?limit=2")
    assert [each["transaction_id"] for each in listed] == sent[::-1]
    entries = all_pages(client, f"/accounts/{accounts[1]}/entries?limit=1")
    assert [entry["version"] for entry in entries] == [3, 2, 1]
    assert [entry["amount"] for entry in entries] == [7, 4, 1]
    assert entries[0]["balance_after"] == 12
    assert all(len(entry["hash"]) == 64 for entry in entries)
    ids = [account["account_id"] for account in all_pages(client, "/accounts?limit=1")]
    assert ids == accounts


def test_lists_can_be_narrowed(stack: Stack) -> None:
    client = stack.user()
    mine, other = open_account(client, balance=5), open_account(client, balance=9)
    body = {"account_id": mine, "amount": 6, "currency": "EUR"}
    client.post("/withdrawals", body, Prefer="wait=10")
    transfer = client.post(
        "/transfers",
        {
            "source_account_id": other,
            "destination_account_id": mine,
            "amount": 2,
            "currency": "EUR",
        },
        Prefer="wait=15",
    )
    assert transfer.status == 201, transfer.text
    assert len(all_pages(client, "/transactions")) == 4, "a transfer of one's own is listed once"
    rejected = all_pages(client, "/transactions?status=rejected")
    assert [each["reason"] for each in rejected] == ["insufficient_funds"]
    assert len(all_pages(client, "/transactions?kind=account_opening")) == 2
    of_mine = all_pages(client, f"/transactions?account_id={mine}")
    assert [each["kind"] for each in of_mine] == ["transfer", "withdrawal", "deposit"]
    assert of_mine[0]["balance_after"] == 7
    stranger, operator = stack.user(), stack.user("operator")
    assert stranger.get(f"/transactions?account_id={mine}").status == 404
    assert all_pages(operator, f"/transactions?account_id={mine}") == of_mine
    owner = client.get("/users/me").json["user_id"]
    assert len(all_pages(operator, f"/accounts?user_id={owner}")) == 2


def test_an_account_has_a_tag_that_changes_with_all_that_is_shown(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client, balance=10)
    path = f"/accounts/{account_id}"
    first = client.get(path)
    again = client.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    body = {"account_id": account_id, "amount": 3, "currency": "EUR"}
    assert client.post("/holds", body, Prefer="wait=10").status == 201
    changed = client.get(path, If_None_Match=first.headers["ETag"])
    assert (changed.status, changed.json["held"]) == (200, 3)
    assert stack.user().get(path).status == 404
    assert stack.user("operator").get(path).json == changed.json


def test_a_balance_is_what_it_was_at_the_time(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    first = deposit(client, account_id, 10, Prefer="wait=10").json["completed_at"]
    time.sleep(0.005)
    second = deposit(client, account_id, 20, Prefer="wait=10").json["completed_at"]
    path = f"/accounts/{account_id}/balance"
    assert client.get(f"{path}?at=2020-01-01T00:00:00Z").json["balance"] == 0
    assert client.get(f"{path}?at={first}").json == {
        "balance": 10,
        "held": 0,
        "available": 10,
        "version": 1,
        "at": first,
    }
    assert client.get(f"{path}?at={second}").json["balance"] == 30
    assert client.get(path).json["version"] == 2


def test_a_statement_adds_up(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    moments = []
    for amount in (10, 20, 30):
        moments.append(deposit(client, account_id, amount, Prefer="wait=10").json["completed_at"])
        time.sleep(0.003)
    path = f"/accounts/{account_id}/statement?from={moments[1]}&to={moments[2]}"
    statement = client.get(path).json
    assert (statement["opening_balance"], statement["closing_balance"]) == (10, 30)
    assert [entry["amount"] for entry in statement["entries"]] == [20]
    whole = client.get(f"/accounts/{account_id}/statement?to=9000-01-01T00:00:00Z").json
    total = sum(entry["amount"] for entry in whole["entries"])
    assert whole["opening_balance"] + total == whole["closing_balance"] == 60
    later = client.get(f"/accounts/{account_id}/statement?from={moments[2]}&to={moments[2]}").json
    assert later["opening_balance"] == later["closing_balance"] == 30
    answer = client.get(path + "&format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["kind"] for row in rows] == ["opening_balance", "deposit", "closing_balance"]
    assert [row["balance_after"] for row in rows] == ["10", "30", "30"]


def test_parked_commands_are_for_operators_to_resolve(stack: Stack) -> None:
    from functions import wiring
    from handlers.domain.partitions import partition_of
    from tests.integration.api.harness import PARTITIONS

    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client)
    producer = wiring.producer()
    partition = partition_of(account_id, PARTITIONS)
    record = Outbound(stack.topic, partition, account_id.encode(), b"{not json")
    producer.wait(producer.send([record]))
    behind = deposit(client, account_id, 5, Prefer="wait=1")
    assert (behind.status, behind.json["status"]) == (202, "pending")
    waiting = operator.get(f"/parked?account_id={account_id}&status=parked").json["data"]
    assert [each["is_behind"] for each in waiting] == [False, True]
    assert waiting[0]["command"] is None
    assert waiting[1]["command"]["kind"] == "deposit"
    assert client.get(behind.headers["Location"]).json["status"] == "pending"
    path = f"/parked/{waiting[0]['parked_id']}"
    assert client.post(path + "/discard", {"reason": "mine"}).status == 403
    nothing = f"/parked/prk_{'0' * 32}/replay"
    assert operator.post(nothing, {"reason": "mended"}).status == 404
    done = operator.post(path + "/discard", {"reason": "no command"}, Prefer="wait=10")
    assert done.status == 201, done.text
    final = client.get(behind.headers["Location"], Prefer="wait=10").json
    assert (final["status"], final["balance_after"]) == ("completed", 5)


def test_a_record_that_names_no_account_can_be_discarded(stack: Stack) -> None:
    from functions import wiring

    operator = stack.user("operator")
    producer = wiring.producer()
    placed = producer.wait(producer.send([Outbound(stack.topic, 1, b"", b"nonsense")]))[0]
    deadline_s = time.monotonic() + 10
    found: list[dict[str, Any]] = []
    while not found:
        assert time.monotonic() < deadline_s
        listed = all_pages(operator, "/parked?status=parked")
        found = [each for each in listed if each["position"] == placed._asdict()]
    assert found[0]["account_id"] is None
    path = f"/parked/{found[0]['parked_id']}/discard"
    done = operator.post(path, {"reason": "no command"}, Prefer="wait=10")
    assert (done.status, done.json["status"]) == (201, "completed"), done.text
    listed = all_pages(operator, "/parked?status=discarded")
    assert any(each["note"] == "no command" for each in listed)
