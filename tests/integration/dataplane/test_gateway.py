"""The gateway against what API Gateway's REST proxy integration does."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from dataplane.http.server import MAXIMUM_CONNECTIONS
from tests.integration.dataplane.conftest import Toy, wait_for

pytestmark = pytest.mark.integration


def raw(port: int, request: bytes, *, answers: int = 1) -> bytes:
    """Send bytes as they are and read until so many answers came or the connection closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(request)
        received = b""
        while received.count(b"HTTP/1.1 ") < answers or b"\r\n\r\n" not in received:
            piece = peer.recv(65536)
            if not piece:
                break
            received += piece
        return received


def test_the_proxy_event_is_what_a_rest_api_sends(client: httpx.Client) -> None:
    answer = client.post(
        "/echo?a=1&a=2&b=%C3%A4+x",
        content='{"x": "ö"}',
        headers=[("X-Two", "1"), ("X-Two", "2"), ("X-Forwarded-For", "10.0.0.1")],
    )
    assert answer.status_code == 201
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    event = answer.json()["event"]
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/echo", "/echo", "POST")
    assert event["queryStringParameters"] == {"a": "2", "b": "ä x"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["ä x"]}
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": "ö"}', False)
    assert event["headers"]["X-Two"] == "2"
    assert event["multiValueHeaders"]["X-Two"] == ["1", "2"]
    assert event["headers"]["X-Forwarded-For"] == "10.0.0.1, 127.0.0.1"
    assert event["pathParameters"] is None
    context = event["requestContext"]
    assert (context["resourcePath"], context["path"]) == ("/echo", "/v1/echo")
    assert (context["stage"], context["httpMethod"]) == ("v1", "POST")
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["requestId"] == answer.headers["x-amzn-RequestId"]
    assert abs(context["requestTimeEpoch"] / 1000 - time.time()) < 30


def test_the_function_sees_lambdas_context(client: httpx.Client, shared: Toy) -> None:
    body = client.get("/echo/a%20b").json()
    assert body["event"]["pathParameters"] == {"id": "a%20b"}
    context, environment = body["context"], body["environment"]
    assert context["function_name"] == environment["AWS_LAMBDA_FUNCTION_NAME"]
    assert context["arn"].endswith(f":function:{context['function_name']}")
    assert context["log_group"] == f"/aws/lambda/{context['function_name']}"
    assert 0 < context["remaining"] <= 3000
    assert (context["memory"], context["version"]) == ("256", "$LATEST")
    assert environment["AWS_ENDPOINT_URL"] == shared.emulator.endpoint
    assert environment["LAMBDA_TASK_ROOT"] == body["path"]


@pytest.mark.parametrize("path", ["/nothing", "/echo/1/2", "/crash"])
def test_an_unknown_route_is_answered_as_api_gateway_does(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 403
    assert answer.json() == {"message": "Missing Authentication Token"}
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_a_preflight_is_the_functions_where_it_has_every_method(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization",
    }
    event = client.options("/files/a/b", headers=asked).json()["event"]
    assert (event["httpMethod"], event["requestContext"]["httpMethod"]) == ("OPTIONS", "OPTIONS")
    sent = {name.lower(): value for name, value in event["headers"].items()}
    assert {name: sent[name.lower()] for name in asked} == asked
    # Where it hasn't, there is no such route.
    assert client.options("/echo", headers=asked).status_code == 403


def test_another_stage_is_an_unknown_route(shared: Toy) -> None:
    assert httpx.get(f"http://127.0.0.1:{shared.port}/v2/echo").status_code == 403
    assert httpx.get(f"http://127.0.0.1:{shared.port}/v12/echo").status_code == 403


@pytest.mark.parametrize("path", ["/raise", "/malformed", "/sleep/9"])
def test_a_failing_function_is_a_502_and_the_connection_lives(
    client: httpx.Client, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 502
    assert answer.json() == {"message": "Internal server error"}
    assert client.get("/echo").status_code == 201


def test_a_crash_is_survived(shared: Toy) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{shared.url}/crash")
    # The listening socket outlives the worker: this connection waits for the next one.
    assert httpx.get(f"{shared.url}/echo", timeout=20).status_code == 201


def test_many_slow_requests_are_in_flight_at_once(shared: Toy) -> None:
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        statuses = list(
            threads.map(lambda _: httpx.get(f"{shared.url}/sleep/1").status_code, range(32))
        )
    assert statuses == [201] * 32
    assert time.monotonic() - begun < 8


def test_bodies_over_ten_megabytes_are_refused(shared: Toy) -> None:
    answer = httpx.post(f"{shared.url}/echo", content=b"x" * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    # As a gateway response of the template says.
    assert answer.json() == {"code": "too_large", "id": answer.headers["X-Request-Id"]}
    assert httpx.post(f"{shared.url}/echo", content=b"x" * 1_000_000).status_code == 201


def test_a_binary_body_arrives_as_it_was_sent(client: httpx.Client) -> None:
    binary = {"Content-Type": "Application/Octet-Stream; a=b"}
    event = client.post("/echo", content=b"\xff{}", headers=binary).json()["event"]
    assert (event["body"], event["isBase64Encoded"]) == ("/3t9", True)
    # API Gateway replaces what is no UTF-8 in every other type.
    event = client.post("/echo", content=b"\xff{}").json()["event"]
    assert (event["body"], event["isBase64Encoded"]) == ("\ufffd{}", False)


def test_a_trailer_is_no_header(shared: Toy) -> None:
    head = b"POST /v1/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    received = raw(shared.port, head + b"2\r\nok\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 201 ")
    assert b"Bearer" not in received


def test_the_gateway_may_have_as_many_connections_as_it_takes(shared: Toy) -> None:
    limits = Path(f"/proc/{shared.pid('gateway.0')}/limits").read_text()
    (files,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    soft, hard = files.split()[3:5]
    assert soft == hard or int(soft) > MAXIMUM_CONNECTIONS


def test_chunked_bodies_and_100_continue(shared: Toy) -> None:
    answer = httpx.post(f"{shared.url}/echo", content=iter([b"ab", b"c"]))
    assert answer.json()["event"]["body"] == "abc"
    with socket.create_connection(("127.0.0.1", shared.port), timeout=10) as peer:
        head = b"POST /v1/echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
        peer.sendall(head + b"Connection: close\r\n\r\n")
        assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"ok")
        assert peer.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_pipelined_requests_are_answered_in_order(shared: Toy) -> None:
    slow = b"GET /v1/sleep/0.3 HTTP/1.1\r\nHost: h\r\n\r\n"
    fast = b"GET /v1/nothing HTTP/1.1\r\nHost: h\r\n\r\n"
    received = raw(shared.port, slow + fast, answers=2)
    assert [piece[:3] for piece in received.split(b"HTTP/1.1 ")[1:]] == [b"201", b"403"]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b"X: " + b"a" * 11_000 + b"\r\n", b"431"),
        (b"Host: another\r\n", b"400"),
    ],
)
def test_a_dangerous_request_is_refused_and_the_connection_closed(
    shared: Toy, head: bytes, status: bytes
) -> None:
    smuggled = b"GET /v1/echo HTTP/1.1\r\nHost: h\r\n\r\n"
    received = raw(
        shared.port,
        b"POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n0\r\n\r\n" + smuggled,
        answers=2,
    )
    assert received.startswith(b"HTTP/1.1 " + status)
    assert received.count(b"HTTP/1.1 ") == 1


