"""The archive never has a gap, keeps what it has, and shows what was changed or is missing."""

from __future__ import annotations

import pytest

from handlers.archiving.archive import Archive, ArchiveDamaged
from handlers.archiving.archiver import Archived, ArchiveGap, Archiver
from handlers.archiving.verification import verify
from handlers.platform.errors import Unavailable
from handlers.platform.log_history import LogIncomplete
from handlers.platform.segments import Logged
from tests.support.bucket import Bucket, refused

TOPIC = "ledger.commands"
HEADERS = (("traceparent", b"00-1"),)


def record(offset: int) -> Logged:
    return Logged(offset, 1_000 + offset, b"acc", b"value %d" % offset, HEADERS)


def records(first: int, end: int) -> list[Logged]:
    return [record(offset) for offset in range(first, end)]


class Log:
    """A log in memory, which may have lost its first records."""

    def __init__(self, *partitions: list[Logged]) -> None:
        self.held = list(partitions)
        self.id = "first"
        self.start = 0

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        assert refresh, "a topic may have been made anew since the last batch"
        return self.id

    def partitions(self) -> int:
        return len(self.held)

    def bounds(self, partition: int) -> tuple[int, int]:
        return self.start, len(self.held[partition])

    def logged(self, partition: int, start: int, limit: int) -> list[Logged]:
        if start < self.start:
            raise LogIncomplete
        return self.held[partition][start : start + limit]


@pytest.fixture
def log() -> Log:
    return Log(records(0, 100), records(0, 10))


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def archive(bucket: Bucket) -> Archive:
    return Archive(bucket, "bucket", TOPIC)


@pytest.fixture
def archiver(archive: Archive, log: Log) -> Archiver:
    return Archiver(archive, log, log, TOPIC)


def archived(archive: Archive, incarnation: str = "first", partition: int = 0) -> list[Logged]:
    return list(archive.records(incarnation, partition))


def test_batches_are_archived_as_they_are(archiver: Archiver, archive: Archive) -> None:
    assert archiver.archive(0, records(0, 5)).records == 5
    assert archiver.archive(1, records(0, 2)).records == 2
    assert archiver.archive(0, records(5, 7)).records == 2

    assert archived(archive) == records(0, 7)
    assert archived(archive, partition=1) == records(0, 2)
    assert list(archive.records("first", 0, start=6)) == records(6, 7)
    assert (archive.end("first", 0), archive.end("first", 1), archive.end("first", 2)) == (7, 2, 0)


@pytest.mark.parametrize(("first", "end"), [(0, 5), (0, 3), (2, 5), (7, 9), (0, 12)])
def test_a_batch_that_comes_again_adds_nothing(
    archiver: Archiver, archive: Archive, bucket: Bucket, first: int, end: int
) -> None:
    for begin in (0, 5, 10):
        archiver.archive(0, records(begin, begin + 5))
    before = dict(bucket.objects)

    assert archiver.archive(0, records(first, end)) == Archived()
    assert bucket.objects == before


def test_of_a_batch_that_comes_again_with_more_the_rest_is_added(
    archiver: Archiver, archive: Archive
) -> None:
    archiver.archive(0, records(0, 5))

    assert archiver.archive(0, records(2, 9)).records == 4
    assert archived(archive) == records(0, 9)


