"""Two hundred clients that ask for the same at once."""

from __future__ import annotations

import secrets
import threading

import httpx
import pytest

from tests.e2e.test_money import money
from tests.support.api import Api
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e
CLIENTS = 200


def test_a_storm_of_retries_is_one_transaction_and_one_answer(stack: Stack, ada: Api) -> None:
    account_id = ada.open_account()
    headers = {
        "Authorization": ada.client.headers["Authorization"],
        "Idempotency-Key": secrets.token_hex(8),
        "Prefer": "wait=20",
    }
    answers: list[httpx.Response | None] = [None] * CLIENTS
    ready = threading.Barrier(CLIENTS)

    def ask(n: int) -> None:
        # A connection each, so that they come to whichever worker there is.
        with httpx.Client(timeout=60, verify=False) as client:
            ready.wait(60)
            url = f"{ada.url}/deposits"
            answers[n] = client.post(url, json=money(account_id, 5), headers=headers)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    given = [answer for answer in answers if answer is not None]
    assert len(given) == CLIENTS
    assert {answer.status_code for answer in given} == {201}
    assert len({answer.text for answer in given}) == 1, "all get the same answer"
    transaction_id = given[0].json()["transaction_id"]
    rows = stack.rows(
        "select count(*) from ledger.transactions where transaction_id = %s", transaction_id[4:]
    )
    assert rows == [(1,)]
    assert ada.balance(account_id) == 5
    assert len(ada.get(f"/accounts/{account_id}/entries").json()["data"]) == 1
