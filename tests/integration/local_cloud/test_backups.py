"""Real backups of real services: restored to a moment, refused where they must be, and verified."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import boto3
import psycopg
import pytest

from handlers.applying.topic_directory import TopicDirectory
from handlers.archiving.archive import Archive
from handlers.archiving.archiver import Archiver
from handlers.archiving.verification import verify as verify_archive
from handlers.platform.bounds import COMMANDS_TOPIC, REGION
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.log_history import LogHistory
from handlers.platform.migrator import migrate, migrations
from handlers.sharding.identity import identify
from load.judge.topic import read_topic
from local_cloud.backup import restoring
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.place import KEY_VARIABLE, Place
from local_cloud.backup.restoring import restore_both, restore_ledger, restore_log
from local_cloud.backup.taking import back_up
from local_cloud.config import ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.ports import free_block
from local_cloud.services.base import Service
from local_cloud.services.kafka import Kafka
from local_cloud.services.postgres import Postgres
from local_cloud.up import clean
from tests.infra.emulated import ministack

pytestmark = [pytest.mark.integration, pytest.mark.slow]
QUIET = Progress(quiet=True)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    environment = {"OBSERVE": "0", "LEDGERLANE_CACHE": str(ROOT / ".cache")}
    first = free_block(len(Ports.names()), 29000, 32000)
    made = load_instance(environment, state=tmp_path / "state", ports_from=first)
    made.broker = Kafka.kind
    made.save()
    monkeypatch.setenv("BROKER", Kafka.kind)
    start_all(services(made), QUIET)
    yield made
    left = load_instance(environment, state=made.state)
    shutil.rmtree(Place.of(left).folder, ignore_errors=True)
    clean(left, QUIET)


def services(instance: Instance) -> list[Service]:
    return [Postgres(instance), Kafka(instance)]


def run(instance: Instance, statement: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def await_next_second() -> None:
    """Wait until a backup that has ended is one of an earlier second."""
    until = int(time.time()) + 1
    while time.time() < until:
        time.sleep(0.01)


def produce(instance: Instance, *values: bytes) -> None:
    producer = Producer(Brokers(instance.kafka_bootstrap))
    headers = [("traceparent", b"00-1")]
    records = [Outbound(COMMANDS_TOPIC, 0, b"acc", value, headers) for value in values]
    producer.wait(producer.send(records))
    producer.close()


def test_the_ledger_comes_back_as_it_was_at_a_moment(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(instance, b"create table kept (n int)")
    before = datetime.now(UTC)
    back_up(instance, QUIET, full=True, only_log=False)
    await_next_second()
    run(instance, b"insert into kept values (1)")
    moment = datetime.now(UTC).isoformat()
    time.sleep(0.01)
    run(instance, b"insert into kept values (2)")
    run(instance, b"select pg_switch_wal()")

    with pytest.raises(LocalCloudError, match="the instance is running"):
        restore_ledger(instance, QUIET, "")
    stop_all(services(instance), QUIET)
    with pytest.raises(LocalCloudError, match="the oldest backup ended at"):
        restore_ledger(instance, QUIET, before.isoformat())
    with monkeypatch.context() as patch:
        patch.setenv(KEY_VARIABLE, "another")
        with pytest.raises(LocalCloudError, match="the key does not open"):
            restore_ledger(instance, QUIET, "")

    restore_ledger(instance, QUIET, moment)
    start_all(services(instance), QUIET)
    assert run(instance, b"select n from kept") == [(1,)]

    # The former data is there until the next restore, and the new history is archived too.
    assert (Postgres(instance).folder / "before-restore" / "PG_VERSION").exists()
    run(instance, b"insert into kept values (3)")
    back_up(instance, QUIET, full=False, only_log=False)


@pytest.fixture
def sharded(instance: Instance) -> Instance:
    """Return the instance with a second database, whose partition 1 it has."""
    instance.shards = 2
    instance.save()
    start_all([Postgres(instance, 2)], QUIET)
    for shard in instance.shard_numbers:
        with psycopg.connect(instance.database_url_of(shard), autocommit=True) as connection:
            migrate(connection, migrations())
            identify(connection, shard)
    place(instance, 1, 2)
    return instance


def place(instance: Instance, partition: int, shard: int) -> None:
    row = (
        "insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock,"
        " shard) values (%s, %s, 'i', 0, 'epoch', %s)"
    )
    for number, there in ((1, shard), (shard, None)):
        with psycopg.connect(instance.database_url_of(number), autocommit=True) as connection:
            connection.execute(row, [COMMANDS_TOPIC, partition, there])


def of_second(instance: Instance, statement: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(instance.database_url_of(2), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


USE_A_KEY = b"""
    insert into ledger.legs (transaction_id, leg, kind, status, account_id, fingerprint,
                             partition, "offset", requested_at, posted_at)
    values (gen_random_uuid(), 1, 'deposit', 'pending', gen_random_uuid(), 'asked',
            1, 7, now(), now())
