from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dataplane.http.frontend import Frontend
from dataplane.http.invoking import FunctionFailedError, IntegrationTimeoutError
from dataplane.http.protocol import Request
from dataplane.model import GatewayResponse, MethodThrottle, MockResponse, RestApi, Route


class Echo:
    """Returns the event, or raises a given error."""

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
    api: RestApi = API,
) -> tuple[int, str, Any]:
    request = Request()
    request.method, request.url, request.body, request.headers = method, url, body, list(headers)
    frontend = Frontend(api, {"echo": Echo(error)}, "000000000000", 8080)
    return parts(frontend.answer(request, "127.0.0.1", keep_alive=True))


def parts(encoded: bytes) -> tuple[int, str, Any]:
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


@pytest.mark.parametrize("url", [b"*", b"/", b"", b"/v1", b"http://h", b"/V1/a"])
def test_any_other_target_is_an_unknown_route(url: bytes) -> None:
    assert answer("GET", url)[0] == 403


def test_empty_segments_of_a_path_do_not_count() -> None:
    status, _, event = answer("GET", b"/v1//a")
    assert (status, event["path"], event["requestContext"]["path"]) == (200, "/a", "/v1/a")


# Recorded from API Gateway in LocalStack's test_apigateway_lambda.snapshot.json.
ENCODED = "/test-path/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"


def test_a_path_stays_as_it_was_encoded() -> None:
    api = RestApi("abc", "toy", "test", (Route("GET", "/{proxy+}", "r1", "echo"),))
    for path in (ENCODED, "/test-path/"):
        _, _, event = answer("GET", f"/test{path}".encode(), api=api)
        assert (event["path"], event["requestContext"]["path"]) == (path, f"/test{path}")
        assert event["pathParameters"] == {"proxy": path.strip("/")}


