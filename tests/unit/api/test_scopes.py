"""What an API key may be used for: each route by the one table, and each item of a batch."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, get_args

import pytest

from app import RESOURCES, app
from functions import wiring
from functions.api.endpoint import Resource
from functions.api.operations import BY_ITEM, OPERATIONS
from functions.api.scopes import ROUTES, admitted
from handlers.domain.callers import Caller, Role
from handlers.domain.scopes import ACT, CUSTOMERS, OPERATORS, SCOPES, Scope
from handlers.platform import clock
from handlers.platform.errors import Unauthenticated
from tests.support.asking import as_item, batch
from tests.support.http import Answer, Client
from tests.unit.api.conftest import ACCOUNT, ALICE, OPERATOR, Api, World
from tests.unit.api.test_refusals import assert_problem

ROLES: dict[str, Role] = {role: role for role in get_args(Role)}
KEY_ID = "key_" + "5" * 32
PUBLIC = {
    (operation.method, operation.path)
    for resource in RESOURCES
    for operation in resource.operations
    if operation.is_public
}
SESSIONS_ALONE = [
    ("DELETE", "/api-keys/{key_id}"),
    ("DELETE", "/sessions/current"),
    ("GET", "/api-keys"),
    ("GET", "/api-keys/{key_id}"),
    ("POST", "/api-keys"),
]
SCOPED = [(*route, scope) for route, scopes in ROUTES.items() for scope in scopes]
ROUTES_WITH_A_SCOPE = [(*route, scopes) for route, scopes in ROUTES.items() if scopes]


class KeysStub:
    """Knows every key that says what it is for."""

    def caller(self, key: str, *_: Any) -> Caller:
        who, _slash, scopes = key.removeprefix("llk_").partition("/")
        if who not in ROLES:
            raise Unauthenticated
        return caller_with(ROLES[who], scopes.split())


def caller_with(role: Role, scopes: Any) -> Caller:
    user_id = ALICE if role == "customer" else OPERATOR
    return Caller(user_id, role, 2**60, clock.now_us(), KEY_ID, frozenset(scopes))


def key_for(*scopes: Scope, role: Role = "customer") -> Client:
    return Client(f"llk_{role}/{' '.join(scopes)}")


@pytest.fixture
def keyed(world: World) -> World:
    wiring.api_keys.replace(KeysStub())  # type: ignore[arg-type]  # a double
    return world


def ask(client: Client, method: str, path: str) -> Answer:
    """Ask for something that every route refuses as soon as it has let somebody in."""
    filled = re.sub(r"\{\w+\}", "anything", path)
    # Not a word in the body: whoever is kept out is so before it is read.
    return client.call(method, filled + "?surprise=1")


def is_let_in(answer: Answer) -> bool:
    return answer.status == 422 and '"field":"surprise"' in answer.text


def test_every_route_is_public_or_has_a_row_and_every_row_a_route() -> None:
    served = {(method, path) for path in app.routes for method in app.routes[path]}
    assert served - PUBLIC == ROUTES.keys()
    assert not PUBLIC & ROUTES.keys()


def test_a_route_without_a_row_can_t_be_served() -> None:
    resource = Resource("Nothing")
    with pytest.raises(KeyError, match="/nowhere"):
        resource.route("GET", "/nowhere", "Nothing", answers={200: None})(lambda request: request)
    assert resource.operations == []


@pytest.mark.parametrize(("method", "path", "scope"), SCOPED)
def test_a_key_with_exactly_the_scope_is_let_in(
    keyed: World, method: str, path: str, scope: Scope
) -> None:
    answer = ask(key_for(scope), method, path)
    assert is_let_in(answer), answer.text


@pytest.mark.parametrize(("method", "path", "scopes"), ROUTES_WITH_A_SCOPE)
def test_a_key_without_the_scope_is_kept_out_and_told_which(
    keyed: World, method: str, path: str, scopes: tuple[Scope, ...]
) -> None:
    if scopes == SCOPES:
        return
    others = [scope for scope in SCOPES if scope not in scopes]
    for role in ROLES.values():
        answer = ask(key_for(*others, role=role), method, path)
        problem = assert_problem(answer, 403, "forbidden")
        assert all(scope in problem["detail"] for scope in scopes)
    assert keyed.producer.records == []


@pytest.mark.parametrize(("method", "path"), SESSIONS_ALONE)
def test_a_key_with_every_scope_has_no_say_in_keys_and_sessions(
    keyed: World, method: str, path: str
) -> None:
    problem = assert_problem(ask(key_for(*SCOPES), method, path), 403, "forbidden")
    assert "session" in problem["detail"]
    assert is_let_in(ask(keyed.alice, method, path))


def test_only_keys_and_sessions_are_for_sessions_alone() -> None:
    assert sorted(route for route, scopes in ROUTES.items() if not scopes) == SESSIONS_ALONE


@pytest.mark.parametrize(("method", "path"), list(ROUTES))
def test_a_session_is_for_everything(keyed: World, method: str, path: str) -> None:
    assert is_let_in(ask(keyed.alice, method, path))
    assert is_let_in(ask(keyed.operator, method, path))


def test_a_key_that_nobody_has_is_no_session_either(keyed: World) -> None:
    for key in ("llk_", "llk_nonsense", "llk_alice"):
        assert_problem(Client(key).get("/users/me"), 401, "unauthenticated")


def test_what_is_for_operators_alone_has_a_scope_of_operators() -> None:
    for operation in OPERATIONS:
        is_theirs = operation.audited is not None and operation.audited.is_operators_only
        assert (operation.scope in OPERATORS) == is_theirs, operation.name
    assert {*CUSTOMERS, *OPERATORS} == set(SCOPES)
    used = {scope for scopes in ROUTES.values() if scopes != SCOPES for scope in scopes}
    assert used == set(SCOPES) - {ACT}


@pytest.mark.parametrize(("method", "path", "scope"), SCOPED)
def test_an_operator_s_key_is_an_operator_by_operators_scopes_alone(
    method: str, path: str, scope: Scope
) -> None:
    scopes = ROUTES[method, path]
    without = admitted(caller_with("operator", {scope}), scopes)
    with_it = admitted(caller_with("operator", {scope, ACT}), scopes)
    assert without.is_operator == (scope == ACT or OPERATORS.issuperset(scopes))
    assert with_it.is_operator
    assert (without.user_id, without.key_id) == (OPERATOR, KEY_ID)


@pytest.mark.parametrize("scope", SCOPES)
def test_no_scope_makes_a_customer_s_key_an_operator(keyed: World, scope: Scope) -> None:
    client = key_for(scope, ACT)
    assert client.get("/parked").status == 403
    assert client.get("/reports/trial-balance").status == 403
    assert client.get("/accounts?user_id=usr_" + "b" * 32).status == 403


def test_each_item_of_a_batch_needs_its_own_scope(
    keyed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit, withdrawal = list(BY_ITEM.values())[:2]
    assert withdrawal.item is not None
    monkeypatch.setitem(BY_ITEM, withdrawal.item, replace(withdrawal, scope="controls:write"))
    asked = batch(as_item(deposit, ACCOUNT), as_item(withdrawal, ACCOUNT))
    first, second = asked.send(key_for("money:write")).json["items"]
    assert first["status"] == "pending"
    assert (second["status"], second["code"]) == (403, "forbidden")
    assert "controls:write" in second["detail"]
    assert len(keyed.producer.records) == 1
    both = asked.send(key_for("money:write", "controls:write")).json["items"]
    assert [item["status"] for item in both] == ["pending", "pending"]


def test_the_line_of_a_request_says_which_key_and_never_the_key(
    keyed: World, capsys: pytest.CaptureFixture[str]
) -> None:
    client = key_for("parked:read")
    for path in ("/parked", "/accounts"):
        assert client.get(path).status == 403
    assert keyed.alice.get("/parked").status == 403
    shown = capsys.readouterr().out
    lines = [json.loads(line) for line in shown.splitlines()]
    named = [line.get("key_id") for line in lines if line.get("message") == "request"]
    assert named == [KEY_ID, KEY_ID, None]
    assert str(client.token) not in shown


def test_the_document_says_each_route_s_scopes(api: Api) -> None:
    document = api.nobody.get("/openapi.json").json
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    for (method, path), scopes in ROUTES.items():
        described = document["paths"][path][method.lower()]
        session, *keys = described["security"]
        assert session == {"bearer": []}
        expected = [{"apiKey": []}] if scopes == SCOPES else [{"apiKey": [one]} for one in scopes]
        assert keys == expected, path
        assert ("403" in described["responses"]) == (scopes != SCOPES)
    offered = document["components"]["schemas"]["NewApiKey"]["properties"]["scopes"]["items"]
    assert offered["enum"] == list(SCOPES)
