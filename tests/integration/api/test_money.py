"""Money moves from a request to a row, and the answers say so."""

from __future__ import annotations

import pytest

from tests.integration.api.harness import Stack, deposit, open_account

pytestmark = pytest.mark.integration


def test_a_deposit_is_accepted_with_its_place_in_the_log_and_found_there(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    with stack.held():
        answer = deposit(client, account_id, 700)
        assert answer.status == 202
        body = answer.json
        assert (body["status"], body["amount"], body["currency"]) == ("pending", 700, "EUR")
        assert body["balance_after"] is None
        place = f"{body['position']['partition']}-{body['position']['offset']}"
        location = f"/v1/transactions/{body['transaction_id']}?position={place}"
        assert answer.headers["Location"] == location
        pending = client.get(location)
        assert (pending.status, pending.json) == (200, body)
    final = client.get(location, Prefer="wait=10")
    assert final.headers["Preference-Applied"] == "wait=10"
    assert (final.json["status"], final.json["balance_after"]) == ("completed", 700)
    assert client.get(f"/accounts/{account_id}").json["balance"] == 700


def test_a_pending_transaction_is_found_by_a_process_that_did_not_accept_it(
    stack: Stack,
) -> None:
    from functions import wiring
    from handlers.reading.recent_commands import RecentCommands

    client = stack.user()
    account_id = open_account(client)
    stranger = stack.user()
    with stack.held():
        answer = deposit(client, account_id, 5)
        recent = wiring.recent()
        wiring.recent.replace(RecentCommands())
        wiring.transactions.reset()
        try:
            location = answer.headers["Location"]
            assert client.get(location).json == answer.json
            assert stranger.get(location).status == 404
            elsewhere = location.replace(answer.json["transaction_id"], "txn_" + "0" * 32)
            assert client.get(elsewhere).status == 404
            beyond = location.rpartition("-")[0] + "-99999"
            assert client.get(beyond).status == 404
        finally:
            wiring.recent.replace(recent)
            wiring.transactions.reset()


def test_prefer_wait_sees_completion_and_refusal(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client, balance=100)
    body = {"account_id": account_id, "amount": 60, "currency": "EUR", "metadata": {"k": "v"}}
    done = client.post("/withdrawals", body, Prefer="wait=10")
    assert (done.status, done.json["status"], done.json["balance_after"]) == (201, "completed", 40)
    assert done.json["metadata"] == {"k": "v"}
    refused = client.post("/withdrawals", body, Prefer="wait=10")
    assert (refused.status, refused.json["status"]) == (200, "rejected")
    assert refused.json["reason"] == "insufficient_funds"


def test_a_key_stands_for_one_transaction_and_not_for_another_body(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    first = deposit(client, account_id, 10, Prefer="wait=10", Idempotency_Key="k1")
    again = deposit(client, account_id, 10, Prefer="wait=10", Idempotency_Key="k1")
    assert first.status == again.status == 201
    assert first.json == again.json
    other = deposit(client, account_id, 11, Prefer="wait=10", Idempotency_Key="k1")
    assert (other.status, other.json["reason"]) == (200, "idempotency_conflict")
    assert other.json["transaction_id"] == first.json["transaction_id"]
    assert other.json["position"] != first.json["position"]
    assert client.get(other.headers["Location"]).json["reason"] == "idempotency_conflict"
    assert client.get(first.headers["Location"]).json["status"] == "completed"
    assert client.get(f"/accounts/{account_id}").json["balance"] == 10


def test_a_transfer_is_seen_by_both_sides_each_with_its_own_balance(stack: Stack) -> None:
    payer, payee, stranger = stack.user(), stack.user(), stack.user()
    destination = open_account(payee, balance=1)
    # Over several sources both roads are taken: within a partition, and across two.
    for amount in range(10, 16):
        source = open_account(payer, balance=100)
        answer = payer.post(
            "/transfers",
            {
                "source_account_id": source,
                "destination_account_id": destination,
                "amount": amount,
                "currency": "EUR",
                "description": "Rent",
            },
            Prefer="wait=15",
        )
        assert answer.status == 201, answer.text
        assert answer.json["balance_after"] == 100 - amount
        path = f"/transactions/{answer.json['transaction_id']}"
        seen = payee.get(path).json
        assert seen["source_account_id"] == source
        assert seen["destination_account_id"] == destination
        entry = payee.get(f"/accounts/{destination}/entries?limit=1").json["data"][0]
        assert entry["balance_after"] == seen["balance_after"]
        assert (entry["kind"], entry["amount"]) == ("transfer", amount)
        assert entry["counterparty_account_id"] == source
        assert entry["description"] == "Rent"
        assert stranger.get(path).status == 404
        mine = payer.get(f"/accounts/{source}/entries").json["data"]
        assert [line["amount"] for line in mine] == [-amount, 100]
    assert payee.get(f"/accounts/{destination}").json["balance"] == 1 + sum(range(10, 16))


def test_a_transfer_to_nobody_comes_back(stack: Stack) -> None:
    client = stack.user()
    source = open_account(client, balance=50)
    for n in range(4):
        answer = client.post(
            "/transfers",
            {
                "source_account_id": source,
                "destination_account_id": f"acc_{n:032x}",
                "amount": 50,
                "currency": "EUR",
            },
            Prefer="wait=15",
        )
        assert (answer.status, answer.json["reason"]) == (200, "unknown_account")
        assert client.get(f"/accounts/{source}").json["balance"] == 50
    kinds = {line["kind"] for line in client.get(f"/accounts/{source}/entries").json["data"]}
    assert kinds <= {"deposit", "transfer", "return"}


def test_holds_capture_void_and_reversal(stack: Stack) -> None:
    client, merchant, operator = stack.user(), stack.user(), stack.user("operator")
    account_id = open_account(client, balance=100)
    shop = open_account(merchant)
    body = {
        "account_id": account_id,
        "amount": 80,
        "currency": "EUR",
        "destination_account_id": shop,
    }
    placed = client.post("/holds", body, Prefer="wait=10")
    assert placed.status == 201, placed.text
    hold_id = placed.json["hold_id"]
    account = client.get(f"/accounts/{account_id}").json
    assert (account["balance"], account["held"], account["available"]) == (100, 80, 20)
    assert merchant.post(f"/holds/{hold_id}/void").status == 404
    captured = client.post(f"/holds/{hold_id}/capture", {"amount": 30}, Prefer="wait=15")
    assert captured.status == 201, captured.text
    assert client.post(f"/holds/{hold_id}/void", Prefer="wait=10").json["reason"] == "hold_not_open"
    account = client.get(f"/accounts/{account_id}").json
    assert (account["balance"], account["held"]) == (70, 0)
    path = f"/transactions/{captured.json['transaction_id']}/reversals"
    assert client.post(path, {"amount": 10}).status == 403
    assert stack.user().post(path, {"amount": 10}).status == 404
    back = merchant.post(path, {"amount": 10}, Prefer="wait=15")
    assert (back.status, back.json["status"]) == (201, "completed")
    assert back.json["reverses"] == captured.json["transaction_id"]
    why = {"description": "the shop asked for it"}
    over = operator.post(path, {"amount": 21} | why, Prefer="wait=15")
    assert (over.status, over.json["reason"]) == (200, "exceeds_original")
    assert client.get(f"/accounts/{account_id}").json["balance"] == 80


def test_what_went_outside_is_for_an_operator_to_give_back(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client, balance=10)
    body = {"account_id": account_id, "amount": 4, "currency": "EUR"}
    paid = client.post("/withdrawals", body, Prefer="wait=10").json["transaction_id"]
    path = f"/transactions/{paid}/reversals"
    item = {"kind": "reversal", "transaction_id": paid}
    assert client.post(path).status == 403
    outcome = client.post("/transactions/batch", {"items": [item]}).json["items"][0]
    assert outcome["code"] == "forbidden"
    done = operator.post(path, {"description": "never arrived"}, Prefer="wait=10")
    assert (done.status, done.json["status"]) == (201, "completed"), done.text
    assert client.get(f"/accounts/{account_id}").json["balance"] == 10


def test_freezing_limits_and_closing(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client, balance=10)
    path = f"/accounts/{account_id}"
    assert client.put(path + "/limits", {"overdraft_limit": 5}).status == 403
    done = operator.put(
        path + "/limits", {"overdraft_limit": 5, "reason": "a good one"}, Prefer="wait=10"
    )
    assert done.status == 201, done.text
    assert client.get(path).json["overdraft_limit"] == 5
    freeze = {"direction": "debit", "reason": "looked at"}
    assert operator.post(path + "/freeze", freeze, Prefer="wait=10").status == 201
    assert client.get(path).json["status"] == "frozen"
    refused = client.post(path + "/unfreeze", Prefer="wait=10")
    assert refused.json["reason"] == "operator_freeze"
    lift = {"reason": "nothing found"}
    assert operator.post(path + "/unfreeze", lift, Prefer="wait=10").status == 201
    assert client.post(path + "/close", Prefer="wait=10").json["reason"] == "balance_not_zero"
    body = {"account_id": account_id, "amount": 10, "currency": "EUR"}
    assert client.post("/withdrawals", body, Prefer="wait=10").status == 201
    assert client.post(path + "/close", Prefer="wait=10").status == 201
    assert client.get(path).json["status"] == "closed"
    actions = stack.database.read(
        "select action, reason from ledger.operator_actions where subject = %s order by action_id",
        (account_id,),
    )
    assert actions == [
        ("limits", "a good one"),
        ("freeze", "looked at"),
        ("unfreeze", "nothing found"),
    ]


def test_each_item_of_a_batch_stands_alone(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    item = {"kind": "deposit", "account_id": account_id, "amount": 3, "currency": "EUR"}
    items = [
        item,
        {**item, "amount": 0},
        {**item, "account_id": "acc_" + "0" * 32},
        {**item, "idempotency_key": "b1"},
        {**item, "idempotency_key": "b1"},
        {"kind": "nonsense"},
        7,
    ]
    answer = client.post("/transactions/batch", {"items": items}, Prefer="wait=10")
    assert answer.status == 202, answer.text
    outcomes = answer.json["items"]
    codes = [outcome.get("code") or outcome["status"] for outcome in outcomes]
    assert codes == [
        "completed",
        "validation_failed",
        "not_found",
        "completed",
        "completed",
        "validation_failed",
        "validation_failed",
    ]
    assert outcomes[3]["transaction_id"] == outcomes[4]["transaction_id"]
    assert client.get(f"/accounts/{account_id}").json["balance"] == 6


def test_an_account_s_name_and_metadata_are_merged_in_the_order_of_the_log(stack: Stack) -> None:
    client = stack.user()
    opened = client.post(
        "/accounts", {"currency": "EUR", "name": "Rent", "metadata": {"b": "1", "a": "1"}}
    )
    assert (opened.status, opened.json["metadata"]) == (201, {"a": "1", "b": "1"})
    path = f"/accounts/{opened.json['account_id']}"

    first = client.patch(path, {"metadata": {"a": None, "c": "3"}}, Prefer="wait=10")
    second = client.patch(path, {"name": None, "metadata": {"b": "2"}}, Prefer="wait=10")
    too_many = {f"key-{number}": "" for number in range(49)}
    third = client.patch(path, {"name": "Lost", "metadata": too_many}, Prefer="wait=10")

    assert (first.status, first.json["kind"]) == (201, "account_update")
    assert second.status == 201
    assert (third.status, third.json["reason"]) == (200, "metadata_too_large")
    account = client.get(path).json
    assert (account["name"], account["metadata"]) == (None, {"b": "2", "c": "3"})
    # As the cache has it, as the database has it, and after money moved.
    assert client.get(path).json == account
    assert deposit(client, account["account_id"], 7, Prefer="wait=10").status == 201
    assert client.get(path).json["metadata"] == account["metadata"]
    assert client.patch(path, {"metadata": None}, Prefer="wait=10").status == 201
    assert client.get(path).json["metadata"] is None


def test_accounts_are_found_by_their_metadata(stack: Stack) -> None:
    client = stack.user()
    for metadata in ({"shop": "1"}, {"shop": "1", "till": "2"}, {"shop": "2"}, None):
        body = {"currency": "EUR"} | ({"metadata": metadata} if metadata else {})
        assert client.post("/accounts", body).status == 201

    def found(query: str) -> list[dict[str, str]]:
        return [one["metadata"] for one in client.get(f"/accounts?{query}").json["data"]]

    assert found("metadata.shop=1") == [{"shop": "1"}, {"shop": "1", "till": "2"}]
    assert found("metadata.shop=1&metadata.till=2") == [{"shop": "1", "till": "2"}]
    assert found("metadata.shop=3") == []


def test_an_update_that_changes_nothing_is_refused(stack: Stack) -> None:
    client = stack.user()
    path = f"/accounts/{open_account(client)}"
    assert client.patch(path, {}).status == 422
    assert client.patch(path, {"currency": "USD"}).status == 422


def test_a_key_that_opened_another_account_is_a_conflict(stack: Stack) -> None:
    client = stack.user()
    for body in ({"currency": "EUR"}, {"currency": "EUR"}):
        assert client.post("/accounts", body, Idempotency_Key="one").status == 201

    for other in ({"currency": "USD"}, {"currency": "EUR", "metadata": {"a": "1"}}):
        refused = client.post("/accounts", other, Idempotency_Key="one")
        assert (refused.status, refused.json["code"]) == (409, "idempotency_conflict")


def test_what_is_queued_shows_no_metadata_of_an_account(stack: Stack) -> None:
    client = stack.user()
    path = f"/accounts/{open_account(client)}"
    with stack.held():
        queued = client.patch(path, {"metadata": {"a": "1"}}, Idempotency_Key="two")
        assert (queued.status, queued.json["metadata"]) == (202, None)
        assert client.get(queued.headers["Location"]).json == queued.json
    assert client.get(queued.headers["Location"], Prefer="wait=10").json["status"] == "completed"
    again = client.patch(path, {"metadata": {"a": "2"}}, Idempotency_Key="two", Prefer="wait=10")
    assert again.json["reason"] == "idempotency_conflict"