"""


def test_every_shard_comes_back_as_it_was_and_home_knows_the_keys_that_others_used(
    sharded: Instance,
) -> None:
    back_up(sharded, QUIET, full=True, only_log=False)
    run(sharded, b"create table kept (n int)")
    of_second(sharded, b"create table kept (n int)")
    of_second(sharded, USE_A_KEY)
    for switch in (run, of_second):
        switch(sharded, b"select pg_switch_wal()")
    everything = [*services(sharded), Postgres(sharded, 2)]
    stop_all(everything, QUIET)
    for shard in sharded.shard_numbers:
        shutil.rmtree(Postgres(sharded, shard).cluster)

    restore_ledger(sharded, QUIET, "")

    start_all(everything, QUIET)
    assert run(sharded, b"select n from kept") == of_second(sharded, b"select n from kept") == []
    assert len(run(sharded, b"select 1 from ledger.claims")) == 1
    assert of_second(sharded, b"select shard from ledger.identity") == [(2,)]


def test_shards_of_two_moments_of_a_move_are_not_restored(sharded: Instance) -> None:
    of_second(sharded, b"update ledger.partition_progress set shard = 1")
    back_up(sharded, QUIET, full=True, only_log=False)
    everything = [*services(sharded), Postgres(sharded, 2)]
    stop_all(everything, QUIET)

    with pytest.raises(LocalCloudError, match="partition 1 is to be on shard 2, and is on no"):
        restore_ledger(sharded, QUIET, "")

    start_all(everything, QUIET)
    assert of_second(sharded, b"select shard from ledger.partition_progress") == [(1,)]


def test_a_restore_that_fails_leaves_the_former_ledger(instance: Instance) -> None:
    run(instance, b"create table kept (n int)")
    back_up(instance, QUIET, full=True, only_log=False)
    stop_all(services(instance), QUIET)

    with pytest.raises(LocalCloudError, match="the archived WAL ends before AT"):
        restore_ledger(instance, QUIET, datetime.now(UTC).isoformat())

    start_all(services(instance), QUIET)
    assert run(instance, b"select n from kept") == []


def test_a_ledger_whose_position_can_not_be_set_is_not_restored(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(instance, QUIET, full=True, only_log=False)
    run(instance, b"create table kept (n int)")
    stop_all(services(instance), QUIET)

    def refuse(*_: object) -> int:
        raise LocalCloudError("the broker refuses")

    monkeypatch.setattr(restoring, "go_on_from", refuse)
    with pytest.raises(LocalCloudError, match="the broker refuses"):
        restore_ledger(instance, QUIET, "")

    start_all(services(instance), QUIET)
    assert run(instance, b"select n from kept") == []


def test_without_a_backup_nothing_is_touched(instance: Instance) -> None:
    stop_all(services(instance), QUIET)

    for restore in (partial(restore_ledger, at=""), restore_log, restore_both):
        with pytest.raises(LocalCloudError, match="there is no backup in"):
            restore(instance, QUIET)
    assert not Place.of(instance).key_file.exists()


def test_a_new_ledger_in_an_old_ones_place_adds_to_its_backups(instance: Instance) -> None:
    back_up(instance, QUIET, full=True, only_log=False)
    stop_all(services(instance), QUIET)
    shutil.rmtree(Postgres(instance).cluster)
    start_all(services(instance), QUIET)
    run(instance, b"create table anew (n int)")

    back_up(instance, QUIET, full=False, only_log=False)

    stop_all(services(instance), QUIET)
    restore_ledger(instance, QUIET, "")
    start_all(services(instance), QUIET)
    assert run(instance, b"select n from anew") == []


def test_a_lost_log_comes_back_with_its_offsets_times_keys_and_headers(instance: Instance) -> None:
    produce(instance, b"one", b"two", b"three")
    before = read_topic(instance.kafka_bootstrap, COMMANDS_TOPIC)
    back_up(instance, QUIET, full=False, only_log=True)
    stop_all(services(instance), QUIET)
    with pytest.raises(LocalCloudError):
        # The log has its records still.
        restore_log(instance, QUIET)
    shutil.rmtree(Kafka(instance).folder)

    restore_log(instance, QUIET)

    start_all(services(instance), QUIET)
    assert read_topic(instance.kafka_bootstrap, COMMANDS_TOPIC) == before
    reader = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
    (first, *_) = reader.read(0, 0, 1)
    reader.close()
    assert first.headers == (("traceparent", b"00-1"),)
    # New records have the broker's time again, and are another part of the backup.
    produce(instance, b"four")
    back_up(instance, QUIET, full=False, only_log=True)
    place = Place.of(instance)
    index = LogBackup(place.log, COMMANDS_TOPIC, place.key()).index()
    assert len(index.incarnations) == 2
    assert sum(index.ends(index.latest)) == 4


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a bucket in an emulator's S3, which outlives the instance's log."""
    folder = tmp_path / "emulator"
    folder.mkdir()
    with ministack(folder) as emulator:
        for name, value in {
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            monkeypatch.setenv(name, value)
        boto3.client("s3").create_bucket(
            Bucket="archive", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield "archive"


def archive_all(instance: Instance, bucket: str, *, together: int) -> None:
    """Deliver the log to the archiver as a mapping does, and the first batch twice."""
    brokers = Brokers(instance.kafka_bootstrap)
    history, topics = LogHistory(brokers, COMMANDS_TOPIC), TopicDirectory(brokers)
    archive = Archive(boto3.client("s3"), bucket, COMMANDS_TOPIC)
    archiver = Archiver(archive, topics, history, COMMANDS_TOPIC)
    for partition in range(history.partitions()):
        _, end = history.bounds(partition)
        for first in sorted([0, *range(0, end, together)]) if end else ():
            archiver.archive(partition, history.logged(partition, first, together))
    incarnation = topics.incarnation(COMMANDS_TOPIC, refresh=True)
    found = verify_archive(archive, history, incarnation, {0: history.bounds(0)[1]})
    assert found.problems == []
    assert found.compared == sum(history.bounds(p)[1] for p in range(history.partitions()))
    history.close()


def test_a_lost_log_comes_back_from_its_archive_on_s3(instance: Instance, bucket: str) -> None:
    produce(instance, *(b"%d" % number for number in range(7)))
    before = read_topic(instance.kafka_bootstrap, COMMANDS_TOPIC)
    archive_all(instance, bucket, together=3)
    stop_all(services(instance), QUIET)
    shutil.rmtree(Kafka(instance).folder)

    # No backup was ever made.
    restore_log(instance, QUIET, f"s3://{bucket}")

    start_all(services(instance), QUIET)
    assert read_topic(instance.kafka_bootstrap, COMMANDS_TOPIC) == before
    reader = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
    (first, *_) = reader.read(0, 0, 1)
    reader.close()
    assert first.headers == (("traceparent", b"00-1"),)
    # The new log is archived beside the former one, and the next restore takes the new one.
    produce(instance, b"7")
    archive_all(instance, bucket, together=100)
    stop_all(services(instance), QUIET)
    with pytest.raises(LocalCloudError, match="nothing of it is lost"):
        restore_log(instance, QUIET, f"s3://{bucket}")
