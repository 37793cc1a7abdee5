"""The apply function names what must come again, and applies everything else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from functions import apply, wiring
from functions.batches import BatchFailed
from handlers.applying.writer import Applied
from handlers.domain.state import Record
from handlers.platform.errors import Unavailable
from tests.support.settings import settings_with


class WriterStub:
    """Keeps what it is given; fails on some partitions."""

    def __init__(self) -> None:
        self.applied: list[Record] = []
        self.failures: dict[int, Exception] = {}

    def apply(self, records: Sequence[Record]) -> Applied:
        failure = self.failures.get(records[0].partition)
        if failure is not None:
            raise failure
        self.applied += records
        return Applied(completed=len(records))


@pytest.fixture
def writer() -> Iterator[WriterStub]:
    made = WriterStub()
    wiring.reset()
    wiring.settings.replace(settings_with())
    wiring.writer.replace(made)  # type: ignore[arg-type]  # a double
    yield made
    wiring.reset()


def kafka_record(partition: int, offset: int, **more: Any) -> dict[str, Any]:
    return {
        "topic": "ledger.commands",
        "partition": partition,
        "offset": offset,
        "timestamp": 1_700_000_000_000 + offset,
        "timestampType": "CREATE_TIME",
        "key": base64.b64encode(b"key").decode(),
        "value": base64.b64encode(b"value").decode(),
    } | more


def event(**records: list[dict[str, Any]]) -> dict[str, Any]:
    names = {name.replace("_", "-"): found for name, found in records.items()}
    return {"eventSource": "SelfManagedKafka", "records": names}


def failed(name: str, *offsets: int) -> list[dict[str, Any]]:
    return [{"itemIdentifier": {"partition": name, "offset": offset}} for offset in offsets]


def test_what_is_applied_is_not_named(writer: WriterStub) -> None:
    answer = apply.handler(event(c_0=[kafka_record(0, 5), kafka_record(0, 6)]), None)
    assert answer == {"batchItemFailures": []}
    assert writer.applied == [
        Record(0, 5, 1_700_000_000_005, b"key", b"value"),
        Record(0, 6, 1_700_000_000_006, b"key", b"value"),
    ]


def test_records_are_taken_as_they_are(writer: WriterStub) -> None:
    found = [kafka_record(0, 1, key=None, value=None, timestamp=-1)]
    assert apply.handler(event(c_0=found), None) == {"batchItemFailures": []}
    assert writer.applied == [Record(0, 1, 0, None, None)]


@pytest.mark.parametrize("failure", [Unavailable("the database is away"), ZeroDivisionError("bug")])
def test_a_partition_that_fails_comes_again_whole_and_the_others_are_applied(
    writer: WriterStub, failure: Exception
) -> None:
    writer.failures[1] = failure
    batches = event(
        c_0=[kafka_record(0, 1)],
        c_1=[kafka_record(1, 7), kafka_record(1, 8)],
        c_2=[kafka_record(2, 3)],
    )
    answer = apply.handler(batches, None)
    assert answer == {"batchItemFailures": failed("c-1", 7, 8)}
    assert [(one.partition, one.offset) for one in writer.applied] == [(0, 1), (2, 3)]


def test_several_partitions_may_fail_at_once(writer: WriterStub) -> None:
    writer.failures = {0: Unavailable(), 1: KeyError("bug")}
    answer = apply.handler(event(c_0=[kafka_record(0, 1)], c_1=[kafka_record(1, 2)]), None)
    assert answer == {"batchItemFailures": failed("c-0", 1) + failed("c-1", 2)}


@pytest.mark.parametrize("records", [{}, {"c_0": []}])
def test_without_records_nothing_is_to_be_done(
    writer: WriterStub, records: dict[str, list[dict[str, Any]]]
) -> None:
    assert apply.handler(event(**records), None) == {"batchItemFailures": []}
    assert writer.applied == []


def test_what_was_done_is_measured(writer: WriterStub, capsys: pytest.CaptureFixture[str]) -> None:
    apply.handler(event(c_0=[kafka_record(0, 1), kafka_record(0, 2)]), None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = next(line for line in lines if "_aws" in line)
    assert metrics["Applied"] == [2.0]
    assert (metrics["MissingOffsets"], metrics["FailedBatches"]) == ([0.0], [0.0])


def test_a_mapping_that_does_not_read_the_answer_gets_an_error(writer: WriterStub) -> None:
    wiring.settings.replace(settings_with(reports_failures=False))
    writer.failures[0] = Unavailable("PostgreSQL is away")
    both = event(ledger_commands_0=[kafka_record(0, 5)], ledger_commands_1=[kafka_record(1, 7)])

    with pytest.raises(BatchFailed, match="1 records must be delivered again"):
        apply.handler(both, None)

    assert [record.partition for record in writer.applied] == [1], "the others go on"
    writer.failures.clear()
    assert apply.handler(both, None) == {"batchItemFailures": []}
