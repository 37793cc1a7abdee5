"""`make verify-backup`: show that the backups restore, without touching the instance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from handlers.platform.bounds import COMMANDS_TOPIC
from local_cloud.addresses import addresses
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.pgbackrest import PgBackRest
from local_cloud.backup.place import Place
from local_cloud.backup.taking import check_running
from local_cloud.config import LOOPBACK, MODULES, ROOT, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.ports import free_block
from local_cloud.services.postgres import Postgres
from local_cloud.stack import exclusive

QUIET = Progress(quiet=True)
FIRST_PORT, LAST_PORT = 27_000, 28_000
SCRATCH_BUFFERS_MIB = 128


class Scratch(Postgres):
    """A server on the restored backup, beside the instance's own."""

    name = "scratch"
    title = "PostgreSQL (restored)"
    buffers_mib = SCRATCH_BUFFERS_MIB

    def __init__(self, instance: Instance, port: int) -> None:
        super().__init__(instance)
        self._port = port

    @property
    def port(self) -> int:
        """A port that nobody else uses."""
        return self._port

    @property
    def port_names(self) -> list[str]:
        """No port of the instance."""
        return []

    def after_start(self) -> None:
        """Do nothing: what the backup has is what is looked at."""


def verify(instance: Instance, progress: Progress) -> None:
    """Check each file of the backups, restore the ledger, and compare it with the log.

    Raises
    ------
    LocalCloudError
        If the instance is not running, a file is damaged, the backup does not restore, or what it
        restores to is not what the log says.
    """
    check_running(instance)
    with exclusive(instance):
        place = Place.of(instance)
        with progress.step("Repository", "verifying") as step:
            own = Postgres(instance)
            PgBackRest(instance, own.cluster, own.port).verify()
            step.text = "each file of the base backups and of the archived WAL is as it was written"
        with progress.step("Log", "verifying") as step:
            log = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
            try:
                count = LogBackup(place.log, COMMANDS_TOPIC, place.key()).verify(log)
            finally:
                log.close()
            step.text = f"{count:,} records, each as the log has it"
        _verify_restore(instance, progress)


def _verify_restore(instance: Instance, progress: Progress) -> None:
    scratch = Scratch(instance, free_block(1, FIRST_PORT, LAST_PORT))
    shutil.rmtree(scratch.folder, ignore_errors=True)
    try:
        with progress.step("Restore", "restoring to a scratch directory") as step:
            PgBackRest(instance, scratch.cluster, scratch.port).restore(None, archives=False)
            start_all([scratch], QUIET)
            step.text = "a server started on the restored backup, and recovered"
        with progress.step("Comparison", "rebuilding the ledger from the log") as step:
            step.text = _compare(instance, scratch)
    finally:
        with held_back():
            stop_all([scratch], QUIET)
            shutil.rmtree(scratch.folder, ignore_errors=True)


def _compare(instance: Instance, scratch: Scratch) -> str:
    """Compare the restored ledger with the one that the log makes up to its positions."""
    url = instance.database_url.replace(
        f"{LOOPBACK}:{instance.ports.postgres}", f"{LOOPBACK}:{scratch.port}"
    )
    environment = {**os.environ, **addresses(instance), "PYTHONPATH": MODULES}
    environment |= {"LEDGERLANE_DATABASE_URL": url, "LEDGERLANE_POOLER_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "functions.rebuild", "check"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LocalCloudError(
            "the restored ledger is not what the log says",
            "keep the backups, and see docs/recovery.md",
            (done.stdout + done.stderr).strip()[-2000:],
        )
    return done.stdout.strip().splitlines()[0]
