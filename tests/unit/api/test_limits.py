"""Rate limits without Redis, and what is counted against them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions import wiring
from functions.api.http import ApiRequest
from functions.api.limits import source_of
from functions.settings import GENEROUS, STRICT, Limits, load
from handlers.adapters.redis import Cache
from handlers.errors import TooManyRequests
from handlers.limits import Buckets, Limit, RateLimits
from tests.unit.api.conftest import Api

NOWHERE = "redis://127.0.0.1:1/0"


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
    wiring.settings.replace(replace(wiring.settings(), limits=Limits(requests=5)))
    wiring.rate_limits.replace(RateLimits(Cache(NOWHERE)))
    wrong = {"account_id": "x"}
    assert [api.alice.post("/deposits", wrong).status for _ in range(5)] == [422] * 5
    answer = api.alice.post("/deposits", wrong)
    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 12
    assert api.operator.post("/deposits", wrong).status == 422


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
    assert production.limits == replace(STRICT, sign_ins=7)
    assert not production.webhooks_allow_loopback
    assert load({**environment, "STAGE": "local"}).webhooks_allow_loopback
