"""`make backup` and `make backups`: add to the backups of a running instance, and list them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

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
from local_cloud.stack import exclusive, servers

ARCHIVING: Final = ("archive_mode", "archive_command")


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
        # After every ledger, so that the log's backup has what the ledger's is an outcome of.
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
    """Back up each shard. They need not be of one moment, since the log is applied to each."""
    PgBackRest.install()
    with progress.step("WAL archiving", "switching on") as step:
        instance.archiving = True
        instance.save()
        was_off = [_archives_from_now_on(postgres) for postgres in servers(instance)]
        if any(was_off):
            step.text = "on from now on"
        else:
            step.hide()
    for postgres in servers(instance):
        of_shard = "" if postgres.shard == 1 else f", shard {postgres.shard}"
        with progress.step(f"Ledger{of_shard}", "backing up") as step:
            backup = postgres.backups.take(full)
            step.text = (
                f"{backup.kind} backup {backup.label}: {backup.size / 2**20:,.1f} MiB, "
                f"{backup.added / 2**20:,.1f} MiB of them new in the repository"
            )
    # pgBackRest restores only to a later second than the one in which the backup ended. All are
    # restored to the time of the log's backup, which follows.
    over = backup.ended + timedelta(seconds=1)
    time.sleep(max(0.0, (over - datetime.now(UTC)).total_seconds()))


def _archives_from_now_on(postgres: Postgres) -> bool:
    """Have the running server archive, unless it does; return whether it did not.

    It is restarted if it was started by a version before backups.
    """
    url = postgres.instance.database_url_of(postgres.shard)
    with psycopg.connect(url, autocommit=True) as connection:
        shown = [connection.execute(f"show {name}").fetchone() for name in ARCHIVING]
        mode, command = [row[0] if row else "" for row in shown]
        if "pgbackrest" in command:
            return False
        if mode == "on":
            postgres.write_settings()
            connection.execute("select pg_reload_conf()")
            return True
    restart(postgres, Progress(quiet=True))
    return True


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
    for postgres in servers(instance):
        if postgres.process is None:
            raise LocalCloudError(f"{postgres.title} is not running", "run `make up` first")


def show(instance: Instance, progress: Progress) -> None:
    """List the backups, and what the ledger has not applied of the log's.

    Raises
    ------
    LocalCloudError
        If there are none, or the key is another one.
    """
    place = Place.of(instance)
    place.check()
    for postgres in servers(instance):
        shard = "" if postgres.shard == 1 else f"  shard {postgres.shard}"
        for backup in postgres.backups.backups():
            progress.say(
                f"{backup.kind:<5} {backup.ended.isoformat()}  {backup.size / 2**20:10,.1f} MiB  "
                f"{backup.label}{shard}"
            )
    log = LogBackup(place.log, COMMANDS_TOPIC, place.key())
    index = log.index()
    ends = index.ends(index.latest)
    times = [part[-1].last_ms for part in index.incarnations[index.latest] if part]
    until = datetime.fromtimestamp(max(times, default=0) / 1000, UTC)
    progress.say(f"log   {until.isoformat(timespec='seconds')}  {sum(ends):,} records: {ends}")
    if all(postgres.process is not None for postgres in servers(instance)):
        left = sum(1 for _ in unapplied(log, index, positions(instance)))
        progress.say(f"      {left:,} of them are accepted and not applied")
