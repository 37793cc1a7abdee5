"""Limits counted in Redis, and a partition that stands still."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions import wiring
from functions.settings import Settings
from handlers.accepting.rate_limits import Limit, RateLimits
from handlers.platform.bounds import Limits
from handlers.platform.errors import TooManyRequests
from handlers.platform.redis import Cache
from tests.integration.api.harness import PASSWORD, Stack, deposit, open_account
from tests.support.http import Client

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(stack: Stack) -> Iterator[Settings]:
    before = wiring.settings()
    yield before
    wiring.settings.replace(before)
    for once in (wiring.admission, wiring.intake, wiring.rate_limits):
        once.reset()


def test_two_processes_share_a_limit(stack: Stack) -> None:
    url = wiring.settings().redis_url
    key, limit = secrets.token_hex(8), Limit(10, 60)
    caches = [Cache(url), Cache(url)]
    processes = [RateLimits(cache) for cache in caches]
    for n in range(10):
        processes[n % 2].take(key, limit)
    for process in processes:
        with pytest.raises(TooManyRequests) as caught:
            process.take(key, limit)
        assert caught.value.retry_after_s in (5, 6)
    processes[0].forget(key)
    processes[1].take(key, limit, cost=10)
    for cache in caches:
        cache.close()


def test_a_limit_comes_back_with_time(stack: Stack) -> None:
    limits, key = RateLimits(wiring.cache()), secrets.token_hex(8)
    limits.take(key, Limit(1, 1))
    with pytest.raises(TooManyRequests):
        limits.take(key, Limit(1, 1))
    time.sleep(1.01)
    limits.take(key, Limit(1, 1))


def test_what_is_given_back_can_be_taken_again(stack: Stack) -> None:
    limits, key, limit = RateLimits(wiring.cache()), secrets.token_hex(8), Limit(2, 3600)
    limits.give_back(key, limit)
    for _ in range(3):
        limits.take(key, limit)
        limits.give_back(key, limit)
    for _ in range(2):
        limits.take(key, limit)
    with pytest.raises(TooManyRequests):
        limits.take(key, limit)
    assert not wiring.cache().is_broken, "it was counted in Redis"


def test_what_costs_more_than_a_limit_is_let_through_at_rest_and_paid_off(stack: Stack) -> None:
    limits, key, limit = RateLimits(wiring.cache()), secrets.token_hex(8), Limit(10, 60)
    limits.take(key, limit, cost=25)
    for cost in (1, 25):
        with pytest.raises(TooManyRequests) as caught:
            limits.take(key, limit, cost)
        assert caught.value.retry_after_s in (90 + 6 * min(cost, 10), 89 + 6 * min(cost, 10))
    assert not wiring.cache().is_broken, "it was counted in Redis"


def test_guessing_a_password_is_limited_and_signing_in_is_not(
    stack: Stack, settings: Settings
) -> None:
    wiring.settings.replace(replace(settings, limits=Limits(sign_in_failures_per_15_minutes=3)))
    email = f"{secrets.token_hex(6)}@example.com"
    right = {"email": email, "password": PASSWORD}
    assert Client().post("/users", right | {"name": "Ada"}).status == 201
    for _ in range(6):
        assert Client().post("/sessions", right).status == 201
    wrong = {"email": email.upper(), "password": "a guess"}
    assert [Client().post("/sessions", wrong).status for _ in range(3)] == [401] * 3
    answer = Client().post("/sessions", wrong)
    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 300
    assert Client().post("/sessions", right).status == 429
    other = {"email": f"{secrets.token_hex(6)}@example.com", "password": "a guess"}
    assert Client().post("/sessions", other).status == 401


@pytest.mark.parametrize("is_redis_there", [True, False])
def test_sign_ups_and_sign_ins_from_one_address_are_limited(
    stack: Stack, settings: Settings, is_redis_there: bool
) -> None:
    wiring.settings.replace(
        replace(settings, limits=Limits(sign_ups_per_minute=2, sign_ins_per_minute=2))
    )
    cache = wiring.cache() if is_redis_there else Cache("redis://127.0.0.1:1/0")
    limits = RateLimits(cache)
    wiring.rate_limits.replace(limits)
    for key in ("sign-up:127.0.0.1", "sign-in:127.0.0.1"):
        limits.forget(key)
    statuses = []
    for _ in range(3):
        body = {"email": f"{secrets.token_hex(6)}@example.com", "password": PASSWORD, "name": "A"}
        statuses.append(Client().post("/users", body).status)
    assert statuses == [201, 201, 429]
    wrong = {"email": "nobody@example.com", "password": "a guess"}
    assert [Client().post("/sessions", wrong).status for _ in range(3)] == [401, 401, 429]
    for key in ("sign-up:127.0.0.1", "sign-in:127.0.0.1"):
        limits.forget(key)


def test_nothing_is_produced_for_a_partition_that_stands_still(
    stack: Stack, settings: Settings
) -> None:
    wiring.settings.replace(replace(settings, limits=Limits(max_lag_s=1)))
    for once in (wiring.admission, wiring.intake):
        once.reset()
    client = stack.user()
    account_id = open_account(client)
    with stack.held():
        assert deposit(client, account_id, 1).status == 202
        time.sleep(2.1)
        before = stack.records()
        answer = deposit(client, account_id, 1)
        assert (answer.status, answer.json["code"]) == (503, "overloaded")
        assert int(answer.headers["Retry-After"]) >= 1
        items = [{"kind": "deposit", "account_id": account_id, "amount": 1, "currency": "EUR"}]
        batch = client.post("/transactions/batch", {"items": items})
        assert [item["code"] for item in batch.json["items"]] == ["overloaded"]
        assert stack.records() == before
        assert client.get(f"/accounts/{account_id}").status == 200
    deadline_s = time.monotonic() + 10
    while deposit(client, account_id, 1, Prefer="wait=10").status == 503:
        assert time.monotonic() < deadline_s
        time.sleep(0.2)
    assert client.get(f"/accounts/{account_id}").json["balance"] == 2