def test_sigterm_finishes_what_was_taken(toy: Toy) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        pending = threads.submit(httpx.get, f"{toy.url}/sleep/1.5")
        wait_for(lambda: toy.status("gateway.0")["in_flight"], 5, "the request is in flight")
        assert toy.stop() == 0
        assert pending.result().status_code == 201
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{toy.url}/echo")


def test_a_killed_gateway_is_replaced(toy: Toy) -> None:
    killed = toy.kill("gateway.0")
    assert httpx.get(f"{toy.url}/echo", timeout=20).json()["pid"] != killed


def test_nothing_outlives_a_killed_supervisor(toy: Toy) -> None:
    httpx.get(f"{toy.url}/echo")
    assert toy.process is not None
    pids = [int(path.read_text()) for path in (toy.state / "pids").glob("*.pid")]
    assert len(pids) >= 4
    toy.process.kill()
    toy.process.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 10, "all gone")


def test_a_function_sees_only_its_artefact(undeployed: Toy) -> None:
    """A dependency that the artefact lacks is missing, as on AWS."""
    undeployed.deploy()
    undeployed.start("--mode", "*=strict")
    body = httpx.get(f"{undeployed.url}/echo", timeout=20).json()
    assert str(undeployed.state) in body["path"]
    log = next((undeployed.state / "logs" / "functions").glob("*ToyApi*"))
    assert "REPORT RequestId" in log.read_text()


@pytest.mark.parametrize("mode", ["*=strict", "*=concurrent"])
def test_a_function_that_cannot_be_loaded_is_a_502_until_it_is_mended(
    undeployed: Toy, mode: str
) -> None:
    undeployed.deploy(handler="toy_api.missing")
    undeployed.start("--mode", mode)
    assert httpx.get(f"{undeployed.url}/echo", timeout=20).status_code == 502
    undeployed.deploy()
    wait_for(
        lambda: httpx.get(f"{undeployed.url}/echo", timeout=20).status_code == 201, 15, "mended"
    )


def test_a_worker_has_one_invocation_at_a_time_unless_told_otherwise(undeployed: Toy) -> None:
    undeployed.deploy()
    undeployed.start(mode="")
    url = f"{undeployed.url}/sleep/0.3"
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: httpx.get(url, timeout=20).json(), range(8)))
    assert {answer["running"] for answer in answers} == {1}


def test_in_strict_mode_a_crash_costs_one_invocation(undeployed: Toy) -> None:
    undeployed.deploy()
    undeployed.start("--mode", "*=strict:2")
    with httpx.Client(base_url=undeployed.url, timeout=20) as client:
        gateway = undeployed.pid("gateway.0")
        assert client.post("/crash").status_code == 502
        assert client.get("/sleep/9").status_code == 502
        assert client.get("/echo").json()["pid"] != gateway
        assert undeployed.pid("gateway.0") == gateway


def test_in_strict_mode_a_worker_takes_one_invocation_at_a_time(undeployed: Toy) -> None:
    undeployed.deploy()
    undeployed.start("--mode", "*=strict:1")
    url = f"{undeployed.url}/sleep/0.5"
    httpx.get(url, timeout=20)
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: httpx.get(url, timeout=20), range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["pid"] for answer in answers}) == 1
    assert time.monotonic() - begun >= 1.5


def test_status_is_there_for_people_and_programs(shared: Toy, client: httpx.Client) -> None:
    client.get("/echo")
    wait_for(lambda: shared.status("gateway.0")["requests"], 5, "the request is counted")
    os.kill(shared.pid("gateway.0"), signal.SIGCONT)
    assert json.loads((shared.state / "ready.json").read_text())["url"] == shared.url
