"""API keys: how long they live, whose rights they have, and that nothing gives them away."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from functions import wiring
from functions.api.scopes import ROUTES
from handlers.domain.scopes import CUSTOMERS, SCOPES
from handlers.platform.bounds import MAX_API_KEYS
from handlers.platform.errors import Unauthenticated
from ledgerlane_client.cli import main
from tests.integration.api.belongings import Belongings, belongings_of
from tests.integration.api.harness import Stack, deposit, open_account
from tests.support.asking import without_request_id
from tests.support.http import Answer, Client
from tests.support.served_app import serve

pytestmark = pytest.mark.integration

FIELDS = {"key_id", "name", "scopes", "created_at", "expires_at"}
READS = sorted(path for method, path in ROUTES if method == "GET" and ROUTES[method, path])


def make(client: Client, *scopes: str, **more: Any) -> dict[str, Any]:
    body = {"name": "ci", "scopes": list(scopes) or ["accounts:read"], **more}
    answer = client.post("/api-keys", body)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def key_of(client: Client, *scopes: str, **more: Any) -> Client:
    return Client(make(client, *scopes, **more)["key"])


def listed(client: Client) -> list[dict[str, Any]]:
    answer = client.get("/api-keys?limit=500")
    assert answer.status == 200, answer.text
    data: list[dict[str, Any]] = answer.json["data"]
    return data


def without_now(answer: Answer) -> tuple[int, dict[str, str], str]:
    """Return all that an answer says, but for its request's id and the time of the reading."""
    status, headers, text = without_request_id(answer)
    return status, headers, re.sub(r'"(at|to)":"[^"]*"', "", text)


def wait_for(is_so: Callable[[], bool], what: str, within_s: float = 5) -> None:
    deadline_s = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.02)


@pytest.fixture
def client(stack: Stack) -> Client:
    return stack.user()


def test_a_key_is_shown_once_and_what_is_known_of_it_always(client: Client) -> None:
    answer = client.post("/api-keys", {"name": "ci", "scopes": ["money:write", "money:write"]})
    assert answer.status == 201
    made = answer.json
    assert set(made) == FIELDS | {"key"}
    assert made["key"].startswith("llk_")
    assert len(made["key"]) >= 4 + 43
    assert (made["scopes"], made["expires_at"]) == (["money:write"], None)
    assert answer.headers["Location"] == f"/v1/api-keys/{made['key_id']}"
    shown = {name: made[name] for name in FIELDS}
    assert client.get(f"/api-keys/{made['key_id']}").json == shown
    assert listed(client) == [shown]


def test_keys_are_listed_by_pages_oldest_first(client: Client) -> None:
    made = [make(client, name=f"key {n}")["key_id"] for n in range(3)]
    first = client.get("/api-keys?limit=2").json
    second = client.get(f"/api-keys?limit=2&cursor={first['next_cursor']}").json
    assert [key["key_id"] for page in (first, second) for key in page["data"]] == made
    assert second["next_cursor"] is None


def test_keys_are_kept_only_as_digests(stack: Stack, client: Client) -> None:
    made = make(client)
    assert Client(made["key"]).get("/accounts").status == 200
    rows = stack.database.read("select k::text, key_hash from ledger.api_keys k")
    assert hashlib.sha256(made["key"].encode()).digest() in [row[1] for row in rows]
    secret = made["key"].removeprefix("llk_")
    assert not any(secret in row[0] for row in rows)


def test_a_deleted_key_is_dead_at_once_here_and_within_a_second_elsewhere(client: Client) -> None:
    made = make(client)
    key = Client(made["key"])
    here = wiring.api_keys()
    elsewhere = type(here)(wiring.database(), wiring.cache())
    assert key.get("/accounts").status == 200
    wiring.api_keys.replace(elsewhere)
    try:
        assert key.get("/accounts").status == 200
        wiring.api_keys.replace(here)
        deleted_s = time.monotonic()
        assert client.delete(f"/api-keys/{made['key_id']}").status == 204
        assert key.get("/accounts").status == 401
        wiring.api_keys.replace(elsewhere)
        while key.get("/accounts").status == 200:
            assert time.monotonic() - deleted_s < 1.0
            time.sleep(0.02)
    finally:
        wiring.api_keys.replace(here)
    assert client.delete(f"/api-keys/{made['key_id']}").status == 404
    assert listed(client) == []


