"""Another user's object is answered byte for byte as one that does not exist, in every position.

Positions are read from what is served: each operation of the table by its route and as an item of a
batch, and each route with an id in its path.  What is added later is covered, or fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app import RESOURCES
from functions import wiring
from functions.api.operations import BY_ITEM, OPERATIONS, CommandOperation
from tests.integration.api.belongings import NOTHING, Belongings, belongings_of
from tests.integration.api.harness import Stack, deposit
from tests.support.asking import as_item, batch, by_route, without_request_id
from tests.support.http import Client

pytestmark = pytest.mark.integration

NAMING = [each for each in OPERATIONS if each.names]
ITEMS = list(BY_ITEM.values())
PATHS = sorted(
    (operation.method, operation.path)
    for resource in RESOURCES
    for operation in resource.operations
    if "{" in operation.path
)
LISTS = [
    operation.path
    for resource in RESOURCES
    for operation in resource.operations
    if "account_id" in operation.parameters
]


def name_of(operation: CommandOperation) -> str:
    return operation.name


@pytest.fixture(scope="module")
def victim(stack: Stack) -> Client:
    return stack.user()


@pytest.fixture(scope="module")
def theirs(stack: Stack, victim: Client) -> Belongings:
    return belongings_of(stack, victim)


@pytest.fixture
def stranger(stack: Stack, victim: Client, theirs: Belongings) -> Iterator[Client]:
    """Somebody who signed up; at the end nothing is sent, and the victim has what they had."""
    client = stack.user()
    before = victim.get(f"/accounts/{theirs.account_id}").text
    records = stack.records()
    yield client
    assert stack.records() == records, "a command got into the log"
    assert victim.get(f"/accounts/{theirs.account_id}").text == before
    assert victim.get(f"/webhooks/{theirs.webhook_id}").status == 200
    assert victim.get(f"/api-keys/{theirs.key_id}").status == 200


@pytest.mark.parametrize("operation", NAMING, ids=name_of)
def test_by_its_route(stranger: Client, theirs: Belongings, operation: CommandOperation) -> None:
    name = operation.names
    answer = by_route(operation, theirs.named(name)).send(stranger)
    nothing = by_route(operation, NOTHING.named(name)).send(stranger)
    assert without_request_id(answer) == without_request_id(nothing)
    code = "forbidden" if name == "parked_id" else "not_found"
    assert answer.json["code"] == code


@pytest.mark.parametrize("operation", ITEMS, ids=name_of)
def test_as_an_item_of_a_batch(
    stranger: Client, theirs: Belongings, operation: CommandOperation
) -> None:
    name = operation.names
    answer = batch(as_item(operation, theirs.named(name))).send(stranger)
    nothing = batch(as_item(operation, NOTHING.named(name))).send(stranger)
    assert without_request_id(answer) == without_request_id(nothing)
    assert [item["code"] for item in answer.json["items"]] == ["not_found"]
    mixed = [as_item(operation, ids.named(name)) for ids in (theirs, NOTHING)]
    outcomes = batch(*mixed).send(stranger).json["items"]
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_in_a_path(stranger: Client, theirs: Belongings, method: str, path: str) -> None:
    bodies = {(each.method, each.path): each for each in OPERATIONS}
    body = None
    if (method, path) in bodies:
        operation = bodies[method, path]
        body = by_route(operation, theirs.named(operation.names)).body

    def filled(ids: Belongings) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: ids.named(found.group(1)), path)

    answer = stranger.call(method, filled(theirs), body)
    nothing = stranger.call(method, filled(NOTHING), body)
    assert without_request_id(answer) == without_request_id(nothing)
    assert answer.status == (403 if path.startswith("/parked/") else 404)


def test_in_a_query(stranger: Client, victim: Client, theirs: Belongings) -> None:
    seen = victim.get(f"/transactions/{theirs.transaction_id}").json["position"]
    at = f"?position={seen['partition']}-{seen['offset']}"
    urls = [f"{path}?account_id={{0.account_id}}" for path in LISTS]
    for url in (*urls, "/transactions/{0.transaction_id}" + at):
        answer, nothing = stranger.get(url.format(theirs)), stranger.get(url.format(NOTHING))
        assert without_request_id(answer) == without_request_id(nothing)
        assert answer.status == (403 if url.startswith("/parked") else 404)


@pytest.mark.parametrize("is_remembered", [True, False])
def test_whether_its_owner_is_remembered_or_not(
    stranger: Client, theirs: Belongings, is_remembered: bool
) -> None:
    for operation in NAMING:
        if not is_remembered:
            wiring.owners.reset()
            wiring.holds.reset()
        name = operation.names
        answers = [by_route(operation, ids.named(name)).send(stranger) for ids in (theirs, NOTHING)]
        assert without_request_id(answers[0]) == without_request_id(answers[1])


@pytest.mark.parametrize("is_cached", [True, False])
def test_an_account_whether_it_is_cached_or_not(
    stranger: Client, victim: Client, theirs: Belongings, is_cached: bool
) -> None:
    url = f"/accounts/{theirs.account_id}"
    assert victim.get(url).status == 200
    if not is_cached:
        assert wiring.cache().forget([theirs.account_id])
    answer, nothing = stranger.get(url), stranger.get(f"/accounts/{NOTHING.account_id}")
    assert without_request_id(answer) == without_request_id(nothing)
    assert answer.status == 404


def test_a_request_that_took_another_s_key(
    stack: Stack, victim: Client, theirs: Belongings
) -> None:
    paid = [
        deposit(victim, theirs.account_id, amount, Prefer="wait=10", Idempotency_Key="once")
        for amount in (1, 2)
    ]
    assert paid[1].json["reason"] == "idempotency_conflict"
    url = paid[1].headers["Location"]
    nowhere = url.replace(paid[1].json["transaction_id"], NOTHING.transaction_id)
    stranger = stack.user()
    answer, nothing = stranger.get(url), stranger.get(nowhere)
    assert without_request_id(answer) == without_request_id(nothing)
    assert answer.status == 404
    assert victim.get(url).json["reason"] == "idempotency_conflict"


def test_an_operator_moves_nobody_s_money(stack: Stack, theirs: Belongings) -> None:
    operator = stack.user("operator")
    records = stack.records()
    refused = []
    for operation in ITEMS:
        if operation.audited is not None:
            continue  # it is for operators to do
        by_own = by_route(operation, theirs.named(operation.names)).send(operator)
        outcome = batch(as_item(operation, theirs.named(operation.names))).send(operator)
        assert (by_own.status, by_own.json["code"]) == (403, "forbidden")
        assert outcome.json["items"][0]["code"] == "forbidden"
        refused.append(operation.name)
    assert len(refused) >= 6
    assert stack.records() == records
