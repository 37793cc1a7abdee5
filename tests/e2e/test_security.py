"""Who may do what, route by route as the API's own document lists them; and what is in the logs."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest

from tests.support.api import Api, check_problem
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e

#: What a user does without naming anything that could be another's.
ONE_S_OWN = {"create_account", "create_webhook", "create_api_key", "get_me", "delete_session"}


class Route(NamedTuple):
    """An operation of the API that needs a token, with a body that would be right."""

    name: str
    method: str
    path: str
    body: Any


@pytest.fixture(scope="module")
def belongings(stack: Stack, ada: Api) -> Iterator[dict[str, str]]:
    """What Ada has, by the names of the path's parameters."""
    account_id = ada.open_account(balance=100)
    hold = ada.done("/holds", {"account_id": account_id, "amount": 5, "currency": "EUR"})
    paid = ada.done("/deposits", {"account_id": account_id, "amount": 5, "currency": "EUR"})
    hook = {"url": "https://example.invalid/hook", "events": ["*"]}
    webhook = ada.post("/webhooks", hook).json()
    key = ada.post("/api-keys", {"name": "ci", "scopes": ["accounts:read"]}).json()
    yield {
        "account_id": account_id,
        "source_account_id": account_id,
        "destination_account_id": ada.open_account(),
        "hold_id": hold["hold_id"],
        "transaction_id": paid["transaction_id"],
        "webhook_id": webhook["webhook_id"],
        "delivery_id": "dlv_" + "1" * 32,
        "parked_id": "prk_" + "1" * 32,
        "key_id": key["key_id"],
        "user_id": ada.user_id,
    }
    assert ada.request("DELETE", f"/webhooks/{webhook['webhook_id']}").status_code == 204
    assert ada.request("DELETE", f"/api-keys/{key['key_id']}").status_code == 204


@pytest.fixture(scope="module")
def routes(stack: Stack, belongings: dict[str, str]) -> list[Route]:
    document = httpx.get(f"{stack.api_url}/openapi.json", timeout=20).json()
    return list(_routes(document, belongings))


def _routes(document: dict[str, Any], ids: dict[str, str]) -> Iterator[Route]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation.get("security") == []:
                continue
            body = None
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]["application/json"]
                body = _with_ids(content["example"], ids)
            yield Route(operation["operationId"], method.upper(), path.format(**ids), body)


def _with_ids(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: ids.get(name, _with_ids(one, ids)) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_ids(one, ids) for one in value]
    return value


@pytest.fixture(scope="module")
def nobody(stack: Stack) -> Iterator[Api]:
    api = Api(stack.api_url)
    yield api
    api.close()


def _send(nobody: Api, route: Route, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return nobody.request(route.method, route.path, route.body, headers)


def test_without_a_valid_token_nothing_is_had(
    stack: Stack, ada: Api, nobody: Api, routes: list[Route], belongings: dict[str, str]
) -> None:
    expired, revoked = Api(ada.url).sign_up("Exa"), Api(ada.url).sign_up("Rea")
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(
            "update ledger.sessions set expires_at = now() where user_id = %s",
            (expired.user_id[4:],),
        )
    assert revoked.request("DELETE", "/sessions/current").status_code == 204
    before = ada.account(belongings["account_id"])
    # What was read of a session is honoured for less than a second.
    time.sleep(1.0)
    tokens = {
        "none": None,
        "nonsense": "Bearer nonsense",
        "expired": expired.client.headers["Authorization"],
        "revoked": revoked.client.headers["Authorization"],
    }
    assert len(routes) > 25
    for route in routes:
        for what, authorization in tokens.items():
            answer = _send(nobody, route, authorization)
            assert answer.status_code == 401, f"{what}: {route}: {answer.text}"
            check_problem(answer, 401, "unauthenticated")
            # API Gateway renames the header of a function's answer.
            assert "Bearer" in answer.headers["x-amzn-Remapped-WWW-Authenticate"]
    assert ada.account(belongings["account_id"]) == before
    expired.close()
    revoked.close()


def test_another_user_s_token_gets_nothing_of_one_s_own(
    ada: Api, grace: Api, nobody: Api, routes: list[Route], belongings: dict[str, str]
) -> None:
    before = ada.account(belongings["account_id"])
    for route in routes:
        if route.name in ONE_S_OWN:
            continue
        answer = _send(nobody, route, grace.client.headers["Authorization"])
        if route.name == "create_batch":
            assert {item["code"] for item in answer.json()["items"]} == {"not_found"}, answer.text
        elif route.name.startswith("list_") and "{" not in route.path and answer.is_success:
            assert not [word for word in belongings.values() if word in answer.text], route
        else:
            assert answer.status_code in (403, 404), f"{route}: {answer.text}"
            problem = check_problem(answer, answer.status_code)
            assert problem["code"] in ("forbidden", "not_found")
    after = ada.account(belongings["account_id"])
    assert after == before


def text_of(path: Path) -> bytes:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def test_no_password_token_or_key_is_in_a_log(stack: Stack, grace: Api) -> None:
    email, password = f"{secrets.token_hex(8)}@example.com", "pw-" + secrets.token_hex(16)
    wrong = "wrong-" + secrets.token_hex(16)
    person = Api(stack.api_url)
    sign_up = {"email": email, "password": password, "name": "Lo"}
    assert person.post("/users", sign_up).status_code == 201
    assert person.post("/users", sign_up).status_code == 409
    assert person.post("/users", sign_up | {"surprise": 1}).status_code == 422
    assert person.post("/sessions", {"email": email, "password": wrong}).status_code == 401
    assert person.post("/sessions", f'{{"password": "{wrong}'.encode()).status_code == 400
    token = person.post("/sessions", {"email": email, "password": password}).json()["token"]
    forged = "llt_" + secrets.token_urlsafe(32)
    forged_key = "llk_" + secrets.token_urlsafe(32)
    wanted = {"name": "ci", "scopes": ["webhooks:read"]}
    owner = {"Authorization": f"Bearer {token}"}
    key = person.request("POST", "/api-keys", wanted, owner).json()["key"]
    marker = "req-" + secrets.token_hex(16)
    for one in (token, forged, key, forged_key):
        headers = {"Authorization": f"Bearer {one}", "X-Request-Id": marker}
        person.request("GET", "/users/me", headers=headers)
        person.request("GET", f"/accounts?cursor={one}", headers=headers)
    hook = {"url": "https://example.invalid/", "events": ["*"]}
    made = person.request("POST", "/webhooks", hook, owner).json()
    person.close()

    def logs() -> bytes:
        # Not by rglob, which fails where the broker deletes a topic meanwhile.
        walked = os.walk(stack.state)
        files = [Path(folder, name) for folder, _, names in walked for name in names]
        return b"".join(text_of(path) for path in files if path.suffix == ".log")

    wait_until(lambda: marker.encode() in logs(), "the requests are in the log")
    text = logs()
    for secret in (password, wrong, token, forged, key, forged_key, made["secret"], grace.password):
        assert secret.encode() not in text
