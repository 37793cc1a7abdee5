"""Filter criteria: the tables and notes of Lambda's documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataplane.poller.filters import RecordFilter

METADATA = {
    "topic": "mytopic",
    "partition": 0,
    "offset": 15,
    "timestamp": 1545084650987,
    "timestampType": "CREATE_TIME",
}


def wants(pattern: Any, value: Any) -> bool:
    """Filter a record whose value is text, bytes, None, or an object to encode as JSON."""
    if isinstance(value, str):
        value = value.encode()
    elif value is not None and not isinstance(value, bytes):
        value = json.dumps(value).encode()
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return RecordFilter([text]).wants(METADATA, value)


def field(rule: Any, **document: Any) -> bool:
    """Apply a rule to the field ``x`` of a JSON value."""
    return wants({"value": {"x": rule}}, document)


@pytest.mark.parametrize(
    ("rule", "matching", "others"),
    [
        ([None], None, "null"),
        ([""], "", " "),
        (["Alice"], "Alice", "alice"),
        ([{"equals-ignore-case": "alice"}], "ALICE", "alic"),
        (["Credit", "Debit"], "Debit", "Cash"),
        ([{"anything-but": ["Raining"]}], "Sunny", "Raining"),
        ([{"anything-but": {"prefix": "init"}}], "done", "initial"),
        ([{"numeric": ["=", 100]}], 100.0, 101),
        ([{"numeric": [">", 10, "<=", 20]}], 20, 10),
        ([{"prefix": "us-"}], "us-east", "eu-us-"),
        ([{"suffix": ".png"}], "a.png", "a.png.txt"),
        ([300], 300, "300"),
        ([True], True, 1),
    ],
)
def test_the_comparison_operators(rule: list[Any], matching: Any, others: Any) -> None:
    assert field(rule, x=matching)
    assert not field(rule, x=others)
    assert not field(rule, y=matching)


def test_fields_are_joined_by_and_branches_of_or_by_or() -> None:
    both = {"value": {"place": ["New York"], "day": ["Monday"]}}
    either = {"value": {"$or": [{"place": ["New York"]}, {"day": ["Monday"]}]}}
    assert wants(both, {"place": "New York", "day": "Monday"})
    assert not wants(both, {"place": "New York", "day": "Friday"})
    assert wants(either, {"place": "New York", "day": "Friday"})
    assert not wants(either, {"place": "Paris", "day": "Friday"})


def test_numbers_are_compared_as_they_are_written() -> None:
    for text in ("300.0", "3.0e2"):
        assert not wants({"value": {"x": [300]}}, f'{{"x": {text}}}')
        assert wants({"value": {"x": [{"numeric": ["=", 300]}]}}, f'{{"x": {text}}}')


def test_exists_asks_for_leaves_only() -> None:
    person = {"person": {"name": "John", "address": {"city": "Anytown"}, "tags": ["a"]}}
    for name, there in (("name", True), ("address", False), ("age", False), ("tags", True)):
        assert wants({"value": {"person": {name: [{"exists": True}]}}}, person) is there
        assert wants({"value": {"person": {name: [{"exists": False}]}}}, person) is not there
    assert wants({"value": {"company": {"name": [{"exists": False}]}}}, person)


def test_an_array_matches_when_one_of_its_entries_does() -> None:
    assert field(["b"], x=["a", "b"])
    assert not field(["c"], x=["a", "b"])
    assert wants({"value": {"x": {"y": [1]}}}, {"x": [{"y": 0}, {"y": 1}]})


@pytest.mark.parametrize(
    ("pattern", "value", "wanted"),
    [
        # Incoming, pattern: plain, plain; JSON, JSON: the value counts.
        ({"value": ["a"]}, "a", True),
        ({"value": ["a"]}, "b", False),
        ({"value": {"x": ["a"]}}, {"x": "a"}, True),
        ({"value": {"x": ["a"]}}, {"x": "b"}, False),
        # Of different kinds, not UTF-8, or without a pattern for the value: only metadata.
        ({"value": {"x": ["a"]}}, "plain", True),
        ({"value": ["a"]}, {"x": "a"}, True),
        ({"value": ["a"]}, b"\xff\xfe", True),
        ({"value": {"x": ["a"]}}, b"\xff\xfe", True),
        ({"value": {"x": ["a"]}}, None, True),
        ({"partition": [0]}, "plain", True),
        ({"partition": [1]}, {"x": "a"}, False),
        ({"value": {"x": ["a"]}, "partition": [1]}, "plain", False),
        ({"value": ["a"], "offset": [{"numeric": ["<", 10]}]}, {"x": "a"}, False),
        ({"topic": ["mytopic"], "timestampType": ["CREATE_TIME"]}, b"\xff", True),
    ],
)
def test_what_is_compared_when(pattern: Any, value: Any, wanted: bool) -> None:
    assert wants(pattern, value) is wanted


def test_one_of_several_filters_is_enough() -> None:
    filters = RecordFilter(['{"value": ["a"]}', '{"value": ["b"]}'])
    assert [filters.wants(METADATA, value) for value in (b"a", b"b", b"c")] == [True, True, False]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a JSON object"),
        ({"value": "a"}, "must be an object or a non-empty array"),
        ({"value": {"x": []}}, "must be an object or a non-empty array"),
        ({"value": {"x": [["a"]]}}, "an array can't contain an array"),
        ({"value": {"x": [{"wildcard": "a*"}]}}, "is not an operator"),
        ({"value": {"x": [{"numeric": ["~", 1]}]}}, "numeric must have"),
        ({"value": {"x": [{"exists": "yes"}]}}, "exists must be"),
        ({"value": {"x": [{"prefix": 1}]}}, "prefix must be a string"),
        ({"key": ["k"]}, "can't be filtered by 'key'"),
        ({"$or": [{"value": ["a"]}, {"value": {"x": ["a"]}}]}, "not both"),
    ],
)
def test_a_wrong_pattern_says_what_is_wrong(pattern: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wants(pattern, "a")
