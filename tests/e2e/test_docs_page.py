"""The documentation page in a real browser: it renders, and requests are sent from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import RESOURCES, app
from handlers.domain.scopes import SCOPES
from tests.support import browser
from tests.support.api import Api
from tests.support.browser import Browser
from tests.support.stack import Stack

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not browser.is_there(), reason="no Chromium: apt-get install chromium chromium-driver"
    ),
]


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser.chromium() as found:
        yield found


@pytest.fixture
def page(window: Browser, stack: Stack) -> Browser:
    window.open(f"{stack.api_url}/docs")
    window.await_text("#index", "/health")
    return window


def test_every_route_is_shown_and_the_console_has_no_complaint(page: Browser) -> None:
    shown = set(page.run("return [...document.querySelectorAll('#index a')].map(a => a.innerText)"))
    for path, methods in app.routes.items():
        for method in methods:
            assert any(text.replace("\n", " ").split() == [method, path] for text in shown), (
                f"{method} {path}"
            )
    assert page.complaints() == []


def test_a_deposit_is_made_from_the_page(page: Browser, ada: Api) -> None:
    account_id = ada.open_account()
    page.write("#email", ada.email)
    page.write("#password", ada.password)
    page.click("#sign-in button")
    page.await_text("#who", ada.user_id)
    body = {"account_id": account_id, "amount": 1250, "currency": "EUR"}
    page.write("#create_deposit textarea", json.dumps(body))
    page.click("#create_deposit .send")
    assert page.await_text("#create_deposit .answer .status", "201") == "201"
    answer = json.loads(page.text("#create_deposit .answer .body"))
    assert (answer["status"], answer["balance_after"]) == ("completed", 1250)
    # The key is kept until a new one is asked for: sending it again moves nothing.
    page.click("#create_deposit .send")
    page.await_text("#create_deposit .answer .body", answer["transaction_id"])
    assert ada.balance(account_id) == 1250
    if "SCREENSHOT" in os.environ:
        page.screenshot(Path(os.environ["SCREENSHOT"]))
    assert page.complaints() == []


def test_a_refusal_is_shown_as_what_it_is(page: Browser) -> None:
    page.click("#get_me .send")
    assert page.await_text("#get_me .answer .status", "401") == "401"
    assert "unauthenticated" in page.text("#get_me .answer .body")


def test_a_key_may_do_what_its_scope_allows_and_nothing_else(page: Browser, ada: Api) -> None:
    account_id = ada.open_account()
    made = ada.post("/api-keys", {"name": "reader", "scopes": ["accounts:read"]}).json()
    page.write("#token", made["key"])
    assert page.await_text("#who", "API key") == "Using an API key"
    page.click("#list_accounts .send")
    assert page.await_text("#list_accounts .answer .status", "200") == "200"
    assert account_id in page.text("#list_accounts .answer .body")
    body = {"account_id": account_id, "amount": 1250, "currency": "EUR"}
    page.write("#create_deposit textarea", json.dumps(body))
    page.click("#create_deposit .send")
    assert page.await_text("#create_deposit .answer .status", "403") == "403"
    problem = json.loads(page.text("#create_deposit .answer .body"))
    assert (problem["status"], problem["code"]) == (403, "forbidden")
    assert "money:write" in problem["detail"]
    assert ada.balance(account_id) == 0


def test_each_route_says_who_may_ask(page: Browser) -> None:
    script = "return document.querySelector(`#${arguments[0]} .lock`)?.innerText ?? null"
    for operation in (each for resource in RESOURCES for each in resource.operations):
        shown = page.run(script, operation.name)
        if operation.is_public:
            assert shown is None, operation.name
        elif operation.scopes == SCOPES:
            assert shown == "needs a session, or any API key", operation.name
        elif operation.scopes:
            named = " or ".join(operation.scopes)
            assert shown == f"needs a session, or an API key with {named}", operation.name
        else:
            assert shown == "needs a session", operation.name
