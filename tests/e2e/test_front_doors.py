"""The same deployed function, through the fast gateway and the emulator's own addresses."""

from __future__ import annotations

import secrets

import httpx
import pytest

from tests.e2e.test_money import money
from tests.support.api import Api, check_problem
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e


def test_a_deposit_works_through_every_door(
    ada: Api, execute_api_urls: list[str], stack: Stack
) -> None:
    account_id = ada.open_account()
    headers = {"Authorization": ada.client.headers["Authorization"], "Prefer": "wait=20"}
    balances = []
    for base in (stack.api_url, *execute_api_urls, stack.api_url):
        answer = httpx.post(
            f"{base}/deposits", json=money(account_id, 5), headers=headers, timeout=60
        )
        assert answer.status_code == 201, f"{base}: {answer.status_code} {answer.text}"
        assert answer.headers["Content-Type"].startswith("application/json")
        balances.append(answer.json()["balance_after"])
    assert balances == [5, 10, 15, 20]


def test_a_retry_through_the_other_door_is_the_same_transaction(
    ada: Api, execute_api_urls: list[str], stack: Stack
) -> None:
    account_id = ada.open_account()
    headers = {
        "Authorization": ada.client.headers["Authorization"],
        "Prefer": "wait=20",
        "Idempotency-Key": secrets.token_hex(8),
    }
    answers = [
        httpx.post(f"{base}/deposits", json=money(account_id, 5), headers=headers, timeout=60)
        for base in (*execute_api_urls, stack.api_url)
    ]
    assert len({answer.json()["transaction_id"] for answer in answers}) == 1
    assert ada.balance(account_id) == 5


def test_errors_look_the_same_through_the_emulators_doors(execute_api_urls: list[str]) -> None:
    for base in execute_api_urls:
        check_problem(httpx.get(f"{base}/accounts", timeout=60), 401, "unauthenticated")
