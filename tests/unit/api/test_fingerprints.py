"""A fingerprint is kept for ever, so what makes it may never change.

A retry of a request that an earlier release took must have the fingerprint that the ledger has:
another one would turn it into a conflict.  The vectors are what the first releases made.  One that
fails here is never to be replaced: give the new field no part in the digest while it is absent.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from handlers.domain.commands import RULES
from tests.unit.api.conftest import ACCOUNT, OTHERS_ACCOUNT, World

HOLD = "hld_" + "c" * 32
TRANSACTION = "txn_" + "d" * 32
PARKED = "prk_" + "e" * 32

WORDS = {"description": "Lunch ü", "metadata": {"b": "2", "a": "1"}}
CASH = {"account_id": ACCOUNT, "amount": 5, "currency": "EUR"}
TRANSFER = {
    "source_account_id": ACCOUNT,
    "destination_account_id": OTHERS_ACCOUNT,
    "amount": 5,
    "currency": "EUR",
}
LIMITS = {"overdraft_limit": 1, "daily_amount": None, "daily_count": 3}
WHY = {"reason": "because"}


class Vector(NamedTuple):
    """A request, and what is kept of it."""

    kind: str
    method: str
    path: str
    body: dict[str, Any]
    fingerprint: str
    by_operator: bool = False


VECTORS = [
    Vector(
        "account_opening",
        "POST",
        "/accounts",
        {"currency": "EUR"},
        "3c9c6a271ce4f1f8bfd55e719b99f8eb",
    ),
    Vector(
        "account_opening",
        "POST",
        "/accounts",
        {"currency": "EUR", "name": "Rent ü"},
        "8efc5ad651c67e23a319bd1bedf3ad77",
    ),
    Vector("deposit", "POST", "/deposits", CASH, "76e12d670b91509675bb10e3d59baf3e"),
    Vector("deposit", "POST", "/deposits", CASH | WORDS, "40aa220cc37e86a952b3be9445159372"),
    Vector("withdrawal", "POST", "/withdrawals", CASH, "fa7493d22f7ce7bbf0cd51a6fea74961"),
    Vector("withdrawal", "POST", "/withdrawals", CASH | WORDS, "fc161fc609d0a1dd36a9ab105db31611"),
    Vector("transfer", "POST", "/transfers", TRANSFER, "5d2e77ed479138c7494df15c885baae2"),
    Vector("transfer", "POST", "/transfers", TRANSFER | WORDS, "fc389638ad93e437e09fd2805c734ba1"),
    Vector("hold", "POST", "/holds", CASH, "3ca4270f440cc4386acdc2507bc8f453"),
    Vector(
        "hold",
        "POST",
        "/holds",
        CASH | WORDS | {"destination_account_id": OTHERS_ACCOUNT, "expires_in": 60},
        "32fae6893337d0e6bb938d15e986e6de",
    ),
    Vector("capture", "POST", f"/holds/{HOLD}/capture", {}, "ba0d022962b4c2ea900fdfe7f0e084b6"),
    Vector(
        "capture",
        "POST",
        f"/holds/{HOLD}/capture",
        {"amount": 4} | WORDS,
        "962a9d1d4fcdaa610bbe4928da6a3b64",
    ),
    Vector("void", "POST", f"/holds/{HOLD}/void", {}, "d33e04b476073933b5ba39a95188638b"),
    Vector(
        "reversal",
        "POST",
        f"/transactions/{TRANSACTION}/reversals",
        {},
        "0c375957c0104f9add5ee1646110a87a",
    ),
    Vector(
        "reversal",
        "POST",
        f"/transactions/{TRANSACTION}/reversals",
        {"amount": 4} | WORDS,
        "3db5c3cfd726fdd353ce5284f2426144",
    ),
    Vector(
        "freeze",
        "POST",
        f"/accounts/{ACCOUNT}/freeze",
        {"direction": "debit"},
        "d1409dc32ec0418c817775a3a9ba91e4",
    ),
    Vector(
        "freeze",
        "POST",
        f"/accounts/{ACCOUNT}/freeze",
        {"direction": "both"} | WHY,
        "6f30c8d6d003634927034a577377d96e",
    ),
    Vector(
        "unfreeze", "POST", f"/accounts/{ACCOUNT}/unfreeze", {}, "7d979165ed238ce13a8de419b194ce03"
    ),
    Vector(
        "unfreeze", "POST", f"/accounts/{ACCOUNT}/unfreeze", WHY, "23cfbe0d84eb72d55b7a55b6160e7e20"
    ),
    Vector("close", "POST", f"/accounts/{ACCOUNT}/close", {}, "19bf3db14b4bbcb259ea018498c3c98d"),
    Vector("close", "POST", f"/accounts/{ACCOUNT}/close", WHY, "1c47c64dff6f4a9503d8a39832381582"),
    Vector(
        "limits",
        "PUT",
        f"/accounts/{ACCOUNT}/limits",
        WHY,
        "cfcdcb0b8e25a93df3dbdb2ce40f6c1e",
        True,
    ),
    Vector(
        "limits",
        "PUT",
        f"/accounts/{ACCOUNT}/limits",
        LIMITS | WHY,
        "48f1768fb4672c53302c7d8a540760b6",
        True,
    ),
    Vector(
        "parked_resolution",
        "POST",
        f"/parked/{PARKED}/replay",
        WHY,
        "4b9a858d726fe1fc1e9c1b09b3ca77f2",
        True,
    ),
    Vector(
        "parked_resolution",
        "POST",
        f"/parked/{PARKED}/discard",
        WHY,
        "1a0cf64fc3dbfd20bd6febddf4da6043",
        True,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector.kind}-{vector.path}")
def test_a_request_has_the_fingerprint_that_it_always_had(world: World, vector: Vector) -> None:
    world.tables.holds[HOLD] = ACCOUNT
    world.tables.deposits[TRANSACTION] = ACCOUNT
    world.tables.parked[PARKED] = (ACCOUNT, 1, None)
    client = world.operator if vector.by_operator else world.alice
    client.call(vector.method, vector.path, vector.body, {"Idempotency-Key": "k"})
    (sent,) = world.producer.records
    assert sent[1].__struct_config__.tag == vector.kind
    assert sent[1].rules == RULES, "what decides it is today's rules"
    assert sent[1].fingerprint == vector.fingerprint
