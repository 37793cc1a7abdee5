"""The log's backup, its key and its place: what is in it opens only whole, in place, by its key."""

from __future__ import annotations

import errno
import os
import pwd
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.archiving.archive import Archive
from handlers.platform.segments import Logged, SegmentError, Spot
from local_cloud.backup import index as index_module
from local_cloud.backup.archived_log import ArchivedLog, archived_log
from local_cloud.backup.index import Index, file_of
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.place import Place
from local_cloud.backup.positions import Position, unapplied
from local_cloud.backup.restoring import read_moment, restore_ledger
from local_cloud.backup.segments import derive_key, seal, unseal
from local_cloud.config import Instance, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from tests.support.bucket import Bucket

TOPIC = "ledger.commands"
KEY = derive_key("secret", b"salt")
RECORDS = [
    Logged(7, 1_000, b"acc", b'{"kind":"deposit","transaction_id":"txn_1"}'),
    Logged(8, 1_001, None, None, (("traceparent", b"00-1"), ("empty", None))),
    Logged(9, 1_001, b"", "\u20ac".encode(), ()),
]
SPOT = Spot(TOPIC, "first", 2, 7, 3)


class Log(LogReader):
    """A log in memory."""

    def __init__(self, partitions: list[list[Logged]], incarnation: str = "first") -> None:
        self.partitions = partitions
        self.incarnation = incarnation

    def ends(self) -> list[int]:
        return [len(records) for records in self.partitions]

    def read(self, partition: int, first: int, count: int) -> list[Logged]:
        return self.partitions[partition][first : first + count]

    def next(self, partition: int, offset: int) -> Logged | None:
        return self.partitions[partition][offset]


def records(count: int, start: int = 0) -> list[Logged]:
    return [
        Logged(offset, offset, b"acc", b'{"kind":"deposit","transaction_id":"txn_%d"}' % offset)
        for offset in range(start, start + count)
    ]


@pytest.fixture
def backup(tmp_path: Path) -> LogBackup:
    return LogBackup(tmp_path, TOPIC, "secret")


def damage_of(tmp_path: Path, what: Callable[[Path], object]) -> None:
    what(file_of(tmp_path / TOPIC, Spot(TOPIC, "first", 0, 0, 5)))


def test_a_record_comes_back_with_its_key_bytes_headers_time_and_offset() -> None:
    assert unseal(KEY, SPOT, seal(KEY, SPOT, RECORDS)) == RECORDS


@pytest.mark.parametrize(
    "other",
    [
        Spot(TOPIC, "second", 2, 7, 3),
        Spot(TOPIC, "first", 1, 7, 3),
        Spot(TOPIC, "first", 2, 8, 3),
        Spot("ledger.events", "first", 2, 7, 3),
    ],
)
def test_a_segment_opens_only_at_its_own_place_in_the_log(other: Spot) -> None:
    with pytest.raises(SegmentError):
        unseal(KEY, other, seal(KEY, SPOT, RECORDS))


