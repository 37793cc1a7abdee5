"""Wrong input gets a 4xx with a stable code, and leaves nothing in the log or the database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app import app
from functions.api.errors import HttpError
from functions.api.http import ApiRequest
from tests.support.http import Answer, resource_of
from tests.unit.api.conftest import ACCOUNT, OTHERS_ACCOUNT, Api

MONEY = {"account_id": ACCOUNT, "amount": 5, "currency": "EUR"}
TRANSFER = {
    "source_account_id": ACCOUNT,
    "destination_account_id": OTHERS_ACCOUNT,
    "amount": 5,
    "currency": "EUR",
}
SIGN_UP = {"email": "ada@example.com", "password": "correct horse", "name": "Ada"}
HOLD = "/holds/hld_" + "c" * 32
TRANSACTION = "/transactions/txn_" + "c" * 32

WRONG_BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("/users", {**SIGN_UP, "email": "nobody"}, "email"),
    ("/users", {**SIGN_UP, "password": "short"}, "password"),
    ("/users", {**SIGN_UP, "name": " "}, "name"),
    ("/users", {**SIGN_UP, "role": "operator"}, "role"),
    ("/sessions", {"email": "ada@example.com"}, "password"),
    ("/accounts", {}, "currency"),
    ("/accounts", {"currency": "eur"}, "currency"),
    ("/accounts", {"currency": "XXX"}, "currency"),
    ("/accounts", {"currency": "EUR", "name": "x" * 201}, "name"),
    *[
        ("/deposits", {**MONEY, "amount": amount}, "amount")
        for amount in (0, -1, 1.5, 1.0, "5", True, None, 2**53, 10**30)
    ],
    ("/deposits", {**MONEY, "account_id": "acc_1"}, "account_id"),
    ("/deposits", {**MONEY, "account_id": 5}, "account_id"),
    ("/deposits", {**MONEY, "account_id": ACCOUNT + "\n"}, "account_id"),
    ("/deposits", {**MONEY, "currency": "EUR\n"}, "currency"),
    ("/users", {**SIGN_UP, "email": "ada@example.com\n"}, "email"),
    ("/deposits", {**MONEY, "currency": "ZZZ"}, "currency"),
    ("/deposits", {**MONEY, "surprise": 1}, "surprise"),
    ("/deposits", {**MONEY, "description": "x" * 501}, "description"),
    ("/deposits", {**MONEY, "description": "a\0b"}, "description"),
    ("/deposits", {**MONEY, "metadata": []}, "metadata"),
    ("/deposits", {**MONEY, "metadata": {"k": 1}}, "metadata[...]"),
    ("/deposits", {**MONEY, "metadata": {"k": "\0"}}, "metadata[...]"),
    ("/deposits", {**MONEY, "metadata": {"k" * 41: "v"}}, "metadata"),
    ("/deposits", {**MONEY, "metadata": {str(n): "v" for n in range(51)}}, "metadata"),
    ("/withdrawals", {**MONEY, "amount": 0}, "amount"),
    ("/transfers", {**TRANSFER, "amount": 0}, "amount"),
    ("/transfers", MONEY, "account_id"),
    ("/transfers", {**TRANSFER, "destination_account_id": ACCOUNT}, "destination_account_id"),
    ("/holds", {**MONEY, "expires_in": 0}, "expires_in"),
    ("/holds", {**MONEY, "destination_account_id": ACCOUNT}, "destination_account_id"),
    (HOLD + "/capture", {"amount": 0}, "amount"),
    (HOLD + "/void", {"amount": 1}, "amount"),
    (TRANSACTION + "/reversals", {"amount": -1}, "amount"),
    ("/transactions/batch", {"items": []}, "items"),
    ("/transactions/batch", {"items": [{}] * 1001}, "items"),
    ("/api-keys", {"name": "ci", "scopes": []}, "scopes"),
    ("/api-keys", {"name": " ", "scopes": ["money:write"]}, "name"),
    ("/api-keys", {"name": "ci", "scopes": [1]}, "scopes[0]"),
    ("/api-keys", {"name": "ci", "scopes": ["money:write", "all"]}, "scopes[1]"),
    # A customer's rights are what a customer's key can have.
    ("/api-keys", {"name": "ci", "scopes": ["parked:read"]}, "scopes[0]"),
    ("/api-keys", {"name": "ci", "scopes": ["operator:act"]}, "scopes[0]"),
    ("/api-keys", {"name": "ci", "scopes": ["money:write"], "expires_in": 0}, "expires_in"),
    (f"/accounts/{ACCOUNT}/freeze", {"direction": "up"}, "direction"),
    (f"/accounts/{ACCOUNT}/freeze", {}, "direction"),
    (f"/accounts/{ACCOUNT}/unfreeze", {"x": 1}, "x"),
    (f"/accounts/{ACCOUNT}/close", {"x": 1}, "x"),
    ("/parked/prk_" + "c" * 32 + "/discard", {}, "reason"),
]


def assert_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].endswith(code)
    return problem


@pytest.mark.parametrize(("path", "body", "field"), WRONG_BODIES)
def test_a_wrong_body_is_refused_by_field_before_anything_happens(
    api: Api, path: str, body: dict[str, Any], field: str
) -> None:
    problem = assert_problem(api.alice.post(path, body), 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"]
    assert api.producer.records == []


@pytest.mark.parametrize(
    "url",
    [
        "/accounts?limit=0",
        "/accounts?limit=501",
        "/accounts?limit=x",
        "/accounts?cursor=x",
        "/accounts?cursor=WzEsMl0",
        f"/accounts/{ACCOUNT}/balance?at=yesterday",
        f"/accounts/{ACCOUNT}/balance?at=2026-01-01T00:00:00",
        f"/accounts/{ACCOUNT}/entries?from=1",
        f"/accounts/{ACCOUNT}/entries?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        f"/accounts/{ACCOUNT}/statement?format=pdf",
        "/transactions?status=lost",
        "/transactions?kind=theft",
        "/transactions?account_id=acc_1",
        TRANSACTION + "?position=1",
        TRANSACTION + "?position=-1-2",
    ],
)
def test_a_wrong_query_is_refused(api: Api, url: str) -> None:
    assert_problem(api.alice.get(url), 422, "validation_failed")


@pytest.mark.parametrize(("method", "path"), [(m, p) for p in app.routes for m in app.routes[p]])
def test_every_route_but_the_public_ones_wants_a_valid_token(
    api: Api, method: str, path: str
) -> None:
    public = {("POST", "/users"), ("POST", "/sessions"), ("GET", "/health")}
    if (method, path) in public | {("GET", "/openapi.json"), ("GET", "/docs")}:
        return
    filled = path.replace("{account_id}", ACCOUNT).replace("{hold_id}", "hld_" + "c" * 32)
    filled = filled.replace("{transaction_id}", "txn_" + "c" * 32)
    filled = filled.replace("{parked_id}", "prk_" + "c" * 32)
    for authorization in (None, "Bearer nonsense", "Bearer ", "Basic YTpi", "alice"):
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = api.nobody.call(method, filled, {} if method != "GET" else None, headers)
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert api.producer.records == []


def test_money_of_others_is_not_there(api: Api) -> None:
    for path in ("/deposits", "/withdrawals", "/holds"):
        answer = api.alice.post(path, {**MONEY, "account_id": OTHERS_ACCOUNT})
        assert_problem(answer, 404, "not_found")
    turned = {**TRANSFER, "source_account_id": OTHERS_ACCOUNT, "destination_account_id": ACCOUNT}
    assert_problem(api.alice.post("/transfers", turned), 404, "not_found")
    assert_problem(api.operator.post("/deposits", MONEY), 403, "forbidden")
    for path in ("freeze", "unfreeze", "close"):
        body = {"direction": "both"} if path == "freeze" else {}
        answer = api.alice.post(f"/accounts/{OTHERS_ACCOUNT}/{path}", body)
        assert_problem(answer, 404, "not_found")
    assert_problem(api.alice.put(f"/accounts/{ACCOUNT}/limits", {}), 403, "forbidden")
    assert_problem(api.alice.get("/parked"), 403, "forbidden")
    assert_problem(api.alice.get("/accounts?user_id=usr_" + "b" * 32), 403, "forbidden")
    assert api.producer.records == []


@pytest.mark.parametrize(
    "raw", ["{", '{"amount": 1', "nonsense", '{"description": "\\ud800"}', "\ufeff{}"]
)
def test_a_body_that_is_not_json_is_malformed(api: Api, raw: str) -> None:
    assert_problem(api.alice.call("POST", "/deposits", raw=raw), 400, "malformed_json")


LATIN_1 = json.dumps({**MONEY, "description": "Tr\u00e4ger"}, ensure_ascii=False).encode("latin-1")
CUT = json.dumps({**MONEY, "metadata": {"k": "\u00e4"}}, ensure_ascii=False).encode()[:-4] + b'"}}'


@pytest.mark.parametrize("path", ["/deposits", "/transactions/batch", "/users"])
@pytest.mark.parametrize(
    "raw",
    [
        LATIN_1,
        CUT,
        b'{"items": [' + LATIN_1 + b"]}",
        b'{"surprise": "\xed\xa0\x80"}',
        b'{"surprise": "\xc0\xaf"}',
        # What API Gateway makes of Latin-1 in a body that is text.
        LATIN_1.decode("utf-8", "replace"),
        '{"items": [{"surprise": "\ufffd"}]}',
    ],
)
def test_bytes_that_are_no_utf_8_are_refused_and_never_replaced(
    api: Api, path: str, raw: str | bytes
) -> None:
    assert_problem(api.alice.call("POST", path, raw=raw), 400, "malformed_json")
    assert api.producer.records == []


def test_a_replacement_character_that_was_sent_is_a_character(api: Api) -> None:
    sent = json.dumps({**MONEY, "description": "\ufffd\u00e4"}, ensure_ascii=False).encode()
    answer = api.alice.call("POST", "/deposits", raw=sent)
    assert (answer.status, answer.json["description"]) == (202, "\ufffd\u00e4")


@pytest.mark.parametrize("raw", ["%%%", "e30", "e30=\n", "e30\u00e4"])
def test_a_body_that_is_no_base64_is_malformed(raw: str) -> None:
    event = {"body": raw, "isBase64Encoded": True}
    with pytest.raises(HttpError, match="not valid base64"):
        ApiRequest(event).raw_body()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "Application/JSON; Charset=UTF-16"},
        {"Content-Type": "application/json, text/plain"},
        {"Content-Encoding": "gzip"},
        {"content-ENCODING": "identity"},
        {"Content-Encoding": ["identity", "gzip"]},
    ],
)
def test_a_body_is_utf_8_as_it_is(api: Api, headers: dict[str, str | list[str]]) -> None:
    answer = api.alice.call("POST", "/deposits", MONEY, headers)
    assert_problem(answer, 415, "unsupported_media_type")
    assert api.producer.records == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": ["a", "b"]},
        {"Idempotency-Key": ["a", "a"]},
        {"Idempotency-Key": "a", "idempotency-key": "b"},
        {"Authorization": ["Bearer nobody", "Bearer alice"]},
        {"Authorization": "Bearer alice", "authorization": "Bearer alice"},
        {"Content-Type": ["application/json", "application/json"]},
        {"X-Request-Id": ["one", "two"]},
        {"Host": ["one", "two"]},
    ],
)
def test_a_header_with_one_value_is_there_once(
    api: Api, headers: dict[str, str | list[str]]
) -> None:
    answer = api.alice.call("POST", "/deposits", MONEY, headers)
    problem = assert_problem(answer, 400, "repeated_header")
    assert problem["request_id"] not in ("one", "two", "one, two")
    assert answer.headers["X-Request-Id"] == problem["request_id"]
    assert_problem(api.alice.call("GET", "/users/me", None, headers), 400, "repeated_header")
    assert api.producer.records == []


def test_a_body_has_its_size(api: Api) -> None:
    raw = json.dumps({**MONEY, "description": "x" * 300_000})
    assert_problem(api.alice.call("POST", "/deposits", raw=raw), 413, "body_too_large")


def test_a_body_is_sent_as_json(api: Api) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "*/*"):
        answer = api.alice.post("/deposits", MONEY, Content_Type=content_type)
        assert_problem(answer, 415, "unsupported_media_type")
    answer = api.alice.post("/deposits", MONEY, Content_Type="application/json; charset=utf-8")
    assert answer.status == 202


def test_unknown_routes_and_methods_are_problems_too(api: Api) -> None:
    assert_problem(api.alice.get("/nowhere"), 404, "no_such_route")
    assert "/nowhere" not in app.routes
    answer = api.alice.delete("/deposits")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
    assert resource_of("/transactions/batch")[0] == "/transactions/batch"


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "a\tb"])
def test_an_idempotency_key_is_printable_and_not_too_long(api: Api, key: str) -> None:
    answer = api.alice.post("/deposits", MONEY, Idempotency_Key=key)
    problem = assert_problem(answer, 422, "validation_failed")
    assert problem["errors"][0]["field"] == "Idempotency-Key"
