from __future__ import annotations

import pytest

from dataplane.http.protocol import (
    MAXIMUM_HEADER_BYTES,
    MAXIMUM_HEADERS,
    RefusedError,
    Request,
    RequestReader,
)


def read(data: bytes, step: int | None = None) -> list[Request]:
    reader = RequestReader()
    for start in range(0, len(data), step or len(data)):
        reader.feed(data[start : start + (step or len(data))])
    return list(reader.completed)


PIPELINED = (
    b"POST /v1/a?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    b"PUT /v1/b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    b"GET /v1/c HTTP/1.0\r\n\r\n"
)


@pytest.mark.parametrize("step", [1, 7, None])
def test_pipelined_requests_come_out_whole_and_in_order(step: int | None) -> None:
    requests = read(PIPELINED, step)
    assert [(r.method, r.url, r.body, r.keep_alive) for r in requests] == [
        ("POST", b"/v1/a?x=1", b"hello", True),
        ("PUT", b"/v1/b", b"abcde", True),
        ("GET", b"/v1/c", b"", False),
    ]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 5\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        (b"Content-Length: +5\r\n", 400),
        (b"Content-Length: -1\r\n", 400),
        (b"Transfer-Encoding: gzip, chunked\r\n", 400),
        (b"Transfer-Encoding: xchunked\r\n", 400),
        (b"Bad Header: x\r\n", 400),
        (b"X: a\r\n folded\r\n", 400),
        (b"Content-Length: 10485761\r\n", 413),
        (b"X: " + b"a" * 10_300 + b"\r\n", 431),
        (b"".join(b"X%d: %s\r\n" % (n, b"a" * 100) for n in range(110)), 431),
    ],
)
def test_what_could_be_read_in_two_ways_or_is_too_much_is_refused(head: bytes, status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        read(b"POST / HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n0\r\n\r\n")
    assert refused.value.status == status


def test_what_came_before_a_refused_request_is_still_answered() -> None:
    reader = RequestReader()
    with pytest.raises(RefusedError):
        reader.feed(b"GET /ok HTTP/1.1\r\nHost: h\r\n\r\nNONSENSE\r\n\r\n")
    assert [request.url for request in reader.completed] == [b"/ok"]


def test_a_chunked_body_is_bounded_too() -> None:
    reader = RequestReader()
    reader.feed(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    for _ in range(10):
        reader.feed(piece)
    with pytest.raises(RefusedError) as refused:
        reader.feed(piece)
    assert refused.value.status == 413


def test_a_client_that_waits_for_a_100_is_seen_before_its_body() -> None:
    reader = RequestReader()
    reader.feed(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert reader.expects_continue
    assert reader.in_body
    reader.feed(b"ok")
    assert reader.unfinished is None
    assert reader.completed[0].body == b"ok"


def test_an_upgrade_is_answered_as_plain_http_and_closed() -> None:
    (request,) = read(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
    assert request.keep_alive is False


@pytest.mark.parametrize("step", [1, 7, 4096, None])
@pytest.mark.parametrize("extra", [0, 1])
def test_a_head_is_bounded_to_the_byte_however_it_comes(step: int | None, extra: int) -> None:
    # The target counts, and each header's name and value plus four bytes.
    others = len(b"/v1/a") + (len(b"Hosth") + 4) + (len(b"X-A") + 4)
    value = b"a" * (MAXIMUM_HEADER_BYTES - others + extra)
    data = b"GET /v1/a HTTP/1.1\r\nX-A: " + value + b"\r\nHost: h\r\n\r\n"
    if not extra:
        assert read(data, step)[0].headers == [(b"X-A", value), (b"Host", b"h")]
        return
    with pytest.raises(RefusedError) as refused:
        read(data, step)
    assert refused.value.status == 431


def test_what_follows_a_chunked_body_counts_as_head_too() -> None:
    with pytest.raises(RefusedError) as refused:
        read(
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
            + b"a" * MAXIMUM_HEADER_BYTES
            + b"\r\n\r\n"
        )
    assert refused.value.status == 431


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (b"5", None),
        (b"10485760", None),
        (b"0000000010485760", None),
        (b"10485761", 413),
        (b"99999999", 413),
        (b"0000000010485761", 413),
        (b"1048576x", 400),
        (b"1x", 400),
    ],
)
@pytest.mark.parametrize("name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH"])
def test_a_length_is_bounded_to_the_byte(name: bytes, length: bytes, status: int | None) -> None:
    reader = RequestReader()
    data = b"POST / HTTP/1.1\r\nHost: h\r\n" + name + b": " + length + b"\r\n\r\n"
    if status is None:
        reader.feed(data)
        assert reader.in_body
        return
    with pytest.raises(RefusedError) as refused:
        reader.feed(data)
    assert refused.value.status == status


CHUNKED = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "target": b"GET /",
    "header name": b"GET / HTTP/1.1\r\nHost: h\r\nX",
    "header value": b"GET / HTTP/1.1\r\nHost: h\r\nX: ",
    "spaces before a value": b"GET / HTTP/1.1\r\nHost: h\r\nX:",
    "chunk's extension": CHUNKED + b"1;x=",
    "trailer's name": CHUNKED + b"1\r\na\r\n0\r\nX",
    "trailer's value": CHUNKED + b"1\r\na\r\n0\r\nX: ",
    "empty lines": b"\r\n\r\n",
}


