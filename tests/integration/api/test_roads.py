"""What is asked for by its own route and as an item of a batch has the same answer and command."""

from __future__ import annotations

from typing import Any

import pytest

from functions import wiring
from functions.api.operations import BY_ITEM, CommandOperation
from handlers.domain import commands as c
from handlers.platform.kafka import Position
from tests.integration.api.belongings import NOTHING, Belongings, belongings_of
from tests.integration.api.harness import Stack, open_account
from tests.support.asking import as_item, batch, by_route
from tests.support.http import Client

pytestmark = pytest.mark.integration

ITEMS = list(BY_ITEM.values())
#: What differs between two requests that ask for the same.
OWN = ("transaction_id", "hold_id", "position", "requested_at", "requested_at_us", "request_id")


def name_of(operation: CommandOperation) -> str:
    return operation.name


@pytest.fixture(scope="module")
def client(stack: Stack) -> Client:
    return stack.user()


@pytest.fixture(scope="module")
def mine(stack: Stack, client: Client) -> Belongings:
    return belongings_of(stack, client)


def without_own(answer: dict[str, Any], operation: CommandOperation) -> dict[str, Any]:
    kept = {"hold_id"} if operation.names == "hold_id" else set()
    return {name: value for name, value in answer.items() if name not in set(OWN) - kept}


def command_of(answer: dict[str, Any]) -> c.AnyCommand:
    """Read the command in the log that an answer is about."""
    place = Position(answer["position"]["partition"], answer["position"]["offset"])
    command = wiring.log_reader().command_at(place)
    assert command is not None
    assert command.transaction_id == answer["transaction_id"]
    return command


def fields_of(command: c.AnyCommand, operation: CommandOperation) -> dict[str, Any]:
    fields = {
        name: bytes(value) if name == "metadata" else value
        for name in command.__struct_fields__
        for value in [getattr(command, name)]
    }
    return {"kind": type(command)} | without_own(fields, operation)


@pytest.mark.parametrize("operation", ITEMS, ids=name_of)
def test_the_same_is_accepted(
    stack: Stack, client: Client, mine: Belongings, operation: CommandOperation
) -> None:
    object_id = mine.named(operation.names)
    # Nothing is applied between the two, so that the second is not of another state.
    with stack.held():
        single = by_route(operation, object_id).send(client)
        answer = batch(as_item(operation, object_id)).send(client)
        assert (single.status, answer.status) == (202, 202), single.text + answer.text
        (item,) = answer.json["items"]
        assert without_own(item, operation) == without_own(single.json, operation)
        commands = [command_of(each) for each in (single.json, item)]
    first, second = (fields_of(command, operation) for command in commands)
    assert first == second
    assert first["fingerprint"]
    assert first["user_id"] == client.get("/users/me").json["user_id"]


NO_FIELD = "is not a known field"
REFUSALS: list[tuple[str, str, dict[str, Any]]] = [
    # who asks, whose object it is, and what is wrong with the body
    ("stranger", "mine", {}),
    ("stranger", "nothing", {}),
    ("client", "nothing", {}),
    ("operator", "mine", {}),
    ("client", "mine", {"currency": "ZZZ"}),
    ("client", "mine", {"destination_account_id": "the source"}),
    ("client", "mine", {"amount": 0}),
    ("client", "mine", {"surprise": 1}),
]


@pytest.mark.parametrize(("who", "whose", "changed"), REFUSALS)
@pytest.mark.parametrize("operation", ITEMS, ids=name_of)
def test_the_same_is_refused(
    stack: Stack,
    client: Client,
    mine: Belongings,
    operation: CommandOperation,
    who: str,
    whose: str,
    changed: dict[str, Any],
) -> None:
    callers = {"client": client, "stranger": stack.user(), "operator": stack.user("operator")}
    object_id = (mine if whose == "mine" else NOTHING).named(operation.names)
    if "destination_account_id" in changed:
        changed = {"destination_account_id": object_id}
    if who == "operator" and operation.audited is not None:
        changed = {operation.audited.reason: None}
    records = stack.records()
    single = by_route(operation, object_id, **changed).send(callers[who])
    (item,) = batch(as_item(operation, object_id, **changed)).send(callers[who]).json["items"]
    assert single.status >= 400, single.text
    refusal = single.json
    for error, wrong in zip(item.get("errors", ()), refusal.get("errors", ()), strict=True):
        # An item has a field more, or two, which both may name.
        if NO_FIELD in error["message"] and NO_FIELD in wrong["message"]:
            error["message"] = wrong["message"]
    assert without_own(item, operation) == without_own(refusal, operation)
    assert stack.records() == records


def test_a_batch_sent_twice_under_one_key_pays_once(stack: Stack, client: Client) -> None:
    account_id, other = open_account(client, balance=10), open_account(client)
    cash = {"account_id": account_id, "amount": 3, "currency": "EUR"}
    paid = {"source_account_id": account_id, "destination_account_id": other}
    items = [
        {"kind": "deposit", **cash},
        {"kind": "transfer", **paid, "amount": 2, "currency": "EUR"},
        {"kind": "withdrawal", **cash, "amount": 1},
    ]
    headers = {"Idempotency_Key": "monday", "Prefer": "wait=15"}
    first, again = (batch(*items).send(client, **headers).json["items"] for _ in range(2))
    assert [item["status"] for item in first] == ["completed"] * 3
    assert [item["transaction_id"] for item in again] == [item["transaction_id"] for item in first]
    assert [item["status"] for item in again] == ["completed"] * 3
    assert client.get(f"/accounts/{account_id}").json["balance"] == 10
    assert client.get(f"/accounts/{other}").json["balance"] == 2
    changed = [items[0], {**items[1], "amount": 1}, items[2]]
    reasons = [item["reason"] for item in batch(*changed).send(client, **headers).json["items"]]
    assert reasons == [None, "idempotency_conflict", None]
