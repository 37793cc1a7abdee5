"""Wrong input to every route: a problem with a stable code, and not a trace of it anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from app import app
from tests.support.api import Api, check_problem
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e

#: What must be the same before and after: rows of every table that a request could reach.
TABLES = (
    *("accounts", "transactions", "postings", "holds", "conflicts", "parked_commands", "outbox"),
    *("users", "operator_actions", "webhooks", "api_keys"),
)
ACCOUNT, OTHER = "{account}", "acc_" + "1" * 32
TRANSACTION, HOLD = "txn_" + "1" * 32, "hld_" + "1" * 32
WEBHOOK, DELIVERY = "whk_" + "1" * 32, "dlv_" + "1" * 32
PARKED = "prk_" + "1" * 32
API_KEY = "key_" + "1" * 32
CASH: dict[str, Any] = {"account_id": ACCOUNT, "amount": 1, "currency": "EUR"}
MOVE: dict[str, Any] = {
    "source_account_id": ACCOUNT,
    "destination_account_id": OTHER,
    "amount": 1,
    "currency": "EUR",
}


class Wrong(NamedTuple):
    """A request that must be refused: as which status and code."""

    method: str
    path: str
    body: object
    status: int
    code: str
    headers: dict[str, str] = {}  # noqa: RUF012 - a default of a tuple, never changed


#: Of the routes that take a body and are no POST.
METHODS = {"/accounts/{account}": "PATCH", "/accounts/{account}/limits": "PUT"}


def wrong_bodies(path: str, good: dict[str, Any], fields: dict[str, list[object]]) -> list[Wrong]:
    """Return requests with one thing wrong each: a field, one too many, one too few, no JSON."""
    method = METHODS.get(path, "POST")
    bodies: list[object] = [
        {**good, field: value} for field, values in fields.items() for value in values
    ]
    bodies += [{**good, "surprise": 1}, [], "text", 1]
    bodies += [{k: v for k, v in good.items() if k != missing} for missing in good]
    wrong = [Wrong(method, path, body, 422, "validation_failed") for body in bodies]
    # No body at all is an empty object, from which everything is missing.
    wrong.append(Wrong(method, path, b"", 422, "validation_failed"))
    cut = json.dumps(good).encode()[:-1]
    latin_1 = cut + b', "surprise": "Tr\xe4ger"}'
    for garbage in (b"{", b"\xff", b"{]", cut, latin_1):
        wrong.append(Wrong(method, path, garbage, 400, "malformed_json"))
    too_large = {**good, "surprise": "x" * (257 * 1024)}
    return [*wrong, Wrong(method, path, too_large, 413, "body_too_large")]


AMOUNTS: list[object] = [0, -1, 1.5, 1.0, "1", True, None, 2**53, 10**30, []]
CURRENCIES: list[object] = ["eur", "EU", "EURO", "XXX", "", 978, None]
ACCOUNTS: list[object] = ["", "acc_", "acc_" + "G" * 32, "usr_" + "1" * 32, 1, None]
WORDS: dict[str, list[object]] = {
    "description": ["x" * 501, 1, "nul \x00"],
    "metadata": [[], {"a": 1}, {"k" * 41: "v"}, {"k": "v" * 501}, {"k": "nul \x00"}, "text"],
}
NAMES: list[object] = ["", " ", 1, "x" * 201]
CASH_FIELDS = {"account_id": ACCOUNTS, "amount": AMOUNTS, "currency": CURRENCIES, **WORDS}
SIGN_UP = {"email": "w@example.com", "password": "long enough", "name": "W"}

OPERATORS_ONLY: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "/accounts/{account}/limits", {"overdraft_limit": 5}),
    ("GET", "/parked", None),
    ("GET", "/reports/trial-balance", None),
    ("POST", f"/parked/{PARKED}/replay", {}),
    ("POST", f"/parked/{PARKED}/discard", {"reason": "mine"}),
)
BODIES: dict[str, tuple[dict[str, Any], dict[str, list[object]]]] = {
    "/users": (SIGN_UP, {"email": ["", "no-at", 1], "password": ["short", 1], "name": ["", 1]}),
    "/sessions": ({"email": "w@example.com", "password": "x"}, {"email": [1], "password": [None]}),
    "/accounts": (
        {"currency": "EUR"},
        {"currency": CURRENCIES, "name": NAMES, "metadata": WORDS["metadata"]},
    ),
    "/accounts/{account}": (
        {"name": "n"},
        {"name": NAMES, "metadata": [[], {"a": 1}, {"k" * 41: None}, {"k": "nul \x00"}, "text"]},
    ),
    "/deposits": (CASH, CASH_FIELDS),
    "/withdrawals": (CASH, CASH_FIELDS),
    "/transfers": (
        MOVE,
        {
            "source_account_id": ACCOUNTS,
            "destination_account_id": [*ACCOUNTS, ACCOUNT],
            "amount": AMOUNTS,
            "currency": CURRENCIES,
            **WORDS,
        },
    ),
    "/holds": (
        CASH,
        CASH_FIELDS | {"expires_in": [0, -1, 1.5, "1"], "destination_account_id": ["", 1, ACCOUNT]},
    ),
    "/accounts/{account}/freeze": ({"direction": "both"}, {"direction": ["up", "", None, 1]}),
    "/webhooks": (
        {"url": "https://example.com/", "events": ["*"]},
        {
            "url": ["", "ftp://example.com/", "https://10.0.0.1/", "https://u@example.com/", 1],
            "events": [[], ["deposit"], ["*.*"], "*", [1], None],
        },
    ),
    "/api-keys": (
        {"name": "ci", "scopes": ["money:write"]},
        {
            "name": ["", " ", 1, None, "x" * 201],
            "scopes": [[], ["all"], ["parked:read"], ["operator:act"], "money:write", [1], None],
            "expires_in": [0, -1, 1.5, "1"],
        },
    ),
    f"/parked/{PARKED}/discard": ({"reason": "r"}, {"reason": ["", " ", 1, None, "x" * 501]}),
    "/transactions/batch": (
        {"items": [{"kind": "deposit", **CASH}]},
        {"items": [[], None, {}, "x", [{"kind": "deposit", **CASH}] * 1001]},
    ),
}
# Without the amount these are right: nothing is missing from an empty body.
OPTIONAL_BODIES = {
    f"/holds/{HOLD}/capture": {"amount": AMOUNTS[:-3]},
    f"/transactions/{TRANSACTION}/reversals": {"amount": AMOUNTS[:-3]},
}
BAD_KEYS = ("", "x" * 256, "caf\u00e9")
MONEY = ("/accounts", "/deposits", "/withdrawals", "/transfers", "/holds")


def cases() -> Iterator[Wrong]:
    for path, (good, fields) in BODIES.items():
        yield from wrong_bodies(path, good, fields)
    for path, fields in OPTIONAL_BODIES.items():
        for value in fields["amount"]:
            if value is not None:
                yield Wrong("POST", path, {"amount": value}, 422, "validation_failed")
        yield Wrong("POST", path, {"surprise": 1}, 422, "validation_failed")
    for path in MONEY:
        good = BODIES[path][0]
        for key in BAD_KEYS:
            headers = {"Idempotency-Key": key}
            yield Wrong("POST", path, good, 422, "validation_failed", headers)
        yield Wrong(
            "POST", path, good, 415, "unsupported_media_type", {"Content-Type": "text/plain"}
        )
    yield from unknown_objects()
    yield from bad_queries()
    for method, path, body in OPERATORS_ONLY:
        yield Wrong(method, path, body, 403, "forbidden")


def unknown_objects() -> Iterator[Wrong]:
    """Well-formed names of what is not there."""
    for path in ("", "/balance?at=2026-01-01T00:00:00Z", "/entries", "/statement", "/limits"):
        yield Wrong("GET", f"/accounts/{OTHER}{path}", None, 404, "not_found")
    yield Wrong("GET", f"/holds/{HOLD}", None, 404, "not_found")
    yield Wrong("GET", f"/holds?account_id={OTHER}", None, 404, "not_found")
    for verb in ("unfreeze", "close"):
        yield Wrong("POST", f"/accounts/{OTHER}/{verb}", {}, 404, "not_found")
    yield Wrong("POST", f"/accounts/{OTHER}/freeze", {"direction": "both"}, 404, "not_found")
    yield Wrong("GET", f"/transactions/{TRANSACTION}", None, 404, "not_found")
    yield Wrong("GET", f"/transactions/{TRANSACTION}?position=99-1", None, 404, "not_found")
    yield Wrong("POST", f"/transactions/{TRANSACTION}/reversals", {}, 404, "not_found")
    for verb in ("capture", "void"):
        yield Wrong("POST", f"/holds/{HOLD}/{verb}", {}, 404, "not_found")
    yield Wrong("GET", "/accounts/nonsense", None, 404, "not_found")
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries")):
        yield Wrong(method, f"/webhooks/{WEBHOOK}{path}", None, 404, "not_found")
    for method in ("GET", "DELETE"):
        yield Wrong(method, f"/api-keys/{API_KEY}", None, 404, "not_found")
    replay = f"/webhooks/{WEBHOOK}/deliveries/{DELIVERY}/replay"
    yield Wrong("POST", replay, {}, 404, "not_found")


def bad_queries() -> Iterator[Wrong]:
    lists = ("/accounts", "/transactions", "/holds", "/accounts/{account}/entries", "/api-keys")
    for path in lists:
        for query in ("limit=0", "limit=501", "limit=x", "limit=-1", "cursor=nonsense"):
            yield Wrong("GET", f"{path}?{query}", None, 422, "validation_failed")
    for query in ("at=yesterday", "at=", "at=2026-13-01T00:00:00Z", "at=9999-12-31T23:59:59Z"):
        path = f"/accounts/{{account}}/balance?{query}"
        yield Wrong("GET", path, None, 422, "validation_failed")
    for query in ("from=yesterday", "to=x", "format=pdf", "to=1999-01-01T00:00:00Z"):
        path = f"/accounts/{{account}}/statement?{query}"
        yield Wrong("GET", path, None, 422, "validation_failed")
    for query in ("status=odd", "account_id=x", "min_amount=0", "acount_id=1", "limit=1&limit=1"):
        yield Wrong("GET", f"/transactions?{query}", None, 422, "validation_failed")
    for position in ("x", "1", "1-", "-1-1", "1-x"):
        path = f"/transactions/{TRANSACTION}?position={position}"
        yield Wrong("GET", path, None, 422, "validation_failed")


def filled(value: Any, account_id: str) -> Any:
    if isinstance(value, str):
        return value.replace(ACCOUNT, account_id)
    if isinstance(value, bytes):
        return value.replace(ACCOUNT.encode(), account_id.encode())
    if isinstance(value, dict):
        return {name: filled(one, account_id) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, account_id) for one in value]
    return value


def traces(stack: Stack) -> tuple[list[int], dict[str, int]]:
    stack.await_drained()
    counts = {
        table: int(stack.rows(f"select count(*) from ledger.{table}")[0][0]) for table in TABLES
    }
    return [len(partition) for partition in stack.topic()], counts


def test_wrong_input_is_refused_and_leaves_no_trace(stack: Stack, ada: Api) -> None:
    account_id = ada.open_account(balance=10)
    before = traces(stack)
    failures = []
    every = list(cases())
    for wrong in every:
        path = filled(wrong.path, account_id)
        body = filled(wrong.body, account_id)
        headers = {"Content-Type": "application/json", **wrong.headers}
        answer = ada.client.request(
            wrong.method,
            f"{ada.url}{path}",
            content=_content(body),
            headers={name.encode(): value.encode("latin-1") for name, value in headers.items()},
        )
        try:
            problem = check_problem(answer, wrong.status, wrong.code)
            assert wrong.code != "validation_failed" or problem["errors"]
        except AssertionError as error:
            shown = str(body)[:120]
            failures.append(f"{wrong.method} {wrong.path} {shown} {wrong.headers}: {error}"[:400])
    assert not failures, f"{len(failures)} of {len(every)}:\n" + "\n".join(failures)
    assert traces(stack) == before


def _content(body: object) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return json.dumps(body).encode()


def test_every_route_has_its_wrong_input() -> None:
    """A route that is added wants its line above."""
    tried = {(one.method, one.path.split("?")[0]) for one in cases()}
    names = {
        ACCOUNT: "{}",
        OTHER: "{}",
        TRANSACTION: "{}",
        HOLD: "{}",
        WEBHOOK: "{}",
        DELIVERY: "{}",
        PARKED: "{}",
        API_KEY: "{}",
        "nonsense": "{}",
    }
    known = set()
    for method, path in tried:
        for name, blank in names.items():
            path = path.replace(name, blank)
        known.add((method, path))
    harmless = {
        *(
            ("GET", path)
            for path in ("/health", "/openapi.json", "/docs", "/users/me", "/webhooks")
        ),
        ("DELETE", "/sessions/current"),
    }
    for path, methods in app.routes.items():
        blank = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
        for method in methods:
            assert (method, blank) in known | harmless, f"{method} {path}"


def test_unknown_routes_and_methods_are_refused(stack: Stack, ada: Api) -> None:
    before = traces(stack)
    for method, path in (("GET", "/nonsense"), ("POST", "/deposits/1"), ("GET", "/accounts/1/2/3")):
        answer = ada.request(method, path)
        problem = check_problem(answer, 404, "no_such_route")
        assert answer.headers["X-Request-Id"] == problem["request_id"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for method, path in (("PATCH", "/users/me"), ("DELETE", "/deposits"), ("OPTIONS", "/deposits")):
        answer = ada.request(method, path)
        check_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]
    assert traces(stack) == before