class Fixed:
    """Returns a given result."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        return self._answer


@pytest.mark.parametrize(
    ("returned", "named"),
    [
        (None, "null"),
        ("text", "a string"),
        ({"status": 200}, "it has status"),
        ({"statusCode": "abc"}, "statusCode is 'abc'"),
        ({"statusCode": 99}, "statusCode is 99"),
        ({"body": {"a": 1}}, "body is an object instead of a string"),
        ({"headers": []}, "headers"),
        ({"multiValueHeaders": {"X-A": "1"}}, "X-A"),
        ({"headers": {"X-A": "a\nb"}}, "a header contains a line break"),
    ],
)
def test_a_malformed_answer_leaves_a_line_that_says_what_is_wrong(
    returned: Any, named: str
) -> None:
    lines: list[str] = []
    frontend = Frontend(API, {"echo": Fixed(returned)}, "000000000000", 8080, note=lines.append)
    request = Request()
    request.method, request.url = "GET", b"/v1/a"
    status, head, _ = parts(frontend.answer(request, "127.0.0.1", keep_alive=True))
    assert status == 502
    (line,) = lines
    assert "Execution failed due to configuration error: Malformed Lambda proxy response" in line
    assert named in line
    assert f"({head.partition('x-amzn-RequestId: ')[2][:36]})" in line


def test_a_failed_function_leaves_a_line_that_says_why() -> None:
    for error, words in (
        (
            FunctionFailedError("bo\nom"),
            "due to customer function error: bo om. Lambda request id: ",
        ),
        (IntegrationTimeoutError(), "Execution failed due to a timeout error"),
    ):
        lines: list[str] = []
        invokers = {"echo": Echo(error)}
        frontend = Frontend(API, invokers, "000000000000", 8080, note=lines.append)
        request = Request()
        request.method, request.url = "GET", b"/v1/a"
        frontend.answer(request, "127.0.0.1", keep_alive=True)
        assert words in lines[0]


class Picture:
    """Returns base64, with its content type or without."""

    def __init__(self, body: str = "AP8=") -> None:
        self._body = body

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        headers = {"Content-Type": "image/png"}
        return {"headers": headers, "body": self._body, "isBase64Encoded": True}


# Recorded from API Gateway by LocalStack's test_aws_proxy_binary_response.
@pytest.mark.parametrize(
    ("types", "accept", "is_binary"),
    [
        ((), b"image/png", False),
        (("image/png",), b"image/png", True),
        (("image~1png",), b"image/png", True),
        (("image/png",), b"image/*", False),
        (("image/png",), b"*/*", False),
        (("image/png",), None, False),
        (("image/png",), b"image", False),
        (("image/png", "*/test"), b"random/test", False),
        (("image/png",), b"image/webp,image/png,*/*;q=0.8", False),
        (("image/png",), b"image/png,image/*,*/*;q=0.8", True),
        (("application/*",), b"application/whatever", True),
        (("application/*",), b"application/*", True),
        (("*/*",), b"text/html", True),
    ],
)
def test_base64_is_decoded_for_a_client_that_accepts_a_binary_type(
    types: tuple[str, ...], accept: bytes | None, is_binary: bool
) -> None:
    api = replace(API, binary_media_types=types)
    frontend = Frontend(api, {"echo": Picture()}, "000000000000", 8080)
    request = Request()
    request.method, request.url = "GET", b"/v1/a"
    request.headers = [] if accept is None else [(b"Accept", accept)]
    body = frontend.answer(request, "127.0.0.1", keep_alive=True).partition(b"\r\n\r\n")[2]
    assert body == (b"\x00\xff" if is_binary else b"AP8=")


def test_a_body_that_is_no_base64_is_a_500() -> None:
    frontend = Frontend(API, {"echo": Picture("%%%")}, "000000000000", 8080)
    request = Request()
    request.method, request.url = "GET", b"/v1/a"
    request.headers = [(b"accept", b"image/png")]
    status, _, body = parts(frontend.answer(request, "127.0.0.1", keep_alive=True))
    assert (status, body) == (500, {"message": "Internal server error"})


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


def customized(*own: GatewayResponse) -> RestApi:
    return replace(API, gateway_responses=own, throttles=(MethodThrottle("a/POST", 0, 0),))


NO_ROUTE = GatewayResponse(
    "MISSING_AUTHENTICATION_TOKEN",
    404,
    {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.X-Request-Id": "context.requestId",
        "gatewayresponse.header.X-Color": "stageVariables.color",
        "gatewayresponse.header.X-Origin": "method.request.header.origin",
        "gatewayresponse.header.X-Nothing": "method.request.header.X-Nothing",
    },
    '{"code":"no_such_route","id":"$context.requestId","of":"${context.stage}",'
    '"said":$context.error.messageString,"kind":"$context.error.responseType","cost":"$5"}',
)
DEFAULT_4XX = GatewayResponse("DEFAULT_4XX", 418, {}, '{"default": true}')
UNAVAILABLE = GatewayResponse("DEFAULT_5XX", None, {}, '{"code": "unavailable"}')


def test_an_unknown_route_is_answered_as_the_api_says() -> None:
    origin = ((b"Origin", b"https://example.com"),)
    status, head, body = answer("GET", b"/v1/x", headers=origin, api=customized(NO_ROUTE))
    sent = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert status == 404
    assert sent["Content-Type"] == "application/problem+json"
    assert (sent["X-Color"], sent["X-Origin"]) == ("blue", "https://example.com")
    assert "X-Nothing" not in sent
    assert sent["X-Request-Id"] == sent["x-amzn-RequestId"] == body["id"]
    assert (body["code"], body["of"], body["cost"]) == ("no_such_route", "v1", "$5")
    assert body["said"] == "Missing Authentication Token"
    assert body["kind"] == "MISSING_AUTHENTICATION_TOKEN"


def test_each_error_has_its_own_answer_else_its_familys_else_api_gateways() -> None:
    failed, late = FunctionFailedError("x"), IntegrationTimeoutError()
    own = customized(NO_ROUTE, DEFAULT_4XX, UNAVAILABLE)
    assert answer("GET", b"/v1/x", api=own)[0] == 404
    assert answer("POST", b"/v1/a", api=own)[::2] == (418, {"default": True})
    # A default response without a status keeps each type's own status.
    assert answer("GET", b"/v1/a", error=failed, api=own)[::2] == (502, {"code": "unavailable"})
    assert answer("GET", b"/v1/a", error=late, api=own)[::2] == (504, {"code": "unavailable"})
    plain = customized()
    assert answer("POST", b"/v1/a", api=plain)[::2] == (429, {"message": "Too Many Requests"})
    assert answer("GET", b"/v1/x", api=plain)[0] == 403


def test_pages_may_read_an_error_also_where_no_request_could_be_read() -> None:
    readable = GatewayResponse(
        "REQUEST_TOO_LARGE", None, {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    )
    head = parts(Frontend(customized(readable), {}, "000000000000", 8080).refuse(413, "x"))[1]
    assert "\r\nAccess-Control-Allow-Origin: *\r\n" in head


def test_a_body_that_is_too_large_is_answered_as_the_api_says() -> None:
    too_large = GatewayResponse("REQUEST_TOO_LARGE", None, {}, '{"code": "body_too_large"}')
    for api, wanted in ((customized(too_large), {"code": "body_too_large"}), (API, None)):
        frontend = Frontend(api, {}, "000000000000", 8080)
        status, _, body = parts(frontend.refuse(413, "too much"))
        assert (status, body) == (413, wanted or {"message": "Request Too Long"})
        assert frontend.statuses == {413: 1}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad_request"),
        (408, "request_timeout"),
        (431, "request_header_fields_too_large"),
        (505, "http_version_not_supported"),
    ],
)
def test_what_is_no_http_is_answered_with_a_problem(status: int, code: str) -> None:
    got, head, body = parts(Frontend(API, {}, "000000000000", 8080).refuse(status, 'so "it" is'))
    assert (got, body["status"], body["code"]) == (status, status, code)
    assert (body["type"], body["detail"]) == ("about:blank", 'so "it" is')
    for line in (
        "Content-Type: application/problem+json",
        f"X-Request-Id: {body['request_id']}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ):
        assert f"\r\n{line}\r\n" in f"{head}\r\n"


def test_no_error_has_a_body_where_only_the_head_was_asked_for() -> None:
    for url, error in ((b"/v1/x", None), (b"/v1/a", FunctionFailedError("x"))):
        api = replace(API, routes=(Route("ANY", "/a", "r1", "echo"),))
        _, head, body = answer("HEAD", url, error=error, api=api)
        assert body is None
        assert "Content-Length: 0" not in head
