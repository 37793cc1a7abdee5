"""The app behind the local gateway: what was sent is what is read, or it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app import app
from dataplane.http.frontend import Frontend
from dataplane.http.protocol import RequestReader
from dataplane.model import RestApi, Route
from functions.api.errors import PROBLEM_JSON
from tests.unit.api.conftest import ACCOUNT, Api

BINARY = ("*/*",)
MONEY = {"account_id": ACCOUNT, "amount": 5, "currency": "EUR", "description": "Tr\u00e4ger"}
TEXT = json.dumps(MONEY, ensure_ascii=False)


class App:
    """Invokes the app as the gateway does."""

    def invoke(self, event: dict[str, Any], _request_id: str) -> Any:
        return app(event, None)


def post(
    body: bytes,
    *lines: str,
    binary: tuple[str, ...] = BINARY,
    start: str = "POST /v1/deposits",
) -> tuple[int, Any]:
    """Send a request of Alice's as bytes on a connection; return the status and the body."""
    head = [f"{start} HTTP/1.1", "Host: h", f"Content-Length: {len(body)}", *lines]
    reader = RequestReader()
    reader.feed("\r\n".join([*head, "Authorization: Bearer alice", "", ""]).encode() + body)
    routes = tuple(
        Route(method, path, path, "api")
        for path in app.routes
        for method in (*app.routes[path], "ANY")
    )
    api = RestApi("abc", "ledgerlane", "v1", routes, {}, binary)
    frontend = Frontend(api, {"api": App()}, "000000000000", 8080)
    sent = frontend.answer(reader.completed.popleft(), "127.0.0.1", keep_alive=True)
    head_sent, _, body_sent = sent.partition(b"\r\n\r\n")
    assert int(head_sent[9:12]) < 400 or PROBLEM_JSON.encode() in head_sent
    return int(head_sent[9:12]), json.loads(body_sent)


@pytest.mark.parametrize("binary", [BINARY, ("application/json",), ()])
@pytest.mark.parametrize("lines", [(), ("content-TYPE: Application/JSON; Charset=UTF-8",)])
def test_what_is_no_utf_8_is_refused_however_it_arrives(
    api: Api, binary: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    status, problem = post(TEXT.encode("latin-1"), *lines, binary=binary)
    assert (status, problem["code"]) == (400, "malformed_json")
    assert api.producer.records == []
    status, made = post(TEXT.encode(), *lines, binary=binary)
    assert (status, made["description"]) == (202, "Tr\u00e4ger")


def test_a_replacement_character_can_be_sent(api: Api) -> None:
    status, made = post(TEXT.replace("\u00e4", "\ufffd").encode())
    assert (status, made["description"]) == (202, "Tr\ufffdger")


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        (("Idempotency-Key: a", "Idempotency-Key: b"), 400, "repeated_header"),
        (("Idempotency-Key: a", "IDEMPOTENCY-key: a"), 400, "repeated_header"),
        (("Authorization: Bearer bob",), 400, "repeated_header"),
        (("Content-Type: application/json", "content-type: text/plain"), 400, "repeated_header"),
        (("Content-Type: text/plain",), 415, "unsupported_media_type"),
        (("Content-Type: application/json;charset=utf-16",), 415, "unsupported_media_type"),
        (("Content-Encoding: gzip",), 415, "unsupported_media_type"),
    ],
)
def test_a_head_that_says_two_things_or_another_thing_is_refused(
    api: Api, lines: tuple[str, ...], status: int, code: str
) -> None:
    answered, problem = post(TEXT.encode(), *lines)
    assert (answered, problem["code"]) == (status, code)
    assert api.producer.records == []


@pytest.mark.parametrize("method", ["DELETE", "GET", "OPTIONS", "PATCH", "PUT", "TRACE"])
def test_a_method_that_a_path_has_not_is_told_with_those_it_has(api: Api, method: str) -> None:
    status, problem = post(b"", start=f"{method} /v1/deposits")
    assert (status, problem["code"]) == (405, "method_not_allowed")
    assert problem["detail"] == "this route allows POST"
