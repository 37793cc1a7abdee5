"""The proxy event describes its request, and contains nothing from earlier ones."""

from __future__ import annotations

import re
from typing import Any

from dataplane.http import proxy_event as module
from dataplane.http.protocol import Request
from dataplane.http.proxy_event import EventBuilder, new_request_id
from dataplane.model import RestApi, Route

ROUTE = Route("GET", "/a", "r1", "echo")
REQUEST_ID = "01234567-89ab-cdef-0123-456789abcdef"


def builder() -> EventBuilder:
    return EventBuilder(RestApi("abc", "toy", "v1", (ROUTE,)), "000000000000", 8080)


def build(made: EventBuilder, *headers: tuple[bytes, bytes], ip: str = "9.9.9.9") -> dict[str, Any]:
    request = Request()
    request.method, request.headers = "GET", list(headers)
    return made.build(request, ROUTE, "/a", "", None, ip, REQUEST_ID)


def test_a_repeated_header_has_its_last_value_and_all_of_them() -> None:
    event = build(builder(), (b"X-A", b"1"), (b"X-B", b"\xe9"), (b"X-A", b"2"), (b"x-a", b"3"))
    assert [event["headers"][name] for name in ("X-A", "X-B", "x-a")] == ["2", "\xe9", "3"]
    assert event["multiValueHeaders"]["X-A"] == ["1", "2"]
    assert list(event["headers"]) == list(event["multiValueHeaders"])


def test_what_belongs_to_the_connection_is_no_header_of_the_event() -> None:
    event = build(builder(), (b"Connection", b"close"), (b"content-length", b"2"), (b"TE", b"x"))
    assert not {name.lower() for name in event["headers"]} & {"connection", "content-length", "te"}
    assert list(event["headers"]) == list(event["multiValueHeaders"])


def test_two_names_have_one_spelling() -> None:
    event = build(
        builder(), (b"authorization", b"a"), (b"USER-AGENT", b"b"), (b"tEsT-HEADeR", b"c")
    )
    headers = event["headers"]
    assert (headers["Authorization"], headers["User-Agent"], headers["tEsT-HEADeR"]) == tuple("abc")
    assert event["requestContext"]["identity"]["userAgent"] == "b"


def test_who_forwarded_is_told_in_one_spelling() -> None:
    made = builder()
    for name in (b"X-Forwarded-For", b"x-forwarded-for", b"X-FORWARDED-FOR") * 2:
        event = build(made, (b"Host", b"h"), (name, b"1.1.1.1"))
        assert event["headers"]["X-Forwarded-For"] == "1.1.1.1, 9.9.9.9"
        assert event["multiValueHeaders"]["X-Forwarded-For"] == ["1.1.1.1, 9.9.9.9"]
        assert [found for found in event["headers"] if found.lower() == "x-forwarded-for"] == [
            "X-Forwarded-For"
        ]


def test_the_gateways_own_headers_win() -> None:
    event = build(builder(), (b"X-Forwarded-Port", b"1"), (b"X-Forwarded-Proto", b"https"))
    trace = event["headers"]["X-Amzn-Trace-Id"]
    own = {"X-Forwarded-Port": "8080", "X-Forwarded-Proto": "http", "X-Forwarded-For": "9.9.9.9"}
    assert event["headers"] == {**own, "X-Amzn-Trace-Id": trace}
    assert event["multiValueHeaders"] == {name: [v] for name, v in event["headers"].items()}
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-01234567456789abcdef89ab", trace)


def test_one_event_knows_nothing_of_another() -> None:
    made = builder()
    first = build(made, (b"User-Agent", b"curl"), ip="1.1.1.1")
    first["requestContext"]["identity"]["user"] = first["requestContext"]["more"] = "x"
    second = build(made)["requestContext"]
    assert "more" not in second
    assert second["identity"]["userAgent"] is second["identity"]["user"] is None
    assert second["identity"]["sourceIp"] == "9.9.9.9"
    assert first["requestContext"]["identity"]["userAgent"] == "curl"


def test_names_without_end_are_not_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_MAXIMUM_NAMES", 4)
    made = builder()
    for number in range(50):
        name = f"X-{number}"
        assert build(made, (name.encode(), b"v"))["headers"][name] == "v"
        assert len(made._names) <= 4


def test_a_request_id_has_a_uuids_form() -> None:
    made = {new_request_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in made)
