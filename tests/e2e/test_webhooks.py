"""Webhooks as deployed: fed by the poller from the topic of events."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from handlers.webhooks.signatures import HEADER, is_signed
from tests.e2e.test_money import money
from tests.support.api import Api
from tests.support.receiver import Received, Receiver
from tests.support.stack import wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def test_deposits_arrive_signed_and_in_order(ada: Api, receiver: Receiver) -> None:
    account_id = ada.open_account()
    body = {"url": receiver.url + "/hook", "events": ["deposit.*"]}
    webhook = ada.post("/webhooks", body).json()
    try:
        for amount in range(1, 31):
            assert ada.post("/deposits", money(account_id, amount)).status_code == 202

        def received() -> list[Received]:
            # Events of other accounts may still be on their way from before.
            return [one for one in receiver.received if one.event["account_id"] == account_id]

        wait_until(lambda: len(received()) >= 30, "thirty deliveries")
        assert [one.event["transaction"]["amount"] for one in received()] == [*range(1, 31)]
        for one in received():
            assert is_signed(webhook["secret"], one.body, one.headers[HEADER], int(time.time()))
        path = f"/webhooks/{webhook['webhook_id']}/deliveries"

        def delivered() -> int:
            data = ada.get(f"{path}?status=delivered").json()["data"]
            return len(data)

        wait_until(lambda: delivered() >= 30, "thirty deliveries are noted")
    finally:
        assert ada.request("DELETE", f"/webhooks/{webhook['webhook_id']}").status_code == 204
