"""Query parameters: known to their route, there once, and read as RFC 3339 and the contract say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import RESOURCES
from functions import wiring
from functions.api.endpoint import Operation
from functions.api.parameters import PARAMETERS, query_names
from functions.api.query import METADATA
from handlers.platform.clock import EPOCH, LATEST, parse_rfc3339
from handlers.reading.transactions import Filter, TransactionCursor
from tests.support.openapi import followed
from tests.unit.api.conftest import ACCOUNT, ALICE, OTHERS_ACCOUNT, Api
from tests.unit.api.test_refusals import assert_problem

EVERY = [operation for resource in RESOURCES for operation in resource.operations]
LISTED = "/transactions"


def named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def url_of(operation: Operation) -> str:
    return re.sub(r"\{account_id\}", ACCOUNT, operation.path)


class TransactionsStub:
    """Has an endless list, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, Filter, TransactionCursor, int]] = []

    def page(self, *asked: Any, reader: str | None) -> tuple[list[Any], TransactionCursor]:
        self.asked.append(asked)
        return [], TransactionCursor(7_000_000, "a" * 32, 1, 4)


class EntriesStub:
    """Has an endless list."""

    def page(self, *_: Any, reader: str | None) -> tuple[list[Any], int]:
        return [], 8


@pytest.fixture
def lists(api: Api) -> TransactionsStub:
    stub = TransactionsStub()
    wiring.transactions.replace(stub)  # type: ignore[arg-type]  # a double
    wiring.entries.replace(EntriesStub())  # type: ignore[arg-type]  # a double
    return stub


@pytest.mark.parametrize("operation", EVERY, ids=named)
def test_a_parameter_that_a_route_does_not_know_is_refused(api: Api, operation: Operation) -> None:
    answer = api.alice.call(operation.method, url_of(operation) + "?acount_id=1")

    problem = assert_problem(answer, 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == ["acount_id"]


@pytest.mark.parametrize("operation", EVERY, ids=named)
def test_a_parameter_that_is_there_twice_is_refused(api: Api, operation: Operation) -> None:
    for name in query_names(operation.parameters):
        name = name + "k" if name == METADATA else name
        url = f"{url_of(operation)}?{name}=1&{name}=2"

        problem = assert_problem(api.alice.call(operation.method, url), 422, "validation_failed")

        assert problem["errors"] == [{"field": name, "message": "must be given once"}]


def test_who_is_not_signed_in_hears_nothing_of_parameters(api: Api) -> None:
    assert_problem(api.nobody.get("/accounts?x=1"), 401, "unauthenticated")


def test_every_list_takes_a_limit_and_a_cursor() -> None:
    for operation in EVERY:
        if any(
            getattr(answer, "__origin__", None) is list for answer in operation.answers.values()
        ):
            assert {"limit", "cursor"} <= set(operation.parameters), named(operation)


def test_described_parameters_have_the_names_that_are_sent(api: Api) -> None:
    document = api.nobody.get("/openapi.json").json
    found = {
        followed(one, document)["name"] for one in document["paths"]["/holds"]["get"]["parameters"]
    }
    assert {"limit", "cursor", "account_id", "status"} <= found
    metadata = PARAMETERS["metadata"]
    assert (metadata["style"], metadata["explode"]) == ("form", True)


def cursor_after(api: Api, url: str) -> str:
    cursor = api.alice.get(url).json["next_cursor"]
    assert isinstance(cursor, str)
    return cursor


def test_a_cursor_leads_on_in_its_own_list(api: Api, lists: TransactionsStub) -> None:
    cursor = cursor_after(api, LISTED)
    assert api.alice.get(f"{LISTED}?limit=3&cursor={cursor}").status == 200
    assert lists.asked[-1][2:] == (TransactionCursor(7_000_000, "a" * 32, 1, 4), 3)


@pytest.mark.parametrize(
    "other",
    [
        "/accounts",
        "/holds",
        "/webhooks",
        f"/accounts/{ACCOUNT}/entries",
        f"/transactions?account_id={ACCOUNT}",
        "/transactions?kind=deposit",
        "/transactions?metadata.order=1",
    ],
)
def test_a_cursor_of_another_list_is_refused(api: Api, lists: TransactionsStub, other: str) -> None:
    cursor = cursor_after(api, LISTED)
    url = f"{other}{'&' if '?' in other else '?'}cursor={cursor}"
    problem = assert_problem(api.alice.get(url), 422, "validation_failed")
    assert problem["errors"][0]["field"] == "cursor"


def test_a_cursor_of_another_account_or_caller_is_refused(
    api: Api, lists: TransactionsStub
) -> None:
    cursor = cursor_after(api, f"/accounts/{ACCOUNT}/entries")
    assert api.operator.get(f"/accounts/{ACCOUNT}/entries").status == 200
    for client, account_id in ((api.operator, OTHERS_ACCOUNT), (api.operator, ACCOUNT)):
        answer = client.get(f"/accounts/{account_id}/entries?cursor={cursor}")
        assert_problem(answer, 422, "validation_failed")


def test_a_damaged_cursor_is_refused_wherever_it_is_damaged(
    api: Api, lists: TransactionsStub
) -> None:
    cursor = cursor_after(api, LISTED)
    damaged = [
        cursor[:n] + ("B" if cursor[n] == "A" else "A") + cursor[n + 1 :]
        for n in range(len(cursor))
    ]
    damaged += [cursor[:-1], cursor[1:], cursor + "A", cursor + "=", cursor[:5] + "!" + cursor[5:]]
    asked = len(lists.asked)
    for one in damaged:
        answer = api.alice.get(f"{LISTED}?cursor={one}")
        assert_problem(answer, 422, "validation_failed")
    assert len(lists.asked) == asked


def test_a_cursor_of_the_release_before_goes_on(api: Api, lists: TransactionsStub) -> None:
    # [1700000000000000,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",1,4] as that release wrote it.
    cursor = "WzE3MDAwMDAwMDAwMDAwMDAsImFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhIiwxLDRd"
    assert api.alice.get(f"{LISTED}?cursor={cursor}").status == 200
    assert lists.asked[-1][2] == TransactionCursor(1_700_000_000_000_000, "a" * 32, 1, 4)
    answer = api.alice.get(f"/accounts/{ACCOUNT}/entries?cursor={cursor}")
    assert_problem(answer, 422, "validation_failed")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("from=yesterday", "from"),
        ("to=2026-02-30T00:00:00Z", "to"),
        ("min_amount=0", "min_amount"),
        ("max_amount=1.5", "max_amount"),
        ("max_amount=9007199254740992", "max_amount"),
        ("min_amount=3&max_amount=2", "min_amount"),
        ("metadata.=1", "metadata."),
        (f"metadata.{'k' * 41}=1", f"metadata.{'k' * 41}"),
        (f"metadata.k={'v' * 501}", "metadata.k"),
        ("metadata.k=%00", "metadata.k"),
        ("metadata=1", "metadata"),
        ("kind=gift", "kind"),
        ("account_id=acc_1", "account_id"),
    ],
)
def test_a_filter_that_is_wrong_is_named(
    api: Api, lists: TransactionsStub, query: str, field: str
) -> None:
    problem = assert_problem(api.alice.get(f"{LISTED}?{query}"), 422, "validation_failed")
    assert problem["errors"][0]["field"] == field
    assert lists.asked == []