def test_an_expired_key_is_dead_and_gone(client: Client) -> None:
    made = make(client, expires_in=1)
    kept = make(client, expires_in=3600)
    assert made["created_at"] < made["expires_at"] < kept["expires_at"]
    key = Client(made["key"])
    assert key.get("/accounts").status == 200
    wait_for(lambda: key.get("/accounts").status == 401, "it lives on")
    assert [one["key_id"] for one in listed(client)] == [kept["key_id"]]
    url = f"/api-keys/{made['key_id']}"
    assert (client.get(url).status, client.delete(url).status) == (404, 404)
    assert Client(kept["key"]).get("/accounts").status == 200


def test_a_user_has_so_many_keys_also_if_they_are_made_at_once(client: Client) -> None:
    wanted = MAX_API_KEYS + 6

    def ask(_: int) -> int:
        return client.post("/api-keys", {"name": "ci", "scopes": ["accounts:read"]}).status

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(ask, range(wanted)))
    assert (statuses.count(201), statuses.count(422)) == (MAX_API_KEYS, 6)
    assert len(listed(client)) == MAX_API_KEYS
    assert client.delete(f"/api-keys/{listed(client)[0]['key_id']}").status == 204
    assert ask(0) == 201


def test_keys_that_have_expired_make_room(stack: Stack, client: Client) -> None:
    made = [make(client, expires_in=3600) for _ in range(MAX_API_KEYS)]
    stack.database.write(
        "update ledger.api_keys set expires_at = now() where key_id = %s::uuid",
        (made[0]["key_id"][4:],),
    )
    make(client)
    assert len(listed(client)) == MAX_API_KEYS


@pytest.mark.parametrize("role", ["customer", "operator"])
def test_only_scopes_of_its_maker_s_role_can_be_had(stack: Stack, role: str) -> None:
    client = stack.user(role)
    allowed = SCOPES if role == "operator" else CUSTOMERS
    assert make(client, *allowed)["scopes"] == list(allowed)
    for wrong in ("everything", *(scope for scope in SCOPES if scope not in allowed)):
        answer = client.post("/api-keys", {"name": "ci", "scopes": ["money:write", wrong]})
        assert (answer.status, answer.json["code"]) == (422, "validation_failed")
        (error,) = answer.json["errors"]
        assert error == {"field": "scopes[1]", "message": "must be one of " + ", ".join(allowed)}


def test_a_key_makes_reads_and_deletes_no_keys(stack: Stack) -> None:
    client = stack.user("operator")
    made = make(client, *SCOPES)
    key = Client(made["key"])
    url = f"/api-keys/{made['key_id']}"
    asked = [
        key.post("/api-keys", {"name": "another", "scopes": ["money:write"]}),
        key.get("/api-keys"),
        key.get(url),
        key.delete(url),
        key.delete("/sessions/current"),
    ]
    assert [(answer.status, answer.json["code"]) for answer in asked] == [(403, "forbidden")] * 5
    assert len(listed(client)) == 1


def test_a_customer_s_key_stays_one_when_its_maker_becomes_an_operator(stack: Stack) -> None:
    account_id = open_account(stack.user())
    client = stack.user()
    before = key_of(client, "accounts:read")
    wiring.users().promote(client.get("/users/me").json["email"])
    wait_for(lambda: client.get(f"/accounts/{account_id}").status == 200, "not an operator yet")
    assert before.get(f"/accounts/{account_id}").status == 404
    assert before.get("/accounts").status == 200
    after = key_of(client, "accounts:read", "operator:act")
    assert after.get(f"/accounts/{account_id}").status == 200


