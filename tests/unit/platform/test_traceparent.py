"""The log keeps headers for ever, and anybody may have written one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.platform.traceparent import NAME, Parent, parents_in, parse

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADER = f"00-{TRACE}-{SPAN}-01"
PARENT = Parent(int(TRACE, 16), int(SPAN, 16), is_sampled=True)


def record(offset: int, *headers: dict[str, Any]) -> dict[str, Any]:
    """Return a record as Lambda's event has it."""
    return {"offset": offset, "headers": list(headers)}


def header(value: str | bytes, name: str = NAME) -> dict[str, list[int]]:
    """Return a header as Lambda's event has it: signed bytes."""
    encoded = value if isinstance(value, bytes) else value.encode()
    return {name: [byte - 256 if byte > 127 else byte for byte in encoded]}


def test_a_position_is_read_as_it_was_written() -> None:
    assert parse(HEADER) == PARENT
    assert PARENT.header() == HEADER
    assert parse(HEADER[:-1] + "0") == PARENT._replace(is_sampled=False)


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans())
def test_every_position_survives_its_header(trace: int, span: int, is_sampled: bool) -> None:
    parent = Parent(trace, span, is_sampled)
    assert parse(parent.header()) == parent


def test_a_later_version_is_read_by_the_fields_that_it_shares() -> None:
    assert parse(f"cc-{TRACE}-{SPAN}-01") == PARENT
    assert parse(f"cc-{TRACE}-{SPAN}-01-what-the-future-holds") == PARENT


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "00",
        HEADER.upper(),
        f" {HEADER}",
        f"{HEADER}\n",
        f"{HEADER}-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-zz",
        HEADER.replace("0", "\u0660"),
    ],
)
def test_a_malformed_header_is_none(malformed: str) -> None:
    assert parse(malformed) is None
    assert parents_in([record(7, header(malformed))]) == {}


def test_a_records_parent_is_found_among_its_other_headers() -> None:
    records = [
        record(1),
        {"offset": 2},
        record(3, header("1.0", "ce_specversion"), header(HEADER), header("x", "ce_id")),
        record(4, header(HEADER[:-1] + "0")),
        record(5, header(HEADER)),
    ]
    assert parents_in(records) == {3: PARENT, 5: PARENT}


@given(st.binary(max_size=200) | st.none() | st.text() | st.lists(st.integers() | st.none()))
def test_nothing_in_a_header_makes_a_record_fail(value: Any) -> None:
    assert parents_in([{"offset": 1, "headers": [{NAME: value}]}]) == {}
