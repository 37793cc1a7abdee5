"""`make restore`: the ledger from its base backup and archived WAL, or the log from its backup."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from psycopg import sql

from handlers.platform.bounds import COMMANDS_TOPIC
from local_cloud.backup.agreement import check_agreement, learn_used_keys
from local_cloud.backup.archived_log import archived_log
from local_cloud.backup.index import Copy, Index
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_writer import LogWriter
from local_cloud.backup.pgbackrest import PgBackRest
from local_cloud.backup.place import Place
from local_cloud.backup.positions import Named, go_on_from, positions, unapplied
from local_cloud.config import ADMIN_ROLE, APPLICATION_ROLE, COMPOSE, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.services.base import Service
from local_cloud.services.broker import Broker
from local_cloud.services.postgres import Postgres
from local_cloud.stack import every_service, exclusive, servers, services_of, stop_order

MOST_NAMED = 20
QUIET = Progress(quiet=True)


def restore_ledger(instance: Instance, progress: Progress, at: str) -> None:
    """Restore PostgreSQL, and have the apply function go on from there.

    The former data directory is kept beside the new one, as ``before-restore``, until the next
    restore. If anything fails, it is put back: a ledger that is older than the apply function's
    position would miss what is between them.

    Parameters
    ----------
    at : str
        The time to recover to (RFC 3339); empty for the end of the archived WAL.

    Raises
    ------
    LocalCloudError
        If the instance runs, there is no backup, no room, another key, or nothing at that time.
    """
    moment = read_moment(at)
    with exclusive(instance), _needed_services(instance, progress) as (ledger, nodes):
        _check_possible(ledger, moment)
        start_all(nodes, QUIET)
        with _former_kept(ledger):
            for postgres in ledger:
                _restore_cluster(postgres, progress, moment)
            start_all(ledger, QUIET)
            _go_on(instance, progress)


def restore_both(instance: Instance, progress: Progress) -> None:
    """Restore the log, and the ledger as it was when the log's backup was made, or before.

    A later ledger would know of messages between its partitions that the log's backup lacks, and
    would wait for them for ever.

    Raises
    ------
    LocalCloudError
        As `restore_ledger` and `restore_log`.
    """
    with exclusive(instance), _needed_services(instance, progress) as (ledger, nodes):
        backup = _log_backup(instance)
        index = backup.index()
        partitions = len(index.ends(index.latest))
        if partitions != instance.partitions:
            raise LocalCloudError(
                f"the log's backup has {partitions} partitions, and this instance "
                f"{instance.partitions}; the count decides each account's partition",
                f"set PARTITIONS={partitions} and repeat",
            )
        taken = datetime.fromtimestamp(index.taken_ms / 1000, UTC)
        _check_possible(ledger, taken)
        start_all(nodes, QUIET)
        writer = LogWriter(instance.kafka_bootstrap, COMMANDS_TOPIC)
        writer.check_empty(partitions)
        with _former_kept(ledger):
            for postgres in ledger:
                try:
                    _restore_cluster(postgres, progress, taken)
                except ArchiveEndsBefore:
                    _restore_cluster(postgres, progress, None)
            _put_back(instance, writer, progress, backup, index)
            start_all(ledger, QUIET)
            _go_on(instance, progress)


class ArchiveEndsBefore(LocalCloudError):
    """There is no archived WAL as late as the time to recover to."""


def _restore_cluster(postgres: Postgres, progress: Progress, moment: datetime | None) -> None:
    """Restore a server's data directory, and leave the server stopped."""
    instance = postgres.instance
    # What an attempt before this one left.
    shutil.rmtree(postgres.cluster, ignore_errors=True)
    instance.archiving = True
    instance.save()
    of_shard = "" if postgres.shard == 1 else f" {postgres.shard}"
    with progress.step(f"Base backup{of_shard}", "restoring") as step:
        postgres.backups.restore(moment, archives=True)
        step.text = f"restored from {Place.of(instance).postgres}"
    with progress.step(f"Archived WAL{of_shard}", "recovering") as step:
        _recover(instance, postgres.shard)
        stop_all([postgres], QUIET)
        _set_passwords(instance, postgres)
        step.text = f"recovered to {moment.isoformat() if moment else 'its end'}"


