"""`make backup` and `make backups`: add to the backups of a running instance, and list them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import psycopg

from handlers.platform.bounds import COMMANDS_TOPIC
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.pgbackrest import PgBackRest
from local_cloud.backup.place import Place
from local_cloud.backup.positions import positions, unapplied
from local_cloud.config import COMPOSE, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.lifecycle import restart
from local_cloud.services.postgres import Postgres
from local_cloud.stack import exclusive


def back_up(instance: Instance, progress: Progress, *, full: bool, only_log: bool) -> None:
    """Add to the backups of the ledger and of the log.

    Parameters
    ----------
    full : bool
        Make a full base backup, though the last one is recent.
    only_log : bool
        Add only what is new in the log, which takes the least.

    Raises
    ------
    LocalCloudError
        If the instance is not running, or a backup can't be made.
    """
    check_running(instance)
    place = Place.of(instance)
    with exclusive(instance):
        place.create()
        if not only_log:
            _back_up_ledger(instance, progress, full=full)
        # After the ledger, so that the log's backup has what the ledger's is an outcome of.
        with progress.step("Log", "backing up") as step:
            log = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
            try:
                taken = LogBackup(place.log, COMMANDS_TOPIC, place.key()).take(log)
            finally:
                log.close()
            has = f"it has {sum(taken.ends):,}"
            step.text = f"{taken.records:,} records in {taken.segments} segments; {has}"
    progress.say(f"  Backups   {place.folder}")
    progress.say(f"  Key       {place.key_file} (keep a copy elsewhere: nothing opens without it)")


def _back_up_ledger(instance: Instance, progress: Progress, *, full: bool) -> None:
    postgres = Postgres(instance)
    PgBackRest.install()
    if not instance.archiving:
        with progress.step("WAL archiving", "switching on") as step:
            instance.archiving = True
            instance.save()
            _take_up_settings(instance, postgres)
            step.text = "on from now on"
    with progress.step("Ledger", "backing up") as step:
        backup = PgBackRest(instance, postgres.cluster, postgres.port).take(full)
        # pgBackRest restores only to a later second than the one in which the backup ended. Both
        # are restored to the time of the log's backup, which follows.
        over = backup.ended + timedelta(seconds=1)
        time.sleep(max(0.0, (over - datetime.now(UTC)).total_seconds()))
        step.text = (
            f"{backup.kind} backup {backup.label}: {backup.size / 2**20:,.1f} MiB, "
            f"{backup.added / 2**20:,.1f} MiB of them new in the repository"
        )


def _take_up_settings(instance: Instance, postgres: Postgres) -> None:
    """Have the running server archive; restart it if it was started by an earlier version."""
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        row = connection.execute("show archive_mode").fetchone()
        can_archive = row is not None and row[0] == "on"
        if can_archive:
            postgres.write_settings()
            connection.execute("select pg_reload_conf()")
    if not can_archive:
        restart(postgres, Progress(quiet=True))


def check_running(instance: Instance) -> None:
    """Check that the instance's services run.

    Raises
    ------
    LocalCloudError
        If they don't, or are containers.
    """
    if instance.services == COMPOSE:
        raise LocalCloudError(
            "SERVICES=compose keeps its data in volumes of Docker",
            "back up those; `make backup` is for services without Docker",
        )
    if instance.shards > 1:
        raise LocalCloudError(
            f"this instance has SHARDS={instance.shards}, and backups are of one database only",
            "move all partitions home and run `SHARDS=1 make up`",
        )
    if Postgres(instance).process is None:
        raise LocalCloudError("PostgreSQL is not running", "run `make up` first")


def show(instance: Instance, progress: Progress) -> None:
    """List the backups, and what the ledger has not applied of the log's.

    Raises
    ------
    LocalCloudError
        If there are none, or the key is another one.
    """
    place = Place.of(instance)
    place.check()
    postgres = Postgres(instance)
    for backup in PgBackRest(instance, postgres.cluster, postgres.port).backups():
        progress.say(
            f"{backup.kind:<5} {backup.ended.isoformat()}  {backup.size / 2**20:10,.1f} MiB  "
            f"{backup.label}"
        )
    log = LogBackup(place.log, COMMANDS_TOPIC, place.key())
    index = log.index()
    ends = index.ends(index.latest)
    times = [part[-1].last_ms for part in index.incarnations[index.latest] if part]
    until = datetime.fromtimestamp(max(times, default=0) / 1000, UTC)
    progress.say(f"log   {until.isoformat(timespec='seconds')}  {sum(ends):,} records: {ends}")
    if postgres.process is not None:
        left = sum(1 for _ in unapplied(log, index, positions(instance)))
        progress.say(f"      {left:,} of them are accepted and not applied")
