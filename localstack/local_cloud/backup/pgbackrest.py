"""pgBackRest: base backups of PostgreSQL and its archived WAL, encrypted."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_cloud.backup.place import Place
from local_cloud.config import ADMIN_ROLE, Instance, service_of
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.services.accounts import service_account, service_folder, write_private

#: The name of the home database's backups. A further shard's has its number.
STANZA = "ledgerlane"
#: What is not in the log (people, keys, webhooks) is archived within so many seconds.
ARCHIVE_TIMEOUT_S = 60
#: Full backups that are kept, with the WAL since the older one.
KEPT_FULL_BACKUPS = 2
FULL_EVERY_DAYS = 7
COMMAND_LIMIT_S = 3600
#: pgBackRest's exit statuses where the repository has another cluster's backups.
_SYSTEM_ID_DIFFERS = {28, 51, 59}

SETTINGS = """\
[global]
repo1-path={repository}
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass={key}
repo1-retention-full={kept}
compress-type=lz4
process-max=2
start-fast=y
# If the archive can't be written, PostgreSQL's disk must not fill up: better a gap in the archive,
# which the next backup closes.
archive-push-queue-max=4GiB
lock-path={folder}/lock
spool-path={folder}/spool
log-level-console=warn
log-level-stderr=off
log-level-file=off

[{stanza}]
pg1-path={cluster}
pg1-port={port}
pg1-socket-path={sockets}
pg1-user={admin}
"""


@dataclass(frozen=True)
class Backup:
    """A base backup.

    Parameters
    ----------
    label : str
        Its name.
    kind : str
        ``full``, or ``diff``: what changed since the last full one.
    ended : datetime
        When it ended; a restore can be to any time after that.
    size : int
        The size of the database, in bytes.
    added : int
        What it added to the repository, in bytes.
    """

    label: str
    kind: str
    ended: datetime
    size: int
    added: int


class PgBackRest:
    """The backups of one cluster.

    Parameters
    ----------
    instance : Instance
        Whose cluster it is.
    cluster : Path
        Its data directory.
    port : int
        Its server's port.
    shard : int
        Which of the instance's databases it is.
    """

    def __init__(self, instance: Instance, cluster: Path, port: int, shard: int = 1) -> None:
        self._instance = instance
        self._cluster = cluster
        self._port = port
        # Each has its own settings, because servers archive at the same time.
        self._name = service_of("pgbackrest", shard)
        self._stanza = service_of(STANZA, shard)
        self._place = Place.of(instance)

    @staticmethod
    def install() -> None:
        """Install pgBackRest if it is missing."""
        if shutil.which("pgbackrest") is None:
            require_packages({"pgbackrest": "pgBackRest"})

    def archive_command(self) -> str:
        """Return PostgreSQL's `archive_command`, and write the settings that it needs."""
        command = [_binary(), f"--config={self._configure()}", f"--stanza={self._stanza}"]
        return f"{shlex.join(command)} archive-push %p"

    def take(self, full: bool) -> Backup:
        """Make a base backup of the running server; expire what is too old.

        Parameters
        ----------
        full : bool
            Make a full one, though the last one is recent.

        Raises
        ------
        LocalCloudError
            If that fails.
        """
        self._place.create()
        self._create_stanza()
        backups = self.backups()
        age = datetime.now(UTC) - max(
            (one.ended for one in backups if one.kind == "full"),
            default=datetime.fromtimestamp(0, UTC),
        )
        kind = "full" if full or age.days >= FULL_EVERY_DAYS else "diff"
        self._run("backup", f"--type={kind}")
        return self.backups()[-1]

    def _create_stanza(self) -> None:
        try:
            self._run("stanza-create")
        except CommandFailed as error:
            if error.status not in _SYSTEM_ID_DIFFERS:
                raise
            # A cluster that was made anew: its backups begin, and the former ones stay.
            self._run("stanza-upgrade")

    def backups(self) -> list[Backup]:
        """Return the backups, oldest first.

        Raises
        ------
        LocalCloudError
            If the repository can't be read, because of another key for example.
        """
        printed = self._run("info", "--output=json")
        try:
            stanzas: list[dict[str, Any]] = json.loads(printed or "[]")
        except ValueError as error:
            raise _wrong_key(str(error)) from error
        self._check_key(stanzas)
        return [_backup(found) for stanza in stanzas for found in stanza.get("backup", [])]

    def _check_key(self, stanzas: list[dict[str, Any]]) -> None:
        status = stanzas[0].get("status", {}) if stanzas else {}
        # 99 is "other": the information can't be read.
        if status.get("code") == 99:
            raise _wrong_key(str(status.get("message", "")))

    def restore(self, at: datetime | None, *, archives: bool) -> None:
        """Restore the base backup into the cluster's directory, which must be empty or absent.

        Recovery follows when a server starts there.

        Parameters
        ----------
        at : datetime or None
            The time to recover to; None for the end of the archived WAL.
        archives : bool
            Whether the restored server goes on archiving.

        Raises
        ------
        LocalCloudError
            If there is no room, no backup, or another key.
        """
        options: list[str] = []
        if at is not None:
            stamp = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
            options += ["--type=time", f"--target={stamp}", "--target-action=promote"]
        if not archives:
            options += ["--archive-mode=off"]
        self._run("restore", *options)

    def verify(self) -> None:
        """Check each file of the repository: backups and archived WAL.

        Raises
        ------
        LocalCloudError
            If a file is missing or damaged.
        """
        printed = self._run("verify", "--output=text")
        if "status: error" in printed:
            raise LocalCloudError(
                f"the repository {self._place.postgres} is damaged",
                "restore it from a copy, or make a full backup (make backup FULL=1)",
                printed,
            )

    def _configure(self) -> Path:
        folder = service_folder(self._instance, self._name)
        file = folder / "pgbackrest.conf"
        write_private(
            file,
            SETTINGS.format(
                repository=self._place.postgres,
                key=self._place.key(),
                kept=KEPT_FULL_BACKUPS,
                folder=folder,
                stanza=self._stanza,
                cluster=self._cluster,
                port=self._port,
                sockets=self._cluster.parent,
                admin=ADMIN_ROLE,
            ),
        )
        return file

    def _run(self, command: str, *options: str) -> str:
        argv = [
            _binary(),
            f"--config={self._configure()}",
            f"--stanza={self._stanza}",
            *options,
            command,
        ]
        done = _as_service(argv, {"PGPASSWORD": self._instance.admin_password})
        if done.returncode != 0:
            raise _failure(command, done.returncode, done.stdout + done.stderr)
        return done.stdout


