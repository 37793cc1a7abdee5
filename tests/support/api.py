"""An API user for tests."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from handlers.domain.partitions import partition_of

Json = dict[str, Any]


class Api:
    """A client of the API, anonymous or signed in.

    Attributes
    ----------
    email, password, user_id
        Empty until `sign_up`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(timeout=40)
        self.email = self.password = self.user_id = ""

    def close(self) -> None:
        self.client.close()

    def sign_up(self, name: str) -> Api:
        self.email = f"{name.lower()}-{secrets.token_hex(8)}@example.com"
        self.password = secrets.token_urlsafe(12)
        body = {"email": self.email, "password": self.password, "name": name}
        self.user_id = _expect(self.post("/users", body), 201)["user_id"]
        self.sign_in()
        return self

    def sign_in(self) -> str:
        body = {"email": self.email, "password": self.password}
        token = str(_expect(self.post("/sessions", body), 201)["token"])
        self.client.headers["Authorization"] = f"Bearer {token}"
        return token

    # -- requests -----------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.request("GET", path, None, headers)

    def post(
        self, path: str, body: object = None, *, key: str | None = None, wait_s: int | None = None
    ) -> httpx.Response:
        headers = {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if wait_s is not None:
            headers["Prefer"] = f"wait={wait_s}"
        return self.request("POST", path, body, headers)

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        arguments: Json = {} if body is None else {"json": body}
        if isinstance(body, bytes):
            arguments = {"content": body}
            headers = {"Content-Type": "application/json", **(headers or {})}
        return self.client.request(method, f"{self.url}{path}", headers=headers, **arguments)

    # -- steps of scenarios -------------------------------------------------------------------

    def open_account(self, currency: str = "EUR", balance: int = 0) -> str:
        body = {"currency": currency, "name": "test"}
        account_id = str(_expect(self.post("/accounts", body), 201)["account_id"])
        if balance:
            money = {"account_id": account_id, "amount": balance, "currency": currency}
            assert self.done("/deposits", money)["status"] == "completed"
        return account_id

    def open_account_elsewhere(self, account_id: str, partitions: int) -> str:
        """Open an account on another partition than ``account_id``."""
        for _ in range(10):
            other = self.open_account()
            if partition_of(other, partitions) != partition_of(account_id, partitions):
                return other
        raise AssertionError("ten accounts in a row are on one partition")

    def done(self, path: str, body: object = None, key: str | None = None) -> Json:
        """Send a command and return its final result."""
        answer = self.post(path, body, key=key, wait_s=20)
        assert answer.status_code in (200, 201), answer.text
        transaction: Json = answer.json()
        assert (answer.status_code == 201) == (transaction["status"] == "completed")
        return transaction

    def account(self, account_id: str) -> Json:
        return _expect(self.get(f"/accounts/{account_id}"), 200)

    def balance(self, account_id: str) -> int:
        return int(self.account(account_id)["balance"])


def _expect(answer: httpx.Response, status: int) -> Json:
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    body: Json = answer.json()
    return body


def check_problem(answer: httpx.Response, status: int, code: str | None = None) -> Json:
    """Fail unless a response is a problem (RFC 9457) with this status; return it."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem: Json = answer.json()
    assert problem["status"] == status
    assert problem.keys() >= {"type", "title", "detail", "code"}
    if code is not None:
        assert problem["code"] == code
    return problem
