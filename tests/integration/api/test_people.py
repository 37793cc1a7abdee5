"""Signing up, in and out."""

from __future__ import annotations

import time

import pytest

from functions import wiring
from functions.operator import main
from tests.integration.api.harness import PASSWORD, Stack
from tests.support.http import Client

pytestmark = pytest.mark.integration


def test_an_address_has_one_user_however_it_is_written(stack: Stack) -> None:
    body = {"email": "Ada.Once@Example.com", "password": PASSWORD, "name": "Ada"}
    made = Client().post("/users", body)
    assert (made.status, made.json["email"]) == (201, "ada.once@example.com")
    assert set(made.json) == {"user_id", "email", "name", "role", "created_at"}
    again = Client().post("/users", {**body, "email": "ada.ONCE@example.com"})
    assert (again.status, again.json["code"]) == (409, "email_taken")
    kept = stack.database.read("select password_hash from ledger.users where name = 'Ada'")
    assert kept
    assert all(row[0].startswith("$argon2id$") for row in kept)


def test_a_wrong_password_and_an_unknown_address_look_the_same(stack: Stack) -> None:
    stack.user()
    email = stack.database.read("select email from ledger.users limit 1")[0][0]
    wrong = Client().post("/sessions", {"email": email, "password": "wrong horse"})
    unknown = Client().post("/sessions", {"email": "no@example.com", "password": "wrong horse"})
    assert wrong.status == unknown.status == 401
    assert wrong.json["code"] == unknown.json["code"] == "bad_credentials"
    assert wrong.json["detail"] == unknown.json["detail"]


def test_a_token_is_dead_at_once_where_it_was_revoked_and_soon_elsewhere(stack: Stack) -> None:
    client = stack.user()
    assert client.get("/users/me").status == 200
    here, elsewhere = wiring.sessions(), type(wiring.sessions())(wiring.database(), wiring.cache())
    wiring.sessions.replace(elsewhere)
    assert client.get("/users/me").status == 200
    wiring.sessions.replace(here)
    revoked_s = time.monotonic()
    assert client.delete("/sessions/current").status == 204
    assert client.get("/users/me").status == 401
    wiring.sessions.replace(elsewhere)
    try:
        while client.get("/users/me").status == 200:
            assert time.monotonic() - revoked_s < 1.0
            time.sleep(0.02)
    finally:
        wiring.sessions.replace(here)


def test_an_expired_token_is_refused(stack: Stack) -> None:
    client = stack.user()
    user_id = client.get("/users/me").json["user_id"]
    stack.database.write(
        "update ledger.sessions set expires_at = now() - interval '1 s' where user_id = %s::uuid",
        (user_id[4:],),
    )
    deadline_s = time.monotonic() + 2
    while client.get("/users/me").status == 200:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def test_tokens_are_kept_only_as_digests(stack: Stack) -> None:
    client = stack.user()
    assert client.token is not None
    rows = stack.database.read("select s::text from ledger.sessions s")
    assert not any(client.token in row[0] for row in rows)


def test_an_operator_is_made_of_an_existing_user_and_it_is_noted(stack: Stack) -> None:
    operator = stack.user("operator")
    me = operator.get("/users/me").json
    assert me["role"] == "operator"
    actions = stack.database.read(
        "select action from ledger.operator_actions where subject = %s", (me["user_id"],)
    )
    assert actions == [("promote",)]


def test_the_command_line_makes_operators_of_users_only(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = stack.user()
    email = client.get("/users/me").json["email"]
    monkeypatch.setenv("LEDGERLANE_POOLER_URL", stack.url)
    assert main([email.upper()]) == 0
    assert "is now an operator" in capsys.readouterr().out
    assert main(["nobody@example.com"]) == 1
    assert "no user has the address" in capsys.readouterr().err
    assert main([]) == 2