class CommandFailed(LocalCloudError):
    """A command of pgBackRest failed.

    Parameters
    ----------
    status : int
        Its exit status.
    """

    def __init__(self, problem: str, remedy: str, detail: str, status: int) -> None:
        super().__init__(problem, remedy, detail)
        self.status = status


def _failure(command: str, status: int, said: str) -> LocalCloudError:
    tail = "\n".join(said.strip().splitlines()[-8:])
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return LocalCloudError(f"{command}: the disk is full", "make room and repeat", tail)
    if "CryptoError" in said or "cipher" in said or "unable to load info file" in said:
        return _wrong_key(tail)
    return CommandFailed(f"pgBackRest can't {command}", "see below", tail, status)


def _wrong_key(tail: str) -> LocalCloudError:
    return LocalCloudError(
        "the key does not open the backups",
        "use the key that they were made with (see docs/recovery.md)",
        tail,
    )


def _backup(found: Mapping[str, Any]) -> Backup:
    return Backup(
        found["label"],
        found["type"],
        datetime.fromtimestamp(found["timestamp"]["stop"], UTC),
        found["info"]["size"],
        found["info"]["repository"]["delta"],
    )


def _as_service(
    argv: Sequence[str], secrets: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    account = service_account()
    return subprocess.run(
        argv,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **secrets},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        # With another key, the information is not even text.
        encoding="utf-8",
        errors="replace",
        timeout=COMMAND_LIMIT_S,
        check=False,
    )


def _binary() -> str:
    binary = shutil.which("pgbackrest")
    if binary is None:
        raise LocalCloudError("pgBackRest is not installed", "apt-get install pgbackrest")
    return binary
