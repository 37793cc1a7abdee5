"""Header fields are read by their grammars, whoever wrote them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.api.headers import is_json_in_utf8, preferred_wait_s, read_headers

# What a header of 10 KB can do at most: a pattern that goes back and forth takes minutes for it.
LONG = 10_000


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=5", 5),
        ("wait=0", 0),
        ("wait=007", 7),
        ("Wait = 7", 7),
        ('wait="8"', 8),
        ('wait="\\9"', 9),
        ("wait=21", 20),
        ("wait=" + "9" * 5000, 20),
        ("respond-async, wait=10", 10),
        ("handling=lenient; a=b, wait=3; x=y; z", 3),
        (',, foo="a, wait=9" ,wait=4', 4),
        ('foo="\\", wait=9", wait=6', 6),
        ("wait=5, wait=9", 5),
        # The first one counts, understood or not.
        ("wait=soon, wait=5", None),
        ("wait, wait=5", None),
        ('wait="", wait=5', None),
        ("no-wait=5", None),
        ("wait-for=5", None),
        ('foo="wait=5"', None),
        ("foo; wait=5", None),
        ("wait=5 6", None),
        ("wait=-1", None),
        ("wait=1.5", None),
        ("wait=\u0665", None),
        ('foo="never closed, wait=5', None),
        ("", None),
    ],
)
def test_the_wait_that_is_preferred_is_rfc_7240s(prefer: str, seconds: int | None) -> None:
    assert preferred_wait_s(prefer) == seconds


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("APPLICATION/Json", True),
        ("application/json;charset=utf-8", True),
        ('application/json ; Charset="UTF-8"', True),
        ("application/json; version=1; charset=utf-8;", True),
        ('application/json; title="x; charset=latin-1"', True),
        ("application/json; charset=latin-1", False),
        ('application/json; charset="utf-16"', False),
        ("application/json; charset=utf-8; charset=latin-1", False),
        ("application/json; charset=latin-1; CHARSET=utf-8", False),
        ("application/json; charset", False),
        ("application/json; charset =latin-1", False),
        ("application/json, application/json", False),
        ("application/json, text/plain", False),
        ("application/json charset=utf-8", False),
        ("application/json-patch+json", False),
        ("application/problem+json", False),
        ("text/json", False),
        ("json", False),
        ("", False),
    ],
)
def test_json_is_said_to_be_in_utf_8_or_in_nothing(content_type: str, is_json: bool) -> None:
    assert is_json_in_utf8(content_type) is is_json


PIECES = st.sampled_from(
    ["wait", "=", "5", '"', "\\", ",", ";", " ", "\t", "a", "/", "application/json", "charset"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@example("wait=" + " \t" * LONG + "x y")
@example("wait" + " " * LONG + "x")
@example("a=" * LONG)
@example('"' * LONG)
@example('a="' + "\\" * LONG)
@example("application/json" + "; " * LONG + "x")
@example("application/json" + " " * LONG + "x")
@example("application/json" + ";a=b" * LONG + ";a")
def test_any_header_is_read_without_trouble(text: str) -> None:
    assert preferred_wait_s(text) in (None, *range(21))
    assert is_json_in_utf8(text) in (True, False)


def event(*lines: tuple[str, str]) -> dict[str, dict[str, str] | dict[str, list[str]]]:
    """Return the headers of a proxy event: of each spelling its last value, and all of them."""
    lists: dict[str, list[str]] = {}
    for name, value in lines:
        lists.setdefault(name, []).append(value)
    return {
        "headers": {name: values[-1] for name, values in lists.items()},
        "multiValueHeaders": lists,
    }


def test_names_are_read_in_small_letters() -> None:
    assert read_headers(event(("Host", "h"), ("X-A", "1"))) == ({"host": "h", "x-a": "1"}, None)
    assert read_headers({"headers": None, "multiValueHeaders": None}) == ({}, None)
    assert read_headers({"headers": {"X-A": "1"}}) == ({"x-a": "1"}, None)


@pytest.mark.parametrize("second", ["Prefer", "prefer"])
def test_lines_of_one_list_are_one_list(second: str) -> None:
    headers, repeated = read_headers(event(("Prefer", "a"), (second, "wait=5"), ("X-A", "1")))
    assert (headers, repeated) == ({"prefer": "a, wait=5", "x-a": "1"}, None)


@pytest.mark.parametrize("name", ["Idempotency-Key", "Authorization", "Content-Type"])
@pytest.mark.parametrize("spelt", [str, str.lower, str.upper])
def test_what_has_one_value_has_none_when_it_is_there_twice(name: str, spelt: type[str]) -> None:
    headers, repeated = read_headers(event((name, "a"), (spelt(name), "a"), ("X-A", "1")))
    assert (headers, repeated) == ({"x-a": "1"}, name.lower())


def test_spellings_of_one_name_are_one_where_there_are_no_lists() -> None:
    twice = {"headers": {"Idempotency-Key": "a", "idempotency-key": "b"}}
    assert read_headers(twice) == ({}, "idempotency-key")
