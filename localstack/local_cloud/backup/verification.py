"""`make verify-backup`: show that the backups restore, without touching the instance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import count

from handlers.platform.bounds import COMMANDS_TOPIC
from local_cloud.addresses import addresses
from local_cloud.backup.agreement import check_databases
from local_cloud.backup.log_backup import LogBackup
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.place import Place
from local_cloud.backup.taking import check_running
from local_cloud.config import LOOPBACK, MODULES, ROOT, Instance, service_of
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.ports import free_block
from local_cloud.services.postgres import Postgres
from local_cloud.stack import exclusive, servers

QUIET = Progress(quiet=True)
FIRST_PORT, LAST_PORT = 27_000, 28_000
SCRATCH_BUFFERS_MIB = 128


class Scratch(Postgres):
    """A server on the restored backup of a shard, beside the instance's own."""

    buffers_mib = SCRATCH_BUFFERS_MIB

    def __init__(self, instance: Instance, port: int, shard: int = 1) -> None:
        super().__init__(instance, shard)
        self.name = service_of("scratch", shard)
        self.title = f"{self.title} (restored)"
        self._port = port

    @property
    def url(self) -> str:
        """The URL of what is restored, as its administrator."""
        own = f"{LOOPBACK}:{self.instance.ports.of_node('postgres', self.shard)}"
        return self.instance.database_url_of(self.shard).replace(own, f"{LOOPBACK}:{self._port}")

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
            for own in servers(instance):
                own.backups.verify()
            step.text = "each file of the base backups and of the archived WAL is as it was written"
        with progress.step("Log", "verifying") as step:
            log = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
            try:
                number = LogBackup(place.log, COMMANDS_TOPIC, place.key()).verify(log)
            finally:
                log.close()
            step.text = f"{number:,} records, each as the log has it"
        _verify_restore(instance, progress)


def _verify_restore(instance: Instance, progress: Progress) -> None:
    first = free_block(instance.shards, FIRST_PORT, LAST_PORT)
    restored = [
        Scratch(instance, port, shard)
        for port, shard in zip(count(first), instance.shard_numbers, strict=False)
    ]
    _remove(restored)
    try:
        with progress.step("Restore", "restoring to a scratch directory") as step:
            for scratch in restored:
                scratch.backups.restore(None, archives=False)
            start_all(restored, QUIET)
            step.text = "a server started on the restored backup, and recovered"
        with progress.step("Comparison", "rebuilding the ledger from the log") as step:
            step.text = _compare(instance, restored)
    finally:
        with held_back():
            stop_all(restored, QUIET)
            _remove(restored)


def _remove(restored: Sequence[Scratch]) -> None:
    for scratch in restored:
        shutil.rmtree(scratch.folder, ignore_errors=True)


def _compare(instance: Instance, restored: Sequence[Scratch]) -> str:
    """Compare the restored ledger with the one that the log makes up to its positions."""
    home = restored[0].url
    check_databases([scratch.url for scratch in restored])
    environment = {**os.environ, **addresses(instance), "PYTHONPATH": MODULES}
    environment |= {"LEDGERLANE_DATABASE_URL": home, "LEDGERLANE_POOLER_URL": home}
    places = [f"{LOOPBACK}:{scratch.port}" for scratch in restored[1:]]
    environment |= {"DATABASE_SHARDS": ",".join(places)}
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