def test_filters_arrive_as_they_were_sent(api: Api, lists: TransactionsStub) -> None:
    query = "min_amount=5&max_amount=9&metadata.order=47%2011&metadata.a.b=&to=9999-12-31T23:59:59Z"
    assert api.alice.get(f"{LISTED}?{query}&from=0000-02-29T00:00:00Z").status == 200
    assert api.operator.get(f"{LISTED}?metadata.order=1").status == 200
    mine, theirs = (asked[1] for asked in lists.asked)
    assert (mine.min_amount, mine.max_amount) == (5, 9)
    assert (mine.start, mine.end) == (EPOCH, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert mine.metadata == '{"order":"47 11","a.b":""}'
    assert mine.asked_by == ALICE, "another's metadata is not found by guessing at it"
    assert theirs.asked_by is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27T09:30:00Z", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),
        ("2026-11-27t09:30:00.5z", datetime(2026, 11, 27, 9, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-11-27 09:30:00-00:00", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),
        ("2026-11-27T09:30:00+01:30", datetime(2026, 11, 27, 8, 0, tzinfo=UTC)),
        ("2026-11-27T09:30:00 01:30", datetime(2026, 11, 27, 8, 0, tzinfo=UTC)),
        ("2026-11-27T23:30:00-23:59", datetime(2026, 11, 28, 23, 29, tzinfo=UTC)),
        ("1970-01-01T00:00:00.1234567899Z", EPOCH + timedelta(microseconds=123_456)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T00:59:60+01:00", datetime(2017, 1, 1, tzinfo=UTC)),
        ("0000-02-29T00:00:00Z", EPOCH),
        ("0001-01-01T00:00:00+23:59", EPOCH),
        ("9999-12-31T23:59:59.999999Z", LATEST),
        ("9999-12-31T23:59:59-23:59", LATEST),
    ],
)
def test_every_time_that_rfc_3339_can_write_is_read(text: str, moment: datetime) -> None:
    assert parse_rfc3339(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-27",
        "2026-11-27T09:30:00",
        "2026-11-27T09:30Z",
        "2026-11-27T24:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-27T09:30:60Z",
        "2026-11-27T23:59:61Z",
        "2026-11-27T09:30:00+24:00",
        "2026-11-27T09:30:00+0100",
        "2026-11-27T09:30:00.Z",
        "12026-11-27T09:30:00Z",
        "٢٠٢٦-11-27T09:30:00Z",
        "2026-11-27T09:30:00Z\n",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rfc3339(text)
