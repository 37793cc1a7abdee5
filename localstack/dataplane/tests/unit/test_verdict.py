"""The cases of partial responses that AWS documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataplane.poller.verdict import first_failures

SENT = {"t-0": [10, 11, 13], "t-1": [5]}
WHOLE = {"t-0": 10, "t-1": 5}


def failure(partition: Any, offset: Any) -> dict[str, Any]:
    return {"itemIdentifier": {"partition": partition, "offset": offset}}


def verdict(answer: Any, partial: bool = True) -> dict[str, int]:
    return first_failures(json.dumps(answer).encode(), SENT, partial)


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}]
)
def test_null_or_empty_is_success(answer: Any) -> None:
    assert verdict(answer) == {}


def test_the_first_reported_offset_of_each_partition_is_where_the_retry_begins() -> None:
    answer = {"batchItemFailures": [failure("t-0", 13), failure("t-0", 11)]}
    assert verdict(answer) == {"t-0": 11}


@pytest.mark.parametrize(
    "item",
    [
        failure("t-0", 12),
        failure("t-9", 10),
        failure("t-0", "10"),
        failure("t-0", None),
        failure("", 10),
        failure("t-0", True),
        {"itemIdentifier": ""},
        {"itemIdentifier": None},
        {"wrongKey": {"partition": "t-0", "offset": 10}},
        "t-0",
    ],
)
def test_an_unknown_identifier_retries_the_whole_batch(item: Any) -> None:
    assert verdict({"batchItemFailures": [failure("t-0", 13), item]}) == WHOLE


@pytest.mark.parametrize("answer", ["text", 7, [1], {"batchItemFailures": "all"}])
def test_a_malformed_answer_retries_the_whole_batch(answer: Any) -> None:
    assert verdict(answer) == WHOLE


def test_an_answer_that_is_no_json_retries_the_whole_batch() -> None:
    assert first_failures(b"{", SENT, True) == WHOLE


def test_without_report_batch_item_failures_every_answer_is_success() -> None:
    assert verdict({"batchItemFailures": [failure("t-0", 10)]}, partial=False) == {}
