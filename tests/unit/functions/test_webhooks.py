"""The webhooks function names what must come again, and puts aside what never can be noted."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from functions import webhooks, wiring
from handlers.platform.errors import Unavailable
from handlers.webhooks.deliveries import Notice
from handlers.webhooks.dispatcher import Sent
from handlers.webhooks.inbox import Incoming
from tests.support.settings import settings_with

ACCOUNT = "acc_" + "a" * 32


class DeliveriesStub:
    """Keeps notices; refuses or fails on some."""

    def __init__(self) -> None:
        self.is_wanted = True
        self.added: list[str] = []
        self.failures: dict[str, Exception] = {}

    def is_any_wanted(self) -> bool:
        return self.is_wanted

    def add(self, notices: list[Notice]) -> int:
        for notice in notices:
            failure = self.failures.get(notice.head.event_id)
            if failure is not None:
                raise failure
        new = [notice.head.event_id for notice in notices]
        self.added += new
        return len(new)


class DatabaseStub:
    """Takes what is put aside."""

    def __init__(self) -> None:
        self.parked: list[tuple[int, int, bytes | None]] = []
        self.error: Exception | None = None

    def write(self, query: str, parameters: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        assert "parked_events" in query
        place = parameters["partition"], parameters["offset"]
        self.parked.append((*place, parameters["value"]))


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeliveriesStub]:
    made = DeliveriesStub()
    wiring.reset()
    wiring.settings.replace(settings_with())
    wiring.deliveries.replace(made)  # type: ignore[arg-type]  # a double
    monkeypatch.setattr(webhooks, "send_due", lambda *_, **__: Sent())
    yield made
    wiring.reset()


@pytest.fixture
def database(deliveries: DeliveriesStub) -> DatabaseStub:
    made = DatabaseStub()
    wiring.database.replace(made)  # type: ignore[arg-type]  # a double
    wiring.incoming.replace(Incoming(made, deliveries))  # type: ignore[arg-type]  # doubles
    return made


def value(event_id: str, account_id: str = ACCOUNT, kind: str = "deposit.completed") -> bytes:
    return f'{{"event_id":"{event_id}","type":"{kind}","account_id":"{account_id}"}}'.encode()


def batch(partition: int, *values: bytes | None) -> list[dict[str, Any]]:
    return [
        {
            "topic": "ledger.events",
            "partition": partition,
            "offset": offset,
            "timestamp": 1_700_000_000_000,
            "value": None if one is None else base64.b64encode(one).decode(),
        }
        for offset, one in enumerate(values)
    ]


def handle(**records: list[dict[str, Any]]) -> dict[str, Any]:
    names = {name.replace("_", "-"): found for name, found in records.items()}
    return webhooks.handler({"eventSource": "SelfManagedKafka", "records": names}, None)


def failed(name: str, *offsets: int) -> list[dict[str, Any]]:
    return [{"itemIdentifier": {"partition": name, "offset": offset}} for offset in offsets]


def test_events_are_noted(deliveries: DeliveriesStub, database: DatabaseStub) -> None:
    assert handle(e_0=batch(0, value("a"), value("b"))) == {"batchItemFailures": []}
    assert deliveries.added == ["a", "b"]
    assert database.parked == []


@pytest.mark.parametrize("failure", [Unavailable("the database is away"), psycopg.InternalError()])
def test_a_partition_that_fails_comes_again_whole_and_the_others_are_noted(
    deliveries: DeliveriesStub, database: DatabaseStub, failure: Exception
) -> None:
    deliveries.failures["bad"] = failure
    answer = handle(
        e_0=batch(0, value("a")), e_1=batch(1, value("b"), value("bad")), e_2=batch(2, value("c"))
    )
    assert answer == {"batchItemFailures": failed("e-1", 0, 1)}
    assert deliveries.added == ["a", "c"]
    assert database.parked == []


@pytest.mark.parametrize(
    "bad",
    [
        None,
        b"",
        b"garbage",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        value("", ACCOUNT),
        value("x" * 201),
        value("a\\u0000"),
        value("x", "acc_1"),
        value("x", ACCOUNT + "\\n"),
        value("x", "usr_" + "a" * 32),
        value("x", kind="a.b" + "c" * 100),
        value("x") + b" " * 600_000,
    ],
    ids=repr,
)
def test_what_is_no_event_is_put_aside_and_the_rest_is_noted(
    deliveries: DeliveriesStub, database: DatabaseStub, bad: bytes | None
) -> None:
    assert handle(e_3=batch(3, value("a"), bad, value("b"))) == {"batchItemFailures": []}
    assert deliveries.added == ["a", "b"]
    assert database.parked == [(3, 1, bad)]


@pytest.mark.parametrize(
    "refusal",
    [
        psycopg.DataError(),
        psycopg.errors.CheckViolation(),
        psycopg.errors.ProgramLimitExceeded(),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"),
    ],
    ids=repr,
)
def test_what_the_database_refuses_is_put_aside_and_the_rest_is_noted(
    deliveries: DeliveriesStub, database: DatabaseStub, refusal: Exception
) -> None:
    deliveries.failures["bad"] = refusal
    assert handle(e_0=batch(0, value("a"), value("bad"), value("b"))) == {"batchItemFailures": []}
    assert deliveries.added == ["a", "b"]
    assert database.parked == [(0, 1, value("bad"))]


def test_what_cannot_be_put_aside_comes_again(
    deliveries: DeliveriesStub, database: DatabaseStub
) -> None:
    database.error = Unavailable()
    assert handle(e_0=batch(0, b"garbage")) == {"batchItemFailures": failed("e-0", 0)}


def test_the_event_about_no_account_is_nothing_to_put_aside(
    deliveries: DeliveriesStub, database: DatabaseStub
) -> None:
    resolved = value("evt_1", "", "parked_resolution.completed")
    assert handle(e_0=batch(0, resolved)) == {"batchItemFailures": []}
    assert database.parked == []


def test_events_that_nobody_wants_are_not_read(
    deliveries: DeliveriesStub, database: DatabaseStub
) -> None:
    deliveries.is_wanted = False
    assert handle(e_0=batch(0, b"garbage")) == {"batchItemFailures": []}
    assert database.parked == []


@pytest.mark.parametrize("records", [{}, {"e_0": []}])
def test_without_records_nothing_is_to_be_done(
    deliveries: DeliveriesStub, database: DatabaseStub, records: dict[str, Any]
) -> None:
    assert handle(**records) == {"batchItemFailures": []}


def test_sending_that_fails_has_no_event_come_again(
    deliveries: DeliveriesStub, database: DatabaseStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Sent:
        raise Unavailable

    monkeypatch.setattr(webhooks, "send_due", fail)
    assert handle(e_0=batch(0, value("a"))) == {"batchItemFailures": []}
    assert deliveries.added == ["a"]
