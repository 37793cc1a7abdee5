"""The running API against its own description: no server error, nothing that it does not say.

A few examples a route here; `make test-api` tries a thousand, with a session and with an API key of
each scope.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx
import pytest

from app import RESOURCES
from functions.api.endpoint import Operation
from handlers.domain.scopes import OPERATORS, SCOPES, Scope
from tests.support.api import Api
from tests.support.fuzzing import OBJECTS, OUTCOMES, REPLACED, outcomes
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

EXAMPLES: Final = int(os.environ.get("API_EXAMPLES", "5"))
#: Keys of which scopes are tried; all of them where there is time.
TRIED: Final[tuple[Scope, ...]] = SCOPES if EXAMPLES > 5 else ("money:write",)
#: A key changes nothing on a public route, and meets one answer on a route that it can't open.
WHERE_IT_IS_NO_MATTER: Final = max(EXAMPLES // 10, 5)
SIGN_OUT: Final = "delete_session"
LIMIT_S: Final = 60 + 40 * EXAMPLES
#: The document's own route, which schemathesis leaves out, and the one that ends the session.
LEFT_OUT: Final = ("get_openapi", SIGN_OUT)
#: Statuses that tell that a request came no further than to a door, or found nothing behind it.
SHUT: Final = (401, 403, 404, 405, 429, 503)
OPERATIONS: Final[dict[str, Operation]] = {
    operation.name: operation for resource in RESOURCES for operation in resource.operations
}


def objects_of(person: Api) -> dict[str, list[str]]:
    """Make some objects of a person's, by the names of the fields that may name them."""
    accounts = [person.open_account(balance=1_000_000) for _ in range(6)]
    transactions, holds = [], []
    for account_id in accounts:
        money = {"account_id": account_id, "amount": 1000, "currency": "EUR"}
        transactions.append(person.done("/deposits", money)["transaction_id"])
        for _ in range(5):
            holds.append(person.done("/holds", money)["hold_id"])
    url = "https://example.invalid/events"
    webhook = person.post("/webhooks", {"url": url, "events": ["*"]}).json()
    return {
        "account_id": accounts,
        "source_account_id": accounts[:3],
        "destination_account_id": accounts[3:],
        "hold_id": holds,
        "transaction_id": transactions,
        "webhook_id": [webhook["webhook_id"]],
    }


def run(
    stack: Stack,
    token: str,
    folder: Path,
    objects: dict[str, list[str]],
    *arguments: str,
    examples: int = EXAMPLES,
) -> dict[str, Counter[int]]:
    """Try routes with a token or a key, by all checks; return what was answered.

    Two checks are excluded, and replaced in `tests.support.fuzzing`, which says why.
    """
    answers = folder / "answers"
    answers.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"{stack.api_url}/openapi.json",
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", "all", "--exclude-checks", ",".join(REPLACED)),
            *("--suppress-health-check", "all", "--continue-on-failure"),
            *("--max-examples", str(examples), "--seed", "1", "--request-timeout", "30"),
            *("--workers", "1", "--no-shrink", *arguments),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.support.fuzzing",
            OUTCOMES: str(answers),
            OBJECTS: json.dumps(objects),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-12_000:]
    return outcomes(answers)


def only(names: Iterable[str]) -> list[str]:
    """Return the arguments that keep a run to some operations."""
    return [word for name in sorted(names) for word in ("--include-operation-id", name)]


def never_got_in(answers: dict[str, Counter[int]]) -> set[str]:
    """Return the operations that were never asked for anything: such a run shows nothing."""
    return {name for name, statuses in answers.items() if not set(statuses) - set(SHUT)}


def test_every_route_is_as_it_is_described(stack: Stack, operator: Api, tmp_path: Path) -> None:
    token = operator.sign_in()

    answers = run(stack, token, tmp_path, objects_of(operator), "--exclude-operation-id", SIGN_OUT)

    document = httpx.get(f"{stack.api_url}/openapi.json", timeout=20).json()
    described = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert answers.keys() == described - set(LEFT_OUT)
    assert never_got_in(answers) == set()
    assert operator.get("/users/me").status_code == 200


def test_signing_out_is_as_it_is_described(stack: Stack, grace: Api, tmp_path: Path) -> None:
    # Apart from the others, whose token it would end.
    other = Api(stack.api_url).sign_up("Sina")
    answers = run(stack, other.sign_in(), tmp_path, {}, "--include-operation-id", SIGN_OUT)
    other.close()
    assert answers.keys() == {SIGN_OUT}


@pytest.mark.parametrize("scope", TRIED)
def test_a_key_does_what_its_scope_says_and_nothing_else(
    stack: Stack, operator: Api, grace: Api, tmp_path: Path, scope: Scope
) -> None:
    maker = operator if scope in OPERATORS else grace
    maker.sign_in()
    key = maker.post("/api-keys", {"name": "fuzz", "scopes": [scope]}).json()
    objects = objects_of(maker)

    tried = OPERATIONS.keys() - set(LEFT_OUT)
    let_in = {name for name, one in OPERATIONS.items() if one.is_public or scope in one.scopes}
    shut = tried - let_in
    opened = {name for name in tried if scope in OPERATIONS[name].scopes}

    if opened:
        run(stack, key["key"], tmp_path, objects, *only(opened))
    answers = run(
        stack, key["key"], tmp_path, objects, *only(tried - opened), examples=WHERE_IT_IS_NO_MATTER
    )

    maker.request("DELETE", f"/api-keys/{key['key_id']}")
    assert answers.keys() == tried
    acted = {name for name, statuses in answers.items() if any(s < 300 for s in statuses)}
    assert acted <= let_in
    assert all(403 in answers[name] for name in shut)
    assert never_got_in({name: answers[name] for name in let_in & answers.keys()}) == set()


@pytest.mark.skipif(EXAMPLES <= 5, reason="only where there is time: make test-api")
def test_every_route_is_to_a_customer_as_it_is_described(
    stack: Stack, grace: Api, tmp_path: Path
) -> None:
    token = grace.sign_in()

    answers = run(stack, token, tmp_path, objects_of(grace), "--exclude-operation-id", SIGN_OUT)

    assert answers.keys() == OPERATIONS.keys() - set(LEFT_OUT)