def sent_before_refused(reader: RequestReader, filling: bytes) -> int:
    """Return how many bytes were accepted before a refusal, at most a hundred thousand."""
    for sent in range(0, 100_000, len(filling)):
        try:
            reader.feed(filling)
        except RefusedError:
            return sent
    return 100_000


@pytest.mark.parametrize("what", ENDLESS)
@pytest.mark.parametrize("piece", [1, 100, 4096])
def test_what_never_ends_is_refused_soon(what: str, piece: int) -> None:
    reader = RequestReader()
    reader.feed(ENDLESS[what])
    filling = {"spaces before a value": b" ", "empty lines": b"\r\n"}.get(what, b"a")
    assert sent_before_refused(reader, filling * piece) <= 16_384


def test_a_body_in_many_small_chunks_is_no_endless_head() -> None:
    reader = RequestReader()
    reader.feed(CHUNKED)
    for _ in range(20_000):
        reader.feed(b"1;extension=%s\r\na\r\n" % (b"b" * 8))
    reader.feed(b"0\r\n\r\n")
    assert reader.completed[0].body == b"a" * 20_000


@pytest.mark.parametrize("extra", [0, 1])
def test_a_head_has_a_bounded_number_of_headers(extra: int) -> None:
    lines = b"X: 1\r\n" * (MAXIMUM_HEADERS - 1 + extra)
    data = b"GET / HTTP/1.1\r\nHost: h\r\n" + lines + b"\r\n"
    if not extra:
        assert len(read(data)[0].headers) == MAXIMUM_HEADERS
        return
    with pytest.raises(RefusedError) as refused:
        read(data)
    assert refused.value.status == 431


@pytest.mark.parametrize("step", [1, None])
def test_a_trailer_is_dropped_and_never_a_header(step: int | None) -> None:
    trailers = b"Authorization: Bearer stolen\r\nX-A: 1\r\n\r\n"
    after = b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n"
    first, second = read(CHUNKED + b"2\r\nok\r\n0\r\n" + trailers + after, step)
    assert first.body == b"ok"
    assert first.headers == [(b"Host", b"h"), (b"Transfer-Encoding", b"chunked")]
    assert (second.url, second.headers) == (b"/next", [(b"Host", b"h")])


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"GET / HTTP/1.1\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: 1\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n", 400),
        (b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\n" + b"Transfer-Encoding: chunked\r\n" * 2, 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n", 505),
        (b"GET / HTTP/0.9\r\nHost: a\r\n", 505),
        (b"GET / HTTP/1.0\r\n", None),
        (b"GET / HTTP/1.0\r\nHost: a\r\n", None),
        (b"GET / HTTP/1.1\r\nHost:\r\n", None),
    ],
)
def test_whom_a_request_is_for_and_how_it_ends_is_said_once(
    start: bytes, status: int | None
) -> None:
    if status is None:
        assert len(read(start + b"\r\n")) == 1
        return
    with pytest.raises(RefusedError) as refused:
        read(start + b"\r\n" + (b"0\r\n\r\n" if start.startswith(b"POST") else b""))
    assert refused.value.status == status
