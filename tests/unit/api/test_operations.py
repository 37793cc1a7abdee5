"""The table of operations: what is in it is served, reasoned and audited; nothing else is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app import RESOURCES
from functions.api.operations import BY_ITEM, OPERATIONS, Audited, CommandOperation
from handlers.domain import commands as c
from handlers.platform.errors import Unavailable
from tests.support.asking import as_item, batch, by_route
from tests.unit.api.conftest import ACCOUNT, OPERATOR, OTHERS_ACCOUNT, World
from tests.unit.api.test_refusals import assert_problem

HOLD = "hld_" + "c" * 32
TRANSACTION = "txn_" + "d" * 32
THIRD_ACCOUNT = "acc_" + "f" * 32
PARKED = "prk_" + "e" * 32

#: An object of Alice's by the field that names it.
OBJECTS = {
    "account_id": ACCOUNT,
    "source_account_id": ACCOUNT,
    "hold_id": HOLD,
    "transaction_id": TRANSACTION,
    "parked_id": PARKED,
}
NAMING = [pytest.param(each, id=each.name) for each in OPERATIONS if each.names]
AUDITED = [
    pytest.param(operation, operation.audited, id=operation.name)
    for operation in OPERATIONS
    if operation.audited is not None
]


@pytest.fixture
def filled(world: World) -> World:
    """Give Alice a hold, a deposit and a parked record."""
    world.tables.holds[HOLD] = ACCOUNT
    world.tables.deposits[TRANSACTION] = ACCOUNT
    world.tables.parked[PARKED] = (ACCOUNT, 1, None)
    return world


def test_what_takes_an_idempotency_key_is_in_the_table_and_the_table_is_served() -> None:
    served = {
        operation.name: (operation.method, operation.path, operation.scopes)
        for resource in RESOURCES
        for operation in resource.operations
        if "Idempotency-Key" in operation.parameters
    }
    scopes = served.pop("create_batch")[2]
    assert served == {each.name: (each.method, each.path, (each.scope,)) for each in OPERATIONS}
    assert set(scopes) == {each.scope for each in BY_ITEM.values()}


def test_an_item_has_its_route_s_body_and_names_its_object() -> None:
    for item, operation in BY_ITEM.items():
        assert item is not None
        fields = {field.name for field in msgspec.structs.fields(operation.body)}
        assert {field.name for field in msgspec.structs.fields(item)} == (
            fields | {operation.names, "idempotency_key"}
        )


@pytest.mark.parametrize(("operation", "audited"), AUDITED)
@pytest.mark.parametrize("reason", [None, "", " \t", "\u00a0"])
def test_an_operator_must_say_why(
    filled: World, operation: CommandOperation, audited: Audited, reason: str | None
) -> None:
    asked = by_route(operation, OBJECTS[operation.names], **{audited.reason: reason})
    problem = assert_problem(asked.send(filled.operator), 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == [audited.reason]
    assert problem["errors"][0]["message"]
    assert filled.producer.records == []
    assert filled.tables.trail == []


@pytest.mark.parametrize(("operation", "audited"), AUDITED)
def test_what_an_operator_does_is_in_the_trail_with_who_and_why(
    filled: World, operation: CommandOperation, audited: Audited
) -> None:
    asked = by_route(operation, OBJECTS[operation.names])
    answer = asked.send(filled.operator, X_Request_Id="r-1")
    assert answer.status == 202, answer.text
    reason = asked.body[audited.reason]
    noted = (OPERATOR, audited.action, OBJECTS[operation.names], reason, "r-1")
    assert filled.tables.trail == [noted]
    assert len(filled.producer.records) == 1


@pytest.mark.parametrize("operation", NAMING)
def test_an_operator_does_nothing_to_another_s_object_without_a_word_in_the_trail(
    filled: World, operation: CommandOperation
) -> None:
    object_id = OBJECTS[operation.names]
    fields = {field.name for field in msgspec.structs.fields(operation.body)}
    silent = dict.fromkeys(fields & {"reason", "description"})
    assert by_route(operation, object_id, **silent).send(filled.operator).status in (403, 422)
    assert filled.producer.records == []
    answer = by_route(operation, object_id).send(filled.operator)
    assert answer.status in (202, 403), answer.text
    assert len(filled.tables.trail) == len(filled.producer.records) == (answer.status == 202)


@pytest.mark.parametrize(("operation", "audited"), AUDITED)
def test_what_can_t_be_noted_is_not_done(
    filled: World,
    operation: CommandOperation,
    audited: Audited,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(filled.tables, "_note_operator_actions", fail)
    object_id = OBJECTS[operation.names]
    assert by_route(operation, object_id).send(filled.operator).status == 503
    if operation.item is not None:
        assert batch(as_item(operation, object_id)).send(filled.operator).status == 503
    assert filled.producer.records == []


@pytest.mark.parametrize(("operation", "audited"), AUDITED)
def test_a_customer_needs_no_reason_and_is_not_in_the_operators_trail(
    filled: World, operation: CommandOperation, audited: Audited
) -> None:
    reason = "any" if operation.name == "discard_parked" else None
    asked = by_route(operation, OBJECTS[operation.names], **{audited.reason: reason})
    answer = asked.send(filled.alice)
    if audited.is_operators_only:
        assert_problem(answer, 403, "forbidden")
    else:
        assert answer.status == 202, answer.text
    assert len(filled.producer.records) == (not audited.is_operators_only)
    assert filled.tables.trail == []


def test_operators_reverse_in_a_batch_with_a_reason_each_noted_by_one_statement(
    filled: World,
) -> None:
    (reversal,) = (each for each in BY_ITEM.values() if each.audited is not None)
    items = [
        as_item(reversal, TRANSACTION, description="first"),
        as_item(reversal, TRANSACTION, description=None),
        as_item(reversal, TRANSACTION, description="second"),
    ]
    outcomes = batch(*items).send(filled.operator).json["items"]
    assert [outcome["status"] for outcome in outcomes] == ["pending", 422, "pending"]
    assert [error["field"] for error in outcomes[1]["errors"]] == ["description"]
    assert [row[1:4] for row in filled.tables.trail] == [
        ("reverse", TRANSACTION, "first"),
        ("reverse", TRANSACTION, "second"),
    ]
    assert filled.tables.asked["people/note_operator_actions"] == 1


@pytest.mark.parametrize(
    ("moved", "who", "status"),
    [
        ((ACCOUNT, OTHERS_ACCOUNT), "alice", 403),  # paid by her: it is not hers to take back
        ((OTHERS_ACCOUNT, ACCOUNT), "alice", 202),
        ((OTHERS_ACCOUNT, THIRD_ACCOUNT), "alice", 404),
        ((ACCOUNT, OTHERS_ACCOUNT), "operator", 202),
    ],
)
def test_a_transfer_is_given_back_by_who_received_it_or_an_operator(
    world: World, moved: tuple[str, str], who: str, status: int
) -> None:
    world.tables.owners[THIRD_ACCOUNT] = OPERATOR
    world.tables.transfers[TRANSACTION] = moved
    (reversal,) = (each for each in OPERATIONS if each.names == "transaction_id")
    client = getattr(world, who)
    answer = by_route(reversal, TRANSACTION).send(client)
    (item,) = batch(as_item(reversal, TRANSACTION)).send(client).json["items"]
    assert (answer.status, item["status"]) == (status, "pending" if status == 202 else status)
    sent = [c.account_of(command) for _, command in world.producer.records]
    assert sent == ([moved[1]] * 2 if status == 202 else [])


@pytest.mark.parametrize(("worked_on", "partition"), [(None, 1), (5, 5), (0, 0)])
def test_a_decision_about_a_parked_record_goes_to_the_partition_that_works_its_queue(
    filled: World, worked_on: int | None, partition: int
) -> None:
    filled.tables.parked[PARKED] = (ACCOUNT, 1, worked_on)
    for operation in OPERATIONS:
        if operation.names == "parked_id":
            assert by_route(operation, PARKED).send(filled.operator).status == 202
    assert [place for place, _ in filled.producer.records] == [partition] * 2


def test_a_parked_record_without_an_account_is_decided_where_it_lies(filled: World) -> None:
    filled.tables.parked[PARKED] = (None, 7, None)
    for operation in OPERATIONS:
        if operation.names == "parked_id":
            assert by_route(operation, PARKED).send(filled.operator).status == 202
    places = [(place, c.account_of(command)) for place, command in filled.producer.records]
    assert places == [(7, ""), (7, "")]