def test_an_operator_s_key_does_operators_things_by_operators_scopes_alone(stack: Stack) -> None:
    account_id = open_account(stack.user())
    operator = stack.user("operator")
    assert key_of(operator, "parked:read").get("/parked").status == 200
    assert key_of(operator, "reports:read").get("/reports/trial-balance").status == 200
    freeze, why = f"/accounts/{account_id}/freeze", {"direction": "both", "reason": "because"}
    plain = key_of(operator, "accounts:read", "controls:write")
    assert plain.get(f"/accounts/{account_id}").status == 404
    assert plain.post(freeze, why).status == 404
    assert plain.put(f"/accounts/{account_id}/limits", {"reason": "because"}).status == 403
    acting = make(operator, "accounts:read", "controls:write", "operator:act")
    assert Client(acting["key"]).get(f"/accounts/{account_id}").status == 200
    assert Client(acting["key"]).post(freeze, why).status == 202
    unfreeze = f"/accounts/{account_id}/unfreeze"
    assert operator.post(unfreeze, {"reason": "because"}).status == 202
    noted = stack.database.read(
        "select action, 'key_' || replace(key_id::text, '-', '') from ledger.operator_actions"
        " where subject = %s order by action_id",
        (account_id,),
    )
    assert noted == [("freeze", acting["key_id"]), ("unfreeze", None)]


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Client:
    return stack.user()


@pytest.fixture(scope="module")
def mine(stack: Stack, owner: Client) -> Belongings:
    return belongings_of(stack, owner)


@pytest.mark.parametrize("path", READS)
def test_a_key_reads_what_its_owner_s_session_reads(
    owner: Client, mine: Belongings, path: str
) -> None:
    (scope, *_) = ROUTES["GET", path]
    if scope not in CUSTOMERS:
        return
    url = path.format(**mine._asdict())
    key = make(owner, scope)
    answer, by_session = Client(key["key"]).get(url), owner.get(url)
    assert owner.delete(f"/api-keys/{key['key_id']}").status == 204
    assert answer.status == 200, answer.text
    assert without_now(answer) == without_now(by_session)


def test_a_key_and_its_owner_s_session_share_idempotency_keys(client: Client) -> None:
    account_id = open_account(client)
    key = key_of(client, "money:write")
    answers = [
        deposit(asking, account_id, 5, Idempotency_Key="once", Prefer="wait=10")
        for asking in (client, key)
    ]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json["transaction_id"] == answers[1].json["transaction_id"]
    assert client.get(f"/accounts/{account_id}").json["balance"] == 5


def test_a_key_is_not_remembered_as_a_session(client: Client) -> None:
    """Else a function of the release before would find one in Redis, which may do everything."""
    made = make(client)
    assert Client(made["key"]).get("/accounts").status == 200
    with pytest.raises(Unauthenticated):
        wiring.sessions().caller(made["key"])


# -- the client's command line -----------------------------------------------------------------


@pytest.fixture
def typed(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., int]]:
    """Run the command line as somebody who signed in."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("LEDGERLANE_API_KEY", raising=False)
    monkeypatch.setenv("LEDGERLANE_TOKEN", str(client.token))
    with serve() as url:
        monkeypatch.setenv("LEDGERLANE_API_URL", url)
        yield lambda *words: int(main(list(words)))


def test_the_command_line_makes_uses_lists_and_deletes_a_key(
    typed: Callable[..., int],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The API runs in this process, and its metrics go to the same output.
    monkeypatch.setattr("functions.api.telemetry.flush_metrics", lambda: None)
    scopes = ("--scope", "accounts:write", "--scope", "money:write")
    assert typed("keys", "create", "ci", *scopes, "--expires-in", "3600") == 0
    key = capsys.readouterr().out.strip()
    (shown,) = listed(client)
    assert shown["scopes"] == ["accounts:write", "money:write"]
    with monkeypatch.context() as with_key:
        with_key.setenv("LEDGERLANE_API_KEY", key)
        with_key.delenv("LEDGERLANE_TOKEN")
        assert typed("accounts", "open", "EUR") == 0
        account_id = capsys.readouterr().out.strip()
        assert typed("move", "deposit", account_id, "5", "EUR", "--json") == 0
        assert json.loads(capsys.readouterr().out)["balance_after"] == 5
        assert typed("accounts", "show", account_id) != 0
        assert "accounts:read" in capsys.readouterr().err
    assert typed("keys", "list", "--json") == 0
    assert shown["key_id"] in capsys.readouterr().out
    assert typed("keys", "delete", shown["key_id"]) == 0
    assert listed(client) == []
