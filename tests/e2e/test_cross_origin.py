"""Pages of other origins in a real browser: who may use the API does, and the rest are kept out."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

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

#: Another address of this machine, which the local stage doesn't list.
STRANGER: Final = "127.0.0.2"
_FETCH: Final = """
    return fetch(arguments[0], arguments[1]).then(
      async (answer) => ({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.json(),
      }),
      (error) => ({refused: error.name}),
    );
"""


class Page(BaseHTTPRequestHandler):
    """Serves a page of nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser.chromium() as found:
        yield found


@pytest.fixture(params=["127.0.0.1"])
def page(request: pytest.FixtureRequest, window: Browser) -> Iterator[Browser]:
    """A page of another origin than the API's, open in the browser."""
    with ThreadingHTTPServer((request.param, 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            window.open(f"http://{request.param}:{server.server_port}/")
            yield window
        finally:
            server.shutdown()
            thread.join()


def fetch(page: Browser, url: str, **options: Any) -> dict[str, Any]:
    """Send a request by the page's own script; return what the script could read."""
    found: dict[str, Any] = page.run(_FETCH, url, options)
    return found


def deposit(page: Browser, person: Api, base_url: str, account_id: str) -> dict[str, Any]:
    headers = {
        "Authorization": person.client.headers["Authorization"],
        "Content-Type": "application/json",
        "Idempotency-Key": secrets.token_hex(8),
        "Prefer": "wait=20",
        "X-Request-Id": "req-of-a-page",
    }
    body = f'{{"account_id": "{account_id}", "amount": 1250, "currency": "EUR"}}'
    return fetch(page, f"{base_url}/deposits", method="POST", headers=headers, body=body)


@pytest.mark.parametrize("door", ["gateway", "emulator"])
def test_a_page_of_another_port_makes_a_deposit(
    page: Browser, ada: Api, stack: Stack, execute_api_url: str, door: str
) -> None:
    base_url = stack.api_url if door == "gateway" else execute_api_url
    account_id = ada.open_account()
    made = deposit(page, ada, base_url, account_id)
    assert (made["status"], made["body"]["balance_after"]) == (201, 1250)
    place = f"/v1/transactions/{made['body']['transaction_id']}?position="
    assert made["headers"]["location"].startswith(place)
    assert made["headers"]["preference-applied"] == "wait=20"
    assert made["headers"]["x-request-id"] == "req-of-a-page"
    read = fetch(
        page,
        f"{base_url}/accounts/{account_id}",
        headers={"Authorization": ada.client.headers["Authorization"]},
    )
    assert (read["status"], read["body"]["balance"]) == (200, 1250)
    assert read["headers"]["etag"]


@pytest.mark.parametrize("door", ["gateway", "emulator"])
def test_a_page_reads_what_went_wrong(
    page: Browser, stack: Stack, execute_api_url: str, door: str
) -> None:
    base_url = stack.api_url if door == "gateway" else execute_api_url
    # The function's response, and one of API Gateway's own.
    wrong = [("/accounts", 401, "unauthenticated"), ("/nowhere", 404, "no_such_route")]
    if door == "emulator" and stack.emulator == "localstack":
        # LocalStack answers an unknown route without the API's gateway responses.
        wrong.pop()
    for path, status, code in wrong:
        answer = fetch(page, base_url + path)
        assert (answer["status"], answer["body"]["code"]) == (status, code)
        assert answer["headers"]["x-request-id"] == answer["body"]["request_id"]


@pytest.mark.parametrize("page", [STRANGER], indirect=True)
def test_a_page_of_an_origin_that_is_not_listed_neither_sends_nor_reads(
    page: Browser, ada: Api, stack: Stack
) -> None:
    account_id = ada.open_account()
    assert deposit(page, ada, stack.api_url, account_id) == {"refused": "TypeError"}
    assert fetch(page, f"{stack.api_url}/health") == {"refused": "TypeError"}
    assert ada.balance(account_id) == 0
