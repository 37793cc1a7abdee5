"""The archive function keeps records as the log has them, and names what must come again."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from dataplane.poller.events import EventWriter, encode_record
from functions import archive, verify_archive, wiring
from functions.batches import BatchFailed
from handlers.archiving.archiver import Archived, ArchiveGap
from handlers.archiving.verification import Verified
from handlers.platform.segments import Logged
from tests.support.settings import settings_with

TRACE = (("traceparent", bytes([0, 127, 128, 255])), ("empty", b""))


class ArchiverStub:
    """Keeps what it is given; fails on some partitions."""

    def __init__(self) -> None:
        self.archived: dict[int, list[Logged]] = {}
        self.failures: dict[int, Exception] = {}

    def archive(self, partition: int, records: Sequence[Logged]) -> Archived:
        if partition in self.failures:
            raise self.failures[partition]
        self.archived[partition] = list(records)
        return Archived(len(records), 1, 10)


@pytest.fixture
def archiver() -> Iterator[ArchiverStub]:
    made = ArchiverStub()
    wiring.reset()
    wiring.settings.replace(settings_with())
    wiring.archiver.replace(made)  # type: ignore[arg-type]  # a double
    yield made
    wiring.reset()


def event(**records: Sequence[Logged]) -> dict[str, Any]:
    """Return the event that a mapping makes of records."""
    parts = [
        (
            name.replace("_", "-"),
            [
                encode_record("c", int(name[-1]), one[0], (2, one[1]), one[2], one[3], one[4])
                for one in found
            ],
        )
        for name, found in records.items()
    ]
    made: dict[str, Any] = json.loads(EventWriter("SelfManagedKafka", [""], None).write(parts))
    return made


def test_records_are_archived_with_their_bytes_times_and_headers(archiver: ArchiverStub) -> None:
    found = [Logged(5, 17, b"key", b"\x00\xff", TRACE), Logged(6, 18, None, None, ())]

    assert archive.handler(event(c_3=found), None) == {"batchItemFailures": []}

    assert archiver.archived == {3: found}


def test_a_partition_that_fails_is_named_and_the_others_are_archived(
    archiver: ArchiverStub,
) -> None:
    archiver.failures[1] = ArchiveGap("offsets are missing")

    answer = archive.handler(
        event(
            c_1=[Logged(5, 17, None, b""), Logged(6, 17, None, b"")], c_2=[Logged(9, 1, b"", b"")]
        ),
        None,
    )

    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == [
        {"partition": "c-1", "offset": 5},
        {"partition": "c-1", "offset": 6},
    ]
    assert list(archiver.archived) == [2]


def test_without_a_mapping_that_reads_the_answer_a_failure_raises(archiver: ArchiverStub) -> None:
    wiring.settings.replace(settings_with(reports_failures=False))
    archiver.failures[1] = ArchiveGap("offsets are missing")

    with pytest.raises(BatchFailed):
        archive.handler(event(c_1=[Logged(5, 17, None, b"")]), None)


def test_what_was_archived_is_counted(
    archiver: ArchiverStub, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.handler(event(c_1=[Logged(5, 17, None, b"")]), None)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    (metrics,) = lines
    names = {m["Name"] for one in metrics["_aws"]["CloudWatchMetrics"] for m in one["Metrics"]}
    assert names == {
        "ArchivedRecords",
        "ArchiveRecovered",
        "ArchivedBytes",
        "ArchiveAge",
        "UnarchivedRecords",
    }


@pytest.mark.parametrize(("problems", "status"), [([], 0), (["first: gone"], 1)])
def test_a_verification_says_whether_the_archive_is_sound(
    problems: list[str],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wiring.settings.replace(settings_with())
    monkeypatch.setattr(verify_archive, "_verify", lambda only: Verified(3, 2, 1, problems))

    assert verify_archive.main() == status

    printed = capsys.readouterr().out
    answer = json.loads(printed[printed.index("{\n") :])
    assert answer == {
        "sound": not problems,
        "records": 3,
        "compared": 2,
        "behind": 1,
        "problems": problems,
    }
    wiring.reset()


def test_bytes_are_those_of_the_event(archiver: ArchiverStub) -> None:
    """A header's bytes are signed numbers, as on Lambda."""
    made = event(c_1=[Logged(5, 17, b"k", b"v", TRACE)])
    (one,) = made["records"]["c-1"]

    assert one["headers"][0] == {"traceparent": [0, 127, -128, -1]}
    assert base64.b64decode(one["value"]) == b"v"
