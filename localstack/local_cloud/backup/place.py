"""Where an instance's backups are, and the key that they are encrypted with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.accounts import can_reach, service_account

OUTSIDE = Path("/var/lib/ledgerlane-backups")
FOLDER_VARIABLE, KEY_VARIABLE = "LEDGERLANE_BACKUPS", "LEDGERLANE_BACKUP_KEY"


@dataclass(frozen=True)
class Place:
    """The folder of an instance's backups, and the file of their key.

    Both are outside the instance's state, because `make clean` removes that. The key is not in the
    folder, so that a copy of the folder alone tells nobody anything.

    Attributes
    ----------
    folder : Path
        The backups: ``postgres`` is pgBackRest's repository, ``log`` has the log's segments.
    key_file : Path
        The key, unless ``LEDGERLANE_BACKUP_KEY`` has one.
    given_key : str
        The key of ``LEDGERLANE_BACKUP_KEY``, empty if it is not set.
    """

    folder: Path
    key_file: Path
    given_key: str = ""

    @classmethod
    def of(cls, instance: Instance, environment: Mapping[str, str] | None = None) -> Place:
        """Return the place of an instance's backups.

        Parameters
        ----------
        instance : Instance
            Whose backups they are.
        environment : mapping, optional
            ``LEDGERLANE_BACKUPS`` names another folder, ``LEDGERLANE_BACKUP_KEY`` another key;
            by default those of this process.
        """
        environment = os.environ if environment is None else environment
        beside = instance.state.with_name(f"{instance.state.name}-backups")
        folder = Path(environment.get(FOLDER_VARIABLE) or beside).expanduser().absolute()
        account = service_account()
        if account is not None and folder == beside and not can_reach(folder, account):
            # PostgreSQL's user archives, and can't reach a clone in a private home directory.
            folder = OUTSIDE / instance.identity
        key_file = instance.state.with_name(f"{instance.state.name}-backup.key")
        return cls(folder, key_file, environment.get(KEY_VARIABLE, ""))

    @property
    def postgres(self) -> Path:
        """The repository of PostgreSQL's backups and its archived WAL."""
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        """The folder of the log's segments."""
        return self.folder / "log"

    def check(self) -> None:
        """Check that there are backups, and let PostgreSQL's user read them.

        A copy from another machine belongs to whoever made it.

        Raises
        ------
        LocalCloudError
            If there are none, or PostgreSQL's user can't reach them.
        """
        if not self.folder.is_dir():
            raise LocalCloudError(
                f"there is no backup in {self.folder}",
                f"run `make backup` first, or set {FOLDER_VARIABLE} to where the backups are",
            )
        self._hand_over()

    def create(self) -> None:
        """Create the folders, and the key if there is none yet.

        Raises
        ------
        LocalCloudError
            If PostgreSQL's user can't reach the folder.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        for folder in (self.postgres, self.log):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        self._hand_over()
        if not self.key_file.exists():
            _write_key(self.key_file, self.given_key or secrets.token_urlsafe(32))

    def _hand_over(self) -> None:
        """Give the repository to PostgreSQL's user, if services have another user than we."""
        account = service_account()
        if account is None or not self.postgres.is_dir():
            return
        for path in (self.postgres, *self.postgres.rglob("*")):
            status = path.lstat()
            if (status.st_uid, status.st_gid) != (account.uid, account.gid):
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
        if not can_reach(self.postgres, account):
            raise LocalCloudError(
                f"PostgreSQL's user can't reach {self.folder}",
                f"set {FOLDER_VARIABLE} to a folder that every user can reach",
            )

    def key(self) -> str:
        """Return the key.

        Raises
        ------
        LocalCloudError
            If there is none.
        """
        if self.given_key:
            return self.given_key
        try:
            return self.key_file.read_text().strip()
        except FileNotFoundError:
            raise LocalCloudError(
                f"the key of the backups is missing: there is no {self.key_file}",
                f"put it there, or in {KEY_VARIABLE}",
            ) from None


def _write_key(file: Path, key: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(key + "\n")
