"""The Python client against the running API."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from ledgerlane_client import ApiError, Ledgerlane
from tests.support.api import Api
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e


def test_a_first_payment_and_the_same_again_after_a_restart(stack: Stack, tmp_path: Path) -> None:
    email, password = f"{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(12)
    with Ledgerlane(stack.api_url, tmp_path / "journal") as client:
        client.sign_up(email, password, "Ada")
        client.sign_in(email, password)
        account = client.open_account("EUR", key="main")
        other = client.open_account("EUR", "savings")
        assert client.deposit(account["account_id"], 1250, "EUR", key="order-1").is_completed
        refused = client.withdraw(account["account_id"], 9999, "EUR")
        assert (refused.status, refused.reason) == ("rejected", "insufficient_funds")
        moved = client.transfer(account["account_id"], other["account_id"], 250, "EUR")
        assert moved.is_completed
    # The journal was lost, and the key was not: the API itself knows what it stands for.
    with Ledgerlane(stack.api_url) as again:
        again.sign_in(email, password)
        assert again.open_account("EUR", key="main")["account_id"] == account["account_id"]
        assert again.deposit(account["account_id"], 1250, "EUR", key="order-1").is_completed
        assert again.account(account["account_id"])["balance"] == 1000
        path = f"/accounts/{account['account_id']}/entries"
        assert [entry["amount"] for entry in again.pages(path, limit="1")] == [-250, 1250]


def test_a_program_with_a_key_may_do_what_its_scopes_allow(
    stack: Stack, ada: Api, tmp_path: Path
) -> None:
    with Ledgerlane(stack.api_url, token=ada.sign_in()) as person:
        made = person.create_key("shop", ["accounts:read", "money:write"])
    account_id = ada.open_account()
    with Ledgerlane(stack.api_url, tmp_path / "journal", token=made["key"]) as shop:
        assert shop.me()["user_id"] == ada.user_id
        assert shop.deposit(account_id, 1250, "EUR", key="order-1").is_completed
        assert shop.account(account_id)["balance"] == 1250
        assert shop.statement(account_id)["closing_balance"] == 1250
        with pytest.raises(ApiError, match="accounts:write") as refused:
            shop.open_account("EUR")
        assert refused.value.status == 403
        assert shop.unfinished() == []
        with pytest.raises(ApiError, match="session"):
            shop.create_key("more", ["money:write"])
    with Ledgerlane(stack.api_url, token=ada.sign_in()) as person:
        person.delete_key(made["key_id"])
