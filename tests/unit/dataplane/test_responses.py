from __future__ import annotations

from typing import Any

import pytest

from local_cloud.dataplane.http import responses


def encode(answer: Any, *, head: bool = False) -> tuple[str, list[str], bytes]:
    encoded = responses.from_function(answer, "rid", keep_alive=True, head=head)
    top, _, body = encoded.partition(b"\r\n\r\n")
    status, *headers = top.decode().split("\r\n")
    return status, headers, body


def test_headers_of_both_kinds_arrive_once_each() -> None:
    status, headers, body = encode(
        {
            "statusCode": 201,
            "headers": {"X-A": 1, "x-list": "gone", "X-Yes": True},
            "multiValueHeaders": {"X-List": ["1", "2"]},
            "body": "größe",
        }
    )
    assert status == "HTTP/1.1 201 Created"
    assert [h for h in headers if h.lower().startswith("x-list")] == ["X-List: 1", "X-List: 2"]
    assert {"X-A: 1", "X-Yes: true", "Content-Length: 7"} <= set(headers)
    assert body.decode() == "größe"


def test_the_functions_own_framing_is_ignored() -> None:
    _, headers, _ = encode(
        {"headers": {"Content-Length": "999", "transfer-encoding": "chunked"}, "body": "ab"}
    )
    assert [h for h in headers if "ength" in h or "ncoding" in h] == ["Content-Length: 2"]


def test_a_base64_body_is_decoded() -> None:
    assert encode({"statusCode": "200", "body": "AP8=", "isBase64Encoded": True})[2] == b"\x00\xff"


def test_head_and_204_have_no_body() -> None:
    _, headers, body = encode({"statusCode": 200, "body": "abc"}, head=True)
    assert ("Content-Length: 3" in headers, body) == (True, b"")
    _, headers, body = encode({"statusCode": 204, "body": "abc"})
    assert (any("Content-Length" in h for h in headers), body) == (False, b"")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        {"status": 200},
        {"statusCode": "abc"},
        {"statusCode": None},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "multiValueHeaders": {"X": "1"}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b=1"}},
        {"statusCode": 200, "headers": {"X": "\u20ac"}},
    ],
)
def test_what_is_no_proxy_response_is_refused(answer: Any) -> None:
    with pytest.raises(responses.MalformedResponseError):
        encode(answer)
