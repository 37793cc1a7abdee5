"""Rate limits without Redis, and what is counted against them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import pytest

from functions import wiring
from functions.api.http import ApiRequest
from functions.api.rate_limits import source_of
from functions.settings import load
from handlers.accepting.rate_limits import Buckets, Limit, RateLimits
from handlers.people.api_keys import ApiKeys
from handlers.people.sessions import Sessions
from handlers.platform.bounds import GENEROUS, STRICT, Limits
from handlers.platform.errors import TooManyRequests, Unavailable
from handlers.platform.postgres import sql
from handlers.platform.redis import Cache
from tests.support.http import Client
from tests.unit.api.conftest import ALICE, Api
from tests.unit.api.test_refusals import MONEY

NOWHERE = "redis://127.0.0.1:1/0"


def limit(**amounts: int) -> None:
    """Set limits, counted in this process."""
    wiring.settings.replace(replace(wiring.settings(), limits=Limits(**amounts)))
    wiring.rate_limits.replace(RateLimits(Cache(NOWHERE)))


@dataclass
class SessionsTable:
    """A database that knows one session, and counts who asks for any."""

    token: str = "llt_alice"
    is_away: bool = False
    reads: int = 0

    def read(self, query: str, params: tuple[bytes]) -> list[tuple[Any, ...]]:
        assert query in (sql("people/session_by_token"), sql("people/key_by_hash"))
        self.reads += 1
        if self.is_away:
            raise Unavailable
        is_known = params[0] == hashlib.sha256(self.token.encode()).digest()
        return [(ALICE[4:], "customer", 2**60)] if is_known else []

    def write(self, query: str, params: Any) -> list[tuple[Any, ...]]:
        assert query == sql("people/close_session")
        return []


def test_a_bucket_gives_its_amount_at_once_and_then_one_an_interval() -> None:
    buckets, limit = Buckets(), Limit(3, 60)
    assert [buckets.take("a", limit, 1, 100.0) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a", limit, 1, 100.0) == pytest.approx(20)
    assert buckets.take("b", limit, 1, 100.0) == 0
    assert buckets.take("a", limit, 1, 119.0) == pytest.approx(1)
    assert buckets.take("a", limit, 1, 120.0) == 0
    assert buckets.take("a", limit, 1, 120.0) > 0
    assert [buckets.take("a", limit, 1, 1000.0) for _ in range(4)][:3] == [0, 0, 0]


def test_buckets_are_bounded() -> None:
    buckets = Buckets(at_most=10)
    for n in range(100):
        buckets.take(str(n), Limit(1, 60), 1, 1.0)
    assert len(buckets._full_at_s) == 10


def test_without_redis_the_process_counts() -> None:
    limits = RateLimits(Cache(NOWHERE))
    for _ in range(5):
        limits.take("x", Limit(5, 60))
    with pytest.raises(TooManyRequests) as caught:
        limits.take("x", Limit(5, 60))
    assert 1 <= caught.value.retry_after_s <= 12
    limits.forget("x")
    limits.take("x", Limit(5, 60))


def test_shares_add_up_to_the_limit() -> None:
    limits = RateLimits(Cache(NOWHERE))
    for _ in range(1000):
        limits.take_share("x", Limit(1000, 3600))
    with pytest.raises(TooManyRequests):
        limits.take_share("x", Limit(1000, 3600))


def test_no_limit_is_no_limit() -> None:
    limits = RateLimits(Cache(NOWHERE))
    for _ in range(1000):
        limits.take("x", Limit(0, 60))
        limits.take_share("y", Limit(0, 60))


def test_a_user_s_requests_are_limited(api: Api) -> None:
    limit(requests_per_minute=5)
    wrong = {"account_id": "x"}
    assert [api.alice.post("/deposits", wrong).status for _ in range(5)] == [422] * 5
    answer = api.alice.post("/deposits", wrong)
    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 12
    assert api.operator.post("/deposits", wrong).status == 422


def test_a_user_s_commands_are_limited_and_not_his_requests(api: Api) -> None:
    limit(requests_per_minute=10)
    item = {"kind": "deposit", **MONEY}
    url = "/transactions/batch"
    assert api.alice.post(url, {"items": [item] * 7}).status == 202
    assert api.alice.post("/deposits", MONEY).status == 202
    answer = api.alice.post(url, {"items": [item] * 3})
    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(api.producer.records) == 8, "a batch is taken as a whole, or not at all"
    # The refused one was counted as a request.
    assert api.alice.post("/deposits", MONEY).status == 202
    assert api.alice.post("/deposits", MONEY).status == 429


def test_a_batch_of_malformed_items_counts_them_too(api: Api) -> None:
    limit(requests_per_minute=10)
    assert api.alice.post("/transactions/batch", {"items": [{}] * 10}).status == 202
    assert api.alice.post("/deposits", MONEY).status == 429


def test_what_costs_more_than_a_limit_is_let_through_at_rest_and_paid_off() -> None:
    buckets, limits = Buckets(), Limit(10, 60)
    assert buckets.take("a", limits, 25, 100.0) == 0
    assert buckets.take("a", limits, 1, 100.0) == pytest.approx(96)
    assert buckets.take("a", limits, 25, 249.0) == pytest.approx(1)
    assert buckets.take("a", limits, 25, 250.0) == 0


def test_what_is_given_back_can_be_taken_again() -> None:
    limits, limit = RateLimits(Cache(NOWHERE)), Limit(2, 3600)
    limits.give_back("x", limit)
    for _ in range(2):
        limits.take("x", limit)
    with pytest.raises(TooManyRequests):
        limits.take("x", limit)
    limits.give_back("x", limit)
    limits.take("x", limit)
    with pytest.raises(TooManyRequests):
        limits.take("x", limit)


def test_shares_add_up_to_the_limit_whatever_each_costs() -> None:
    limits = RateLimits(Cache(NOWHERE))
    for cost in (1, 7, 300, 1, 91, 600):
        limits.take_share("x", Limit(1000, 3600), cost)
    with pytest.raises(TooManyRequests):
        limits.take_share("x", Limit(1000, 3600))


@pytest.mark.parametrize(
    "authorization",
    [
        *(None, "Basic YTpi", "Bearer nonsense", "Bearer " + "x" * 999),
        *("Bearer llk_nonsense", "Bearer llk_" + "x" * 999),
    ],
)
def test_failures_to_authenticate_are_limited_by_source_before_they_cost_a_read(
    api: Api, authorization: str | None
) -> None:
    limit(authentication_failures_per_minute=3)
    database = SessionsTable()
    wiring.sessions.replace(Sessions(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
    wiring.api_keys.replace(ApiKeys(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
    headers = {} if authorization is None else {"Authorization": authorization}
    known = Client(database.token)
    assert known.post("/deposits", {}).status == 422
    assert database.reads == 1
    statuses = [api.nobody.call("GET", "/accounts", headers=headers).status for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    answer = api.nobody.call("GET", "/accounts", headers=headers)
    assert answer.json["code"] == "too_many_requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    is_looked_up = authorization in ("Bearer nonsense", "Bearer llk_nonsense")
    assert database.reads == 1 + (3 if is_looked_up else 0)
    # Whoever is known already goes on, though the address is the same.
    assert known.post("/deposits", {}).status == 422


def test_many_who_authenticate_from_one_address_are_no_failures(api: Api) -> None:
    limit(authentication_failures_per_minute=1)
    database = SessionsTable()
    for _ in range(5):
        # Each time in a process that knows nobody yet.
        wiring.sessions.replace(Sessions(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
        assert Client(database.token).post("/deposits", {}).status == 422
    assert database.reads == 5


def test_a_database_that_is_away_makes_nobody_a_failure(api: Api) -> None:
    limit(authentication_failures_per_minute=1)
    database = SessionsTable(is_away=True)
    wiring.sessions.replace(Sessions(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
    assert [Client(database.token).get("/users/me").status for _ in range(3)] == [503] * 3


def test_signing_out_is_never_limited(api: Api) -> None:
    limit(requests_per_minute=1, authentication_failures_per_minute=1)
    database = SessionsTable()
    wiring.sessions.replace(Sessions(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
    known = Client(database.token)
    assert [known.post("/deposits", {}).status for _ in range(2)] == [422, 429]
    assert [api.nobody.get("/accounts").status for _ in range(2)] == [401, 429]
    assert known.delete("/sessions/current").status == 204
    wiring.sessions.replace(Sessions(database, Cache(NOWHERE)))  # type: ignore[arg-type]  # a double
    assert known.delete("/sessions/current").status == 204


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_site_is_one_source(address: str, source: str) -> None:
    event: dict[str, Any] = {"requestContext": {"identity": {"sourceIp": address}}}
    assert source_of(ApiRequest(event)) == source


def test_the_local_stage_is_generous_and_others_are_strict() -> None:
    environment = {
        "DATABASE_HOST": "h",
        "DATABASE_PORT": "1",
        "DATABASE_NAME": "n",
        "DATABASE_SECRET_ARN": "a",
        "KAFKA_BOOTSTRAP": "k:1",
        "PARTITIONS": "1",
        "REDIS_URL": "redis://r:1/0",
    }
    assert load({**environment, "STAGE": "local"}).limits == GENEROUS
    production = load({**environment, "STAGE": "prod", "SIGN_INS_PER_MINUTE": "7"})
    assert production.limits == replace(STRICT, sign_ins_per_minute=7)
    assert not production.webhooks_allow_loopback
    assert load({**environment, "STAGE": "local"}).webhooks_allow_loopback
