from __future__ import annotations

from typing import Any

import pytest

from dataplane.http import responses


def encode(answer: Any, *, head: bool = False) -> tuple[str, list[str], bytes]:
    encoded = responses.from_function(answer, "rid", keep_alive=True, head=head)
    top, _, body = encoded.partition(b"\r\n\r\n")
    status, *headers = top.decode().split("\r\n")
    return status, headers, body


def test_headers_of_both_kinds_are_merged() -> None:
    status, headers, body = encode(
        {
            "statusCode": 201,
            "headers": {"X-A": 1, "x-list": "3", "X-Yes": True},
            "multiValueHeaders": {"X-List": ["1", "2"]},
            "body": "größe",
        }
    )
    assert status == "HTTP/1.1 201 Created"
    merged = ["X-List: 1", "X-List: 2", "X-List: 3"]
    assert [h for h in headers if h.lower().startswith("x-list")] == merged
    assert {"X-A: 1", "X-Yes: true", "Content-Length: 7"} <= set(headers)
    assert body.decode() == "größe"


def test_a_pair_in_headers_of_both_kinds_arrives_once() -> None:
    answer = {"headers": {"X-List": "1"}, "multiValueHeaders": {"X-List": ["1", "2"]}}
    _, headers, _ = encode(answer)
    assert [h for h in headers if h.startswith("X-List")] == ["X-List: 1", "X-List: 2"]


@pytest.mark.parametrize("name", ["Content-Length", "Connection", "DATE", "www-authenticate"])
@pytest.mark.parametrize("kind", ["headers", "multiValueHeaders"])
def test_headers_that_belong_to_the_gateway_are_remapped(name: str, kind: str) -> None:
    value = "999" if kind == "headers" else ["999"]
    _, headers, _ = encode({kind: {name: value, "transfer-encoding": value}, "body": "ab"})
    assert [h for h in headers if "999" in h] == [f"x-amzn-Remapped-{name}: 999"]
    assert "Content-Length: 2" in headers


def test_the_gateways_own_answers_keep_their_headers() -> None:
    """A gateway response can send WWW-Authenticate, but a function can't."""
    answer = {"statusCode": 401, "headers": {"WWW-Authenticate": "Basic", "Date": "x"}, "body": ""}
    encoded = responses.of_gateway(answer, "rid", keep_alive=True, head=False)
    assert b"\r\nWWW-Authenticate: Basic\r\n" in encoded
    assert encoded.count(b"Date: ") == 1


def test_base64_is_text_unless_bytes_are_given_in_its_place() -> None:
    answer = {"statusCode": "200", "body": "AP8=", "isBase64Encoded": True}
    assert encode(answer)[2] == b"AP8="
    encoded = responses.from_function(answer, "r", keep_alive=True, head=False, body=b"\x00\xff")
    assert encoded.endswith(b"Content-Length: 2\r\nConnection: keep-alive\r\n\r\n\x00\xff")


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
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "multiValueHeaders": {"X": "1"}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b=1"}},
        {"statusCode": 200, "headers": {1: "a"}},
        {"statusCode": 200, "headers": {"X": "a", 1: "b"}},
        {"statusCode": 200, "multiValueHeaders": {1: ["a"]}},
        {"statusCode": 200, "headers": {"X": "\u20ac"}},
    ],
)
def test_what_is_no_proxy_response_is_refused(answer: Any) -> None:
    with pytest.raises(responses.MalformedResponseError):
        encode(answer)


class Loud(str):
    """A string that formats itself differently."""

    __slots__ = ()

    def __format__(self, _spec: str) -> str:
        return self.upper()


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        ({"100%": "50%", "%s": "%d"}, ["100%: 50%", "%s: %d"]),
        ({"X-A": "", "": "b"}, ["X-A: ", ": b"]),
        ({"X-A": True, "X-B": False, "X-C": 1}, ["X-A: true", "X-B: false", "X-C: 1"]),
        ({"X-A": None}, ["X-A: None"]),
        ({"X-A": Loud("a"), Loud("x-b"): "b"}, ["X-A: A", "X-B: b"]),
        ({"X-A": "a", "Keep-Alive": "1"}, ["X-A: a"]),
        ({"X-A": "\xe9"}, ["X-A: \xe9"]),
    ],
)
def test_headers_are_written_as_they_are_each_time(sent: dict[str, Any], lines: list[str]) -> None:
    for _ in range(2):
        encoded = responses.from_function({"headers": sent}, "rid", keep_alive=True, head=True)
        written = encoded.decode("latin-1").split("\r\n")[3:-4]
        assert written == [*lines, "Content-Type: application/json"]


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_a_content_type_of_the_functions_own_is_the_only_one(name: str) -> None:
    for value in ("text/html", "text/plain"):
        _, headers, _ = encode({"headers": {"X-A": "a", name: value}})
        assert [h for h in headers if "ontent-type" in h.lower()] == [f"{name}: {value}"]


@pytest.mark.parametrize("broken", ["a\rb", "a\nb", "a\0b"])
def test_no_name_or_value_breaks_a_line(broken: str) -> None:
    for headers in ({broken: "v"}, {"X": broken}, {"X": "v", "Y": broken}, {"X": 1, "Y": broken}):
        for _ in range(2):
            with pytest.raises(responses.MalformedResponseError):
                encode({"headers": headers})
        with pytest.raises(responses.MalformedResponseError):
            encode({"multiValueHeaders": {n: [v] for n, v in headers.items()}})


def test_the_date_goes_on_with_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    dates = []
    for now_s in (1_000_000_000.9, 1_000_000_001.0, 1_000_000_001.9, 1_000_000_000.0):
        monkeypatch.setattr("dataplane.http.responses.time.time", lambda now_s=now_s: now_s)
        dates += [h for h in encode({})[1] if h.startswith("Date")]
    assert [date[-6:-4] for date in dates] == ["40", "41", "41", "40"]
    assert dates[0] == "Date: Sun, 09 Sep 2001 01:46:40 GMT"
