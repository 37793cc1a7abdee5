"""With Redis away every route answers as before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions import wiring
from handlers.platform.redis import Cache
from tests.integration.api.harness import Stack, deposit, open_account
from tests.support.http import Client

pytestmark = pytest.mark.integration


@pytest.fixture
def away(stack: Stack) -> Iterator[Stack]:
    """Wire a Redis that nobody answers for."""
    present = wiring.cache()
    dependent = (wiring.sessions, wiring.api_keys, wiring.accounts, wiring.writer)
    for once in (wiring.cache, *dependent):
        once.reset()
    wiring.cache.replace(Cache("redis://127.0.0.1:1/0"))
    yield stack
    for once in dependent:
        once.reset()
    wiring.cache.replace(present)


def test_money_moves_and_is_read_right(away: Stack) -> None:
    client = away.user()
    account_id = open_account(client, balance=10)
    for n in range(1, 4):
        assert deposit(client, account_id, n, Prefer="wait=10").status == 201
    assert client.get(f"/accounts/{account_id}").json["balance"] == 16
    assert client.get(f"/accounts/{account_id}/balance").json["balance"] == 16
    assert len(client.get(f"/accounts/{account_id}/entries").json["data"]) == 4
    assert len(client.get("/transactions").json["data"]) == 4
    assert client.delete("/sessions/current").status == 204
    assert client.get("/users/me").status == 401


def test_an_api_key_lives_and_dies(away: Stack) -> None:
    client = away.user()
    made = client.post("/api-keys", {"name": "ci", "scopes": ["accounts:read"]}).json
    key = Client(made["key"])
    assert key.get("/accounts").status == 200
    assert client.delete(f"/api-keys/{made['key_id']}").status == 204
    assert key.get("/accounts").status == 401


def test_health_says_degraded_and_answers_200(away: Stack) -> None:
    from functions.api import health

    health._latest.clear()
    answer = away.user().get("/health")
    assert (answer.status, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"] == {"kafka": "ok", "postgres": "ok", "redis": "down"}
    health._latest.clear()


def test_a_balance_read_after_a_result_is_never_older_than_it(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    for n in range(1, 30):
        done = deposit(client, account_id, 1, Prefer="wait=10")
        assert client.get(f"/accounts/{account_id}").json["balance"] == n
        assert done.json["balance_after"] == n