def restore_log(instance: Instance, progress: Progress, source: str = "") -> None:
    """Put a copy of the log into an empty log, and have the apply function read it.

    Parameters
    ----------
    source : str
        ``archive`` for the archive in the emulator, or ``s3://`` and a bucket; empty for the
        backup.

    Raises
    ------
    LocalCloudError
        If the instance runs, there is no such copy, another key, the log has records, or the
        ledger is lost too.
    """
    with (
        exclusive(instance),
        _needed_services(instance, progress, has_backup=not source) as (ledger, nodes),
        _copy(instance, source) as backup,
    ):
        if not all((postgres.cluster / "PG_VERSION").exists() for postgres in ledger):
            raise LocalCloudError("the ledger is lost too", "run `make restore BOTH=1`")
        index = backup.index()
        start_all([*ledger, *nodes], QUIET)
        writer = LogWriter(instance.kafka_bootstrap, COMMANDS_TOPIC)
        writer.check_empty(len(index.ends(index.latest)))
        _put_back(instance, writer, progress, backup, index)
        _tell(progress, list(unapplied(backup, index, positions(instance))))
        _go_on(instance, progress)


def _copy(instance: Instance, source: str) -> AbstractContextManager[Copy]:
    if source:
        return archived_log(instance, source)
    return contextlib.nullcontext(_log_backup(instance))


def _log_backup(instance: Instance) -> LogBackup:
    place = Place.of(instance)
    return LogBackup(place.log, COMMANDS_TOPIC, place.key())


def _put_back(
    instance: Instance, writer: LogWriter, progress: Progress, backup: Copy, index: Index
) -> None:
    """Write the copy's records into the empty log."""
    partitions = range(len(index.ends(index.latest)))
    with progress.step("Log", "restoring") as step:
        records = (backup.read(index, index.latest, partition) for partition in partitions)
        count = writer.write(instance, records)
        step.text = f"{count:,} records at the offsets and times that they had"


def read_moment(text: str) -> datetime | None:
    """Return the moment that an RFC 3339 timestamp names; None for an empty text.

    Raises
    ------
    LocalCloudError
        If it is none, or has no offset from UTC, or is in the future.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.max
    if moment.tzinfo is None:
        raise LocalCloudError(
            f"AT={text} is not a time", "give an RFC 3339 timestamp, such as 2026-11-28T09:30:00Z"
        )
    if moment > datetime.now(UTC):
        raise LocalCloudError(f"AT={text} is in the future", "leave AT out for the latest state")
    return moment


def _check_possible(ledger: Sequence[Postgres], moment: datetime | None) -> None:
    """Check that there is a backup of each shard of that moment or before, and room for all."""
    PgBackRest.install()
    needed = 0
    for postgres in ledger:
        backups = postgres.backups.backups()
        place = Place.of(postgres.instance)
        of_shard = "" if postgres.shard == 1 else f" of shard {postgres.shard}"
        if not backups:
            raise LocalCloudError(
                f"there is no backup{of_shard} in {place.postgres}",
                "run `make backup` first, or set LEDGERLANE_BACKUPS to where the backups are",
            )
        # pgBackRest knows whole seconds, and takes a backup that ended in an earlier one.
        if moment is not None and int(moment.timestamp()) <= backups[0].ended.timestamp():
            raise LocalCloudError(
                f"the oldest backup{of_shard} ended at {backups[0].ended.isoformat()}, not before "
                f"{moment.isoformat()}",
                "give a later time",
            )
        needed += backups[-1].size
    folder = ledger[0].folder
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LocalCloudError(
            f"the disk of {folder} is full: the ledger takes {needed / 2**20:,.0f} MiB, "
            f"and {free / 2**20:,.0f} MiB are free",
            "make room and repeat",
        )


@contextlib.contextmanager
def _needed_services(
    instance: Instance, progress: Progress, *, has_backup: bool = True
) -> Iterator[tuple[list[Postgres], list[Service]]]:
    """Yield the servers and the brokers of a stopped instance; stop them in the end."""
    if instance.services == COMPOSE:
        raise LocalCloudError(
            "SERVICES=compose keeps its data in volumes of Docker",
            "back up and restore those; `make backup` is for services without Docker",
        )
    if any(service.process is not None for service in every_service(instance)):
        raise LocalCloudError("the instance is running", "run `make down` first")
    if has_backup:
        Place.of(instance).check()
    services, _ = services_of(instance, os.environ)
    nodes: list[Service] = [one for one in services if isinstance(one, Broker)]
    ledger = servers(instance)
    for service in (*ledger, *nodes):
        service.install()
        if isinstance(service, Broker):
            instance.broker = service.kind
    instance.save()
    try:
        yield ledger, nodes
    finally:
        with held_back():
            stop_all(stop_order([*ledger, *nodes]), QUIET)


class _Recovering(Postgres):
    """A server that only recovers: its roles may have other passwords than the instance's."""

    def after_start(self) -> None:
        """Do nothing, because the passwords are set afterwards."""


