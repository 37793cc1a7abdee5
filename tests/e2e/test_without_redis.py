"""With Redis stopped every route still answers, and every answer is still right.

The stories of the other modules are told again, now without it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import test_controls, test_money, test_people
from tests.support.api import Api
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True, scope="module")
def redis_is_stopped(stack: Stack) -> Iterator[None]:
    stack.stop("redis")
    try:
        yield
    finally:
        stack.restart("redis")
        stack.await_health()


def _stories() -> dict[str, object]:
    return {
        name: value
        for module in (test_controls, test_money, test_people)
        for name, value in vars(module).items()
        if name.startswith("test_") and name != "test_redis_is_part_of_health_and_no_more"
    }


globals().update(_stories())


def test_health_is_degraded_and_still_200(ada: Api) -> None:
    # An answer stands for a second: the one from before is let go of first.
    wait_until(lambda: ada.get("/health").json()["status"] == "degraded", "health is degraded", 5)
    answer = ada.get("/health")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"kafka": "ok", "postgres": "ok", "redis": "down"}
