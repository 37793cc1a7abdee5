"""Webhooks as deployed: fed by the poller from the topic of events."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from handlers.webhooks.signatures import HEADER, is_signed
from tests.e2e.test_money import money
from tests.support.api import Api
from tests.support.receiver import Receiver
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def owner(stack: Stack) -> Iterator[Api]:
    """Somebody without events from other tests, which a new webhook may still be sent."""
    person = Api(stack.api_url).sign_up("Owner")
    yield person
    person.close()


def test_deposits_arrive_signed_and_in_order(owner: Api, receiver: Receiver) -> None:
    account_id = owner.open_account()
    body = {"url": receiver.url + "/hook", "events": ["deposit.*"]}
    webhook = owner.post("/webhooks", body).json()
    try:
        for amount in range(1, 31):
            assert owner.post("/deposits", money(account_id, amount)).status_code == 202

        wait_until(lambda: len(receiver.received) >= 30, "thirty deliveries")
        amounts = [one.event["transaction"]["amount"] for one in receiver.received]
        assert amounts == [*range(1, 31)]
        for one in receiver.received:
            assert is_signed(webhook["secret"], one.body, one.headers[HEADER], int(time.time()))
        path = f"/webhooks/{webhook['webhook_id']}/deliveries"

        def delivered() -> int:
            data = owner.get(f"{path}?status=delivered").json()["data"]
            return len(data)

        wait_until(lambda: delivered() >= 30, "thirty deliveries are noted")
    finally:
        assert owner.request("DELETE", f"/webhooks/{webhook['webhook_id']}").status_code == 204
