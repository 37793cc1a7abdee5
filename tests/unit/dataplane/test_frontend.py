from __future__ import annotations

import json
from typing import Any

import pytest

from local_cloud.dataplane.http.frontend import (
    Frontend,
    FunctionFailedError,
    IntegrationTimeoutError,
)
from local_cloud.dataplane.http.protocol import Request
from local_cloud.dataplane.model import MockResponse, RestApi, Route


class Echo:
    """Returns the event, or raises what it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        if self._error:
            raise self._error
        return {"statusCode": 200, "body": json.dumps(event)}


CORS = MockResponse(204, {"Access-Control-Allow-Origin": "*"})
API = RestApi(
    "abc",
    "toy",
    "v1",
    (
        Route("GET", "/a", "r1", "echo"),
        Route("POST", "/a", "r1", "echo"),
        Route("OPTIONS", "/a", "r1", None, CORS),
        Route("GET", "/gone", "r2", "missing"),
    ),
    {"color": "blue"},
    ("image/*",),
)


def answer(
    method: str,
    url: bytes,
    body: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    error: Exception | None = None,
) -> tuple[int, str, Any]:
    request = Request()
    request.method, request.url, request.body, request.headers = method, url, body, list(headers)
    frontend = Frontend(API, {"echo": Echo(error)}, "000000000000", 8080)
    encoded = frontend.answer(request, "127.0.0.1", keep_alive=True)
    head, _, payload = encoded.partition(b"\r\n\r\n")
    return int(head[9:12]), head.decode(), json.loads(payload) if payload else None


def test_a_cors_preflight_is_answered_by_the_deployed_mock() -> None:
    status, head, _ = answer("OPTIONS", b"/v1/a")
    assert status == 204
    assert "Access-Control-Allow-Origin: *" in head


def test_an_integration_that_takes_too_long_is_a_504() -> None:
    status, _, body = answer("GET", b"/v1/a", error=IntegrationTimeoutError())
    assert (status, body) == (504, {"message": "Endpoint request timed out"})


def test_a_function_that_fails_or_is_not_there_is_a_502() -> None:
    for url, error in ((b"/v1/a", FunctionFailedError("x")), (b"/v1/gone", None)):
        status, _, body = answer("GET", url, error=error)
        assert (status, body) == (502, {"message": "Internal server error"})


def test_stage_variables_and_binary_bodies_arrive() -> None:
    png = ((b"Content-Type", b"image/png"),)
    _, _, event = answer("POST", b"/v1/a", b"\x89PNG", png)
    assert event["stageVariables"] == {"color": "blue"}
    assert (event["body"], event["isBase64Encoded"]) == ("iVBORw==", True)
    _, _, event = answer("POST", b"/v1/a", b"caf\xc3\xa9", ((b"Content-Type", b"text/plain"),))
    assert (event["body"], event["isBase64Encoded"]) == ("café", False)


@pytest.mark.parametrize("url", [b"http://h:1/v1/a?x=1", b"/v1/a?x=1"])
def test_an_absolute_target_is_the_same_as_its_path(url: bytes) -> None:
    status, _, event = answer("GET", url)
    assert (status, event["queryStringParameters"]) == (200, {"x": "1"})


@pytest.mark.parametrize("url", [b"*", b"/", b"", b"/v1", b"http://h", b"/v1//a", b"/V1/a"])
def test_any_other_target_is_an_unknown_route(url: bytes) -> None:
    assert answer("GET", url)[0] == 403


def test_a_query_with_too_many_fields_is_refused() -> None:
    assert answer("GET", b"/v1/a?" + b"&".join(b"a=1" for _ in range(1001)))[0] == 400


def test_answers_are_counted_by_status() -> None:
    frontend = Frontend(API, {"echo": Echo()}, "000000000000", 8080)
    for url in (b"/v1/a", b"/v1/a", b"/v1/gone", b"/v1x/a"):
        request = Request()
        request.method, request.url = "GET", url
        frontend.answer(request, "127.0.0.1", keep_alive=True)
    assert frontend.statuses == {200: 2, 502: 1, 403: 1}


def test_the_root_is_found_with_and_without_its_slash() -> None:
    api = RestApi("abc", "toy", "v1", (Route("GET", "/", "r1", "echo"),))
    for url, status in ((b"/v1", 200), (b"/v1/", 200), (b"/v1?a=1", 200), (b"/v12", 403)):
        request = Request()
        request.method, request.url = "GET", url
        frontend = Frontend(api, {"echo": Echo()}, "000000000000", 8080)
        assert int(frontend.answer(request, "127.0.0.1", keep_alive=True)[9:12]) == status