def test_records_that_were_not_delivered_are_read_from_the_log(
    archiver: Archiver, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.archiving.archiver.RECOVERY_SIZE", 4)
    archiver.archive(0, records(0, 5))

    found = archiver.archive(0, records(20, 25))

    assert (found.records, found.recovered) == (20, 15)
    assert archived(archive) == records(0, 25)


def test_a_first_batch_that_is_not_the_first_of_the_log_is_preceded_by_what_is_missing(
    archiver: Archiver, archive: Archive
) -> None:
    assert archiver.archive(0, records(50, 55)).recovered == 50
    assert archived(archive) == records(0, 55)


def test_a_gap_that_the_log_can_t_close_is_refused(
    archiver: Archiver, archive: Archive, log: Log
) -> None:
    archiver.archive(0, records(0, 5))
    log.start = 10

    with pytest.raises(ArchiveGap, match="offsets 5 to 19 of partition 0"):
        archiver.archive(0, records(20, 25))
    assert archived(archive) == records(0, 5)


def test_a_batch_with_a_gap_in_it_is_refused(archiver: Archiver, bucket: Bucket) -> None:
    with pytest.raises(ArchiveGap, match="lacks offset 3"):
        archiver.archive(0, [*records(0, 3), *records(4, 5)])
    assert bucket.objects == {}


def test_a_topic_that_was_made_anew_has_an_archive_of_its_own(
    archiver: Archiver, archive: Archive, log: Log
) -> None:
    archiver.archive(0, records(0, 5))
    log.id = "second"
    archiver.archive(0, records(0, 2))

    assert archived(archive) == records(0, 5)
    assert archived(archive, "second") == records(0, 2)
    assert archive.incarnations() == {"first": [0], "second": [0]}


@pytest.mark.parametrize("name", ["x0pV1xppSS+2bvjKY7M2dQ", "a/b/c+d==", "00000", "%2F", "-_"])
def test_an_id_with_any_letter_is_one_incarnation(
    archiver: Archiver, archive: Archive, log: Log, name: str
) -> None:
    log.id = name
    archiver.archive(0, records(0, 5))
    archiver.archive(0, records(5, 9))

    assert archive.incarnations() == {name: [0]}
    assert archived(archive, name) == records(0, 9)
    assert verify(archive, log, name, {0: 9}).problems == []


def test_the_newest_incarnation_is_the_last(archive: Archive) -> None:
    for name in ("zeta", "alpha", "mid"):
        archive.put(name, 0, records(0, 2))

    assert list(archive.incarnations()) == ["zeta", "alpha", "mid"]


def test_an_invocation_that_was_given_up_and_still_writes_does_no_harm(
    archiver: Archiver, archive: Archive
) -> None:
    archiver.archive(0, records(0, 5))
    archiver.archive(0, records(5, 12))
    # It had listed the objects before the other one wrote.
    archive.put("first", 0, records(5, 8))
    archive.put("first", 0, records(5, 8))
    archiver.archive(0, records(12, 14))

    assert archived(archive) == records(0, 14)


def test_the_end_of_a_long_archive_takes_few_requests(archive: Archive, bucket: Bucket) -> None:
    for offset in range(200):
        archive.put("first", 0, [record(offset)])
    bucket.requests = 0

    assert archive.end("first", 0) == 200
    assert bucket.requests < 70


@pytest.mark.parametrize("status", [403, 409, 503])
def test_a_bucket_that_refuses_makes_the_batch_come_again(
    archiver: Archiver, bucket: Bucket, status: int
) -> None:
    bucket.failure = refused(status, "Refused", "PutObject")

    with pytest.raises(Unavailable):
        archiver.archive(0, records(0, 5))


def test_a_whole_archive_is_verified_against_the_log(
    archiver: Archiver, archive: Archive, log: Log
) -> None:
    archiver.archive(0, records(0, 60))
    archiver.archive(0, records(60, 90))
    archiver.archive(1, records(0, 10))

    found = verify(archive, log, "first", {0: 90, 1: 10})

    assert found.problems == []
    assert (found.records, found.compared, found.behind) == (100, 100, 10)


def test_what_the_log_no_longer_has_is_verified_by_its_stamps(
    archiver: Archiver, archive: Archive, log: Log
) -> None:
    archiver.archive(0, records(0, 60))
    log.start = 20
    found = verify(archive, log, "first", {}, only=0)
    assert (found.problems, found.records, found.compared) == ([], 60, 40)

    log.id, log.held = "second", [[], []]
    found = verify(archive, log, "second", {})
    assert (found.problems, found.records, found.compared) == ([], 60, 0)


def test_a_header_without_a_value_is_the_one_that_lambda_delivers_empty(
    archive: Archive, log: Log
) -> None:
    archive.put("first", 0, [record(0)._replace(headers=(("name", b""),))])
    log.held[0][0] = record(0)._replace(headers=(("name", None),))

    assert verify(archive, log, "first", {}).problems == []


def test_each_thing_that_is_wrong_is_named_by_its_partition(
    archiver: Archiver, archive: Archive, bucket: Bucket, log: Log
) -> None:
    log.held = [records(0, 20) for _ in range(5)]
    for partition in range(4):
        for first in (0, 5, 10):
            archiver.archive(partition, records(first, first + 5))
    keys = sorted(bucket.objects)
    del bucket.objects[keys[1]]
    changed = bytearray(bucket.objects[keys[4]])
    changed[-1] ^= 1
    bucket.objects[keys[4]] = bytes(changed)
    log.held[2][7] = record(7)._replace(value=b"another")

    found = verify(archive, log, "first", {0: 15, 3: 17, 4: 1})

    assert found.problems == [
        "first: offsets 5 to 9 of partition 0 are missing",
        f"first: {keys[4]}: it is damaged, or of another place in the log",
        "first: offset 7 of partition 2 is not what the log has",
        "first: offsets 15 to 16 of partition 3 were committed, and are not archived",
        "first: offsets 0 to 0 of partition 4 were committed, and are not archived",
    ]


def test_an_object_that_is_gone_while_it_is_read_is_named(archive: Archive, bucket: Bucket) -> None:
    archive.put("first", 0, records(0, 2))
    (spot,) = archive.spots("first", 0)
    bucket.objects.clear()

    with pytest.raises(ArchiveDamaged, match="is gone"):
        archive.read(spot)
