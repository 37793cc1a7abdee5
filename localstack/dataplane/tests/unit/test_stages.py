"""Several APIs and stages on one port."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataplane.http.frontend import Frontend
from dataplane.http.protocol import Request
from dataplane.http.stages import Stages, address
from dataplane.model import RestApi, Route

SERVED = [("a", "v1"), ("a", "v2"), ("b", "v1"), ("b", "beta")]


class Function:
    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        context = event["requestContext"]
        return {"body": json.dumps([context["apiId"], context["path"], event["path"]])}


APIS = [
    RestApi(api, api, stage, (Route("GET", "/x", "r", "f"), Route("GET", "/", "r", "f")))
    for api, stage in SERVED
]


def get(url: bytes) -> tuple[int, Any]:
    invokers = {"f": Function()}
    stages = Stages([(api, Frontend(api, invokers, "000000000000", 1)) for api in APIS])
    request = Request()
    request.method, request.url = "GET", url
    encoded = stages.answer(request, "127.0.0.1", keep_alive=True)
    assert stages.statuses.total() == 1
    return int(encoded[9:12]), json.loads(encoded.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (b"/v1/x?a=1", ["a", "/v1/x", "/x"]),
        (b"/v2/x", ["a", "/v2/x", "/x"]),
        (b"/beta", ["b", "/beta/", "/"]),
        (b"/_aws/execute-api/b/v1/x?a=1", ["b", "/v1/x", "/x"]),
        (b"/_aws/execute-api/a/v1", ["a", "/v1/", "/"]),
    ],
)
def test_each_stage_is_found(url: bytes, answer: list[str]) -> None:
    assert get(url) == (200, answer)


@pytest.mark.parametrize("url", [b"/v3/x", b"/", b"*", b"/_aws/execute-api/c/v1/x", b"/v1x"])
def test_any_other_stage_is_an_unknown_route(url: bytes) -> None:
    assert get(url) == (403, {"message": "Missing Authentication Token"})


def test_an_api_is_told_by_its_id_where_its_stage_is_taken() -> None:
    assert [address(APIS, number, 80) for number in range(4)] == [
        "http://127.0.0.1:80/v1",
        "http://127.0.0.1:80/v2",
        "http://127.0.0.1:80/_aws/execute-api/b/v1",
        "http://127.0.0.1:80/beta",
    ]
