"""A batch is many requests by one: with keys, counted, and with few looks at the ledger."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.domain.ids import batched_transaction_id, keyed_transaction_id
from tests.unit.api.conftest import ACCOUNT, ALICE, OTHERS_ACCOUNT, World
from tests.unit.api.test_refusals import MONEY, assert_problem

ITEM = {"kind": "deposit", **MONEY}
URL = "/transactions/batch"


def ids_of(world: World, items: list[dict[str, Any]], **headers: str) -> list[str | None]:
    answer = world.alice.post(URL, {"items": items}, **headers)
    assert answer.status == 202, answer.text
    return [item.get("transaction_id") for item in answer.json["items"]]


def test_a_whole_batch_can_be_sent_again_under_its_key(world: World) -> None:
    items = [ITEM, ITEM, {**ITEM, "amount": 0}, {**ITEM, "account_id": OTHERS_ACCOUNT}, ITEM]
    first = ids_of(world, items, Idempotency_Key="b")
    assert ids_of(world, items, Idempotency_Key="b") == first
    places = [batched_transaction_id(ALICE, "b", n) for n in (0, 1, 4)]
    assert first == [places[0], places[1], None, None, places[2]]
    assert len(set(places)) == 3
    assert not set(ids_of(world, items, Idempotency_Key="c")) & set(places)


def test_an_item_s_own_key_is_the_one_that_its_route_takes(world: World) -> None:
    items = [{**ITEM, "idempotency_key": "own"}, ITEM]
    for headers in ({}, {"Idempotency_Key": "b"}, {"Idempotency_Key": "own"}):
        assert ids_of(world, items, **headers)[0] == keyed_transaction_id(ALICE, "own")
    by_route = world.alice.post("/deposits", MONEY, Idempotency_Key="own")
    assert by_route.json["transaction_id"] == keyed_transaction_id(ALICE, "own")


def test_without_any_key_each_time_is_another_transaction(world: World) -> None:
    ids = ids_of(world, [ITEM, ITEM]) + ids_of(world, [ITEM, ITEM])
    assert len(set(ids)) == 4


def test_no_key_that_a_client_may_choose_is_a_batch_item_s() -> None:
    guesses = [
        joint.join(parts)
        for parts in (["b", "0"], ["batch-item", "b", "0"], ["batch-item", ALICE, "b", "0"])
        for joint in ("", "-", ":", "/", " ", "\x00")
    ]
    batched = batched_transaction_id(ALICE, "b", 0)
    assert batched not in {keyed_transaction_id(ALICE, guess) for guess in guesses}
    assert batched_transaction_id(ALICE, "b", 10) != batched_transaction_id(ALICE, "b1", 0)


def test_a_batch_item_s_id_is_what_it_always_was() -> None:
    assert batched_transaction_id(ALICE, "b", 7) == "txn_4cfafef6a646e394bee6d1a29df0b751"


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "a\tb"])
def test_a_batch_s_key_is_as_on_other_routes(world: World, key: str) -> None:
    answer = world.alice.post(URL, {"items": [ITEM]}, Idempotency_Key=key)
    problem = assert_problem(answer, 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == ["Idempotency-Key"]
    assert world.producer.records == []


def test_a_batch_looks_once_for_all_its_holds_transactions_and_owners(world: World) -> None:
    for n in range(30):
        world.tables.holds[f"hld_{n:032x}"] = ACCOUNT
        world.tables.deposits[f"txn_{n:032x}"] = ACCOUNT
    items: list[dict[str, Any]] = []
    for n in range(60):  # half of them are of nothing that there is
        items += [
            {"kind": "capture", "hold_id": f"hld_{n:032x}"},
            {"kind": "void", "hold_id": f"hld_{n:032x}"},
            {"kind": "reversal", "transaction_id": f"txn_{n:032x}"},
            {**ITEM, "account_id": f"acc_{n:032x}"},
            ITEM,
        ]
    codes = [item.get("code") for item in world.alice.post(URL, {"items": items}).json["items"]]
    assert codes.count(None) == 3 * 30 + 60
    assert codes.count("not_found") == 3 * 30 + 60
    assert dict(world.tables.asked) == {
        "reading/hold_accounts": 1,
        "reading/transaction_legs": 1,
        "reading/account_owners": 1,
    }