def _recover(instance: Instance, shard: int) -> None:
    try:
        start_all([_Recovering(instance, shard)], QUIET)
    except LocalCloudError as error:
        if "before configured recovery target" not in error.detail:
            raise
        raise ArchiveEndsBefore(
            "the archived WAL ends before AT", "leave AT out to recover to its end"
        ) from error


@contextlib.contextmanager
def _former_kept(ledger: Sequence[Postgres]) -> Iterator[None]:
    """Move the former data directories aside, and put all back if what follows fails."""
    with contextlib.ExitStack() as held:
        for postgres in ledger:
            held.enter_context(_former_of(postgres))
        yield


@contextlib.contextmanager
def _former_of(postgres: Postgres) -> Iterator[None]:
    former = postgres.folder / "before-restore"
    shutil.rmtree(former, ignore_errors=True)
    if postgres.cluster.exists():
        postgres.cluster.rename(former)
    try:
        yield
    except BaseException:
        with held_back():
            stop_all([postgres], QUIET)
            shutil.rmtree(postgres.cluster, ignore_errors=True)
            if former.exists():
                former.rename(postgres.cluster)
        raise


def _set_passwords(instance: Instance, postgres: Postgres) -> None:
    """Give the roles this instance's passwords: the backup may be another instance's."""
    passwords = {
        ADMIN_ROLE: instance.admin_password,
        APPLICATION_ROLE: instance.application_password,
    }
    statements = [
        sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password))
        for role, password in passwords.items()
    ]
    postgres.run_alone("\n".join(statement.as_string() for statement in statements))


def _go_on(instance: Instance, progress: Progress) -> None:
    check_agreement(instance)
    if instance.shards > 1:
        with progress.step("Keys", "comparing") as step:
            learnt = learn_used_keys(instance)
            step.text = f"the home database learnt {learnt:,} that further shards have used"
    with progress.step("Positions", "setting") as step:
        reached = positions(instance)
        left = go_on_from(instance, reached)
        step.text = f"{left:,} records of the log follow what the ledger has"
    progress.say("Restored. `make up` starts the instance, which applies them.", "bold")


def _tell(progress: Progress, named: list[Named]) -> None:
    if not named:
        progress.say("  The ledger has everything that this copy of the log has.")
        return
    progress.say(f"  {len(named):,} commands were accepted and not applied:")
    for command in named[:MOST_NAMED]:
        progress.say(f"    {command.partition}-{command.offset}  {command.name}")
    if len(named) > MOST_NAMED:
        progress.say(f"    and {len(named) - MOST_NAMED:,} more")