def test_a_segment_tells_nothing_without_its_key() -> None:
    sealed = seal(KEY, SPOT, RECORDS)

    assert b"deposit" not in sealed
    with pytest.raises(SegmentError):
        unseal(derive_key("another", b"salt"), SPOT, sealed)
    with pytest.raises(SegmentError):
        unseal(KEY, SPOT, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_segment_whose_offsets_have_a_gap_is_refused() -> None:
    gapped = [RECORDS[0], RECORDS[2]]
    spot = Spot(TOPIC, "first", 2, 7, 2)

    with pytest.raises(SegmentError, match="offsets"):
        unseal(KEY, spot, seal(KEY, spot, gapped))


def test_each_run_adds_only_what_is_new(backup: LogBackup) -> None:
    log = Log([records(5), []])
    assert backup.take(log).records == 5

    log.partitions = [records(8), records(2)]
    taken = backup.take(log)

    assert (taken.records, taken.segments, taken.ends) == (5, 2, [8, 2])
    assert backup.take(log).records == 0
    found = [list(backup.read(backup.index(), "first", partition)) for partition in (0, 1)]
    assert found == log.partitions
    assert list(backup.read(backup.index(), "first", 0, start=6)) == records(2, start=6)


def test_a_new_log_is_another_part_of_the_backup_and_the_former_stays(backup: LogBackup) -> None:
    backup.take(Log([records(5)]))
    new = Log([records(1)], incarnation="second")
    backup.take(new)

    index = backup.index()

    assert index.latest == "second"
    assert (index.ends("first"), index.ends("second")) == ([5], [1])
    assert backup.verify(new) == 1


def test_partitions_that_a_growth_adds_are_in_the_backup(backup: LogBackup) -> None:
    backup.take(Log([records(5)]))

    assert backup.take(Log([records(5), records(2)])).ends == [5, 2]


def test_a_run_that_was_cut_short_leaves_a_good_backup(
    backup: LogBackup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.take(Log([records(5)]))
    with monkeypatch.context() as patch:
        patch.setattr(Index, "write", lambda self, folder: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            backup.take(Log([records(9)]))

    log = Log([records(9)])
    assert backup.verify(log) == 5
    assert backup.take(log).records == 4
    assert backup.verify(log) == 9


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (lambda file: file.unlink(), "it is missing"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "its checksum is wrong"),
    ],
)
def test_a_damaged_file_is_named(
    backup: LogBackup, tmp_path: Path, what: Callable[[Path], object], why: str
) -> None:
    backup.take(Log([records(5)]))
    damage_of(tmp_path, what)

    with pytest.raises(LocalCloudError, match=why):
        backup.verify()


def test_a_record_that_the_log_has_otherwise_is_named(backup: LogBackup) -> None:
    backup.take(Log([records(5)]))
    changed = records(5)
    changed[3] = changed[3]._replace(value=b"another")

    with pytest.raises(LocalCloudError, match="offset 3 of partition 0 is not what the backup has"):
        backup.verify(Log([changed]))


def test_another_key_neither_opens_a_backup_nor_adds_to_it(
    backup: LogBackup, tmp_path: Path
) -> None:
    backup.take(Log([records(5)]))
    other = LogBackup(tmp_path, TOPIC, "another")

    with pytest.raises(LocalCloudError, match="the key does not open"):
        other.verify()
    with pytest.raises(LocalCloudError, match="the key does not open"):
        other.take(Log([records(9)]))
    assert backup.index().ends("first") == [5]


def test_a_full_disk_is_said_and_costs_nothing_that_is_in_the_backup(
    backup: LogBackup, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log([records(5)])
    backup.take(log)
    with monkeypatch.context() as patch:

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("os.fsync", full)
        log.partitions = [records(9)]
        with pytest.raises(LocalCloudError, match="is full"):
            backup.take(log)

    assert backup.verify(log) == 5
    assert backup.take(log).records == 4


def test_without_a_backup_the_error_says_what_makes_one(backup: LogBackup) -> None:
    with pytest.raises(LocalCloudError, match="run `make backup` first"):
        backup.index()


def test_the_archive_is_a_copy_of_the_log_that_is_read_as_the_backup_is() -> None:
    bucket = Bucket()
    archive = Archive(bucket, "bucket", TOPIC)
    archive.put("former", 0, records(9))
    for partition, count in ((0, 5), (2, 3)):
        archive.put("first", partition, records(count)[:2])
        archive.put("first", partition, records(count)[2:])
    copy = ArchivedLog(archive)

    index = copy.index()

    assert (index.latest, index.ends("first")) == ("first", [5, 0, 3])
    assert list(copy.read(index, "first", 0)) == records(5)
    assert list(copy.read(index, "first", 0, start=3)) == records(5)[3:]
    assert list(copy.read(index, "first", 1)) == []
    named = unapplied(copy, index, {0: Position("first", 4), 2: Position("first", 3)})
    assert [(one.partition, one.offset) for one in named] == [(0, 4)]


def test_an_archive_that_is_empty_or_damaged_is_not_restored_from() -> None:
    bucket = Bucket()
    copy = ArchivedLog(Archive(bucket, "bucket", TOPIC))
    with pytest.raises(LocalCloudError, match="is empty"):
        copy.index()

    Archive(bucket, "bucket", TOPIC).put("first", 0, records(5))
    (key,) = bucket.objects
    bucket.objects[key] = bucket.objects[key][:-1]
    with pytest.raises(LocalCloudError, match="can't be read"):
        list(copy.read(copy.index(), "first", 0))


@pytest.mark.parametrize("source", ["backup", "http://bucket", "ARCHIVE"])
def test_a_source_that_names_no_copy_is_refused(source: str, instance: Instance) -> None:
    with (
        pytest.raises(LocalCloudError, match="is no copy of the log"),
        archived_log(instance, source),
    ):
        pytest.fail("there is none")


def test_what_was_accepted_and_not_applied_is_named(backup: LogBackup) -> None:
    backup.take(Log([records(5), records(2), records(1)]))
    reached = {0: Position("first", 3), 1: Position("first", 2), 2: Position("second", 0)}

    named = list(unapplied(backup, backup.index(), reached))

    assert [(one.partition, one.offset, one.name) for one in named] == [
        (0, 3, "deposit txn_3"),
        (0, 4, "deposit txn_4"),
    ]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return load_instance({}, state=tmp_path / "state")


def test_backups_and_their_key_outlive_the_instance_and_are_apart(instance: Instance) -> None:
    place = Place.of(instance, {"LEDGERLANE_BACKUPS": ""})
    elsewhere = Place.of(instance, {"LEDGERLANE_BACKUPS": "/mnt/backups"})

    for path in (place.folder, place.key_file, elsewhere.folder):
        assert not path.is_relative_to(instance.state)
    assert not place.key_file.is_relative_to(place.folder)
    assert elsewhere.log == Path("/mnt/backups/log")


def test_a_given_key_goes_before_the_kept_one_and_none_is_an_error(tmp_path: Path) -> None:
    place = Place(tmp_path / "backups", tmp_path / "key")
    with pytest.raises(LocalCloudError, match="key of the backups is missing"):
        place.key()
    (tmp_path / "key").write_text("kept\n")

    assert place.key() == "kept"
    assert Place(place.folder, place.key_file, "given").key() == "given"


def test_an_instance_archives_only_once_it_is_backed_up(instance: Instance) -> None:
    assert not instance.archiving
    instance.archiving = True
    instance.save()

    assert load_instance({}, state=instance.state).archiving


def test_a_time_to_restore_to_is_a_moment_of_the_past() -> None:
    assert read_moment("") is None
    assert read_moment("2026-01-02T03:04:05Z") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    for text, why in (
        ("yesterday", "is not a time"),
        ("2026-01-02T03:04:05", "is not a time"),
        ("9000-01-01T00:00:00Z", "is in the future"),
    ):
        with pytest.raises(LocalCloudError, match=why):
            read_moment(text)


def test_containers_are_not_restored_by_files(instance: Instance) -> None:
    instance.services = "compose"

    with pytest.raises(LocalCloudError, match="volumes of Docker"):
        restore_ledger(instance, Progress(quiet=True), "")


def test_a_file_of_a_backup_appears_whole(tmp_path: Path) -> None:
    file = tmp_path / "segment"
    index_module.write_durably(file, b"whole")

    assert file.read_bytes() == b"whole"
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.skipif(os.geteuid() != 0, reason="services have this user")
def test_a_copy_of_the_backups_that_somebody_else_made_can_be_read(tmp_path: Path) -> None:
    place = Place(tmp_path / "copy", tmp_path / "key")
    copied = place.postgres / "backup" / "backup.info"
    copied.parent.mkdir(parents=True)
    copied.touch()
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)

    place.check()

    owner = pwd.getpwnam("postgres").pw_uid
    assert {path.stat().st_uid for path in (place.postgres, copied.parent, copied)} == {owner}
