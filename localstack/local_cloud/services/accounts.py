"""The system account for services that refuse to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError

OUTSIDE = Path("/var/lib/ledgerlane")


@dataclass(frozen=True)
class Account:
    """The user that runs a service: a uid with its primary gid."""

    uid: int
    gid: int


def service_account() -> Account | None:
    """Return the account that services drop to, None if we are not root.

    Raises
    ------
    LocalCloudError
        If we are root and the account of Debian's PostgreSQL is missing.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError as error:
        raise LocalCloudError(
            "there is no system user `postgres`, which runs PostgreSQL",
            "install PostgreSQL from Debian, which creates it: apt-get install postgresql",
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def can_reach(folder: Path, account: Account) -> bool:
    """Whether `account` can traverse every existing directory down to `folder`."""
    for place in (folder, *folder.parents):
        try:
            status = place.stat()
        except FileNotFoundError:
            continue
        if status.st_uid == account.uid:
            passable = status.st_mode & stat.S_IXUSR
        elif status.st_gid == account.gid:
            passable = status.st_mode & stat.S_IXGRP
        else:
            passable = status.st_mode & stat.S_IXOTH
        if not passable:
            return False
    return True


def choose_data_folder(instance: Instance) -> None:
    """Give the instance a data directory outside its state if the service user can't reach that.

    A clone in a private home directory, such as root's, is closed to other users. Storing the data
    elsewhere is better than opening it. The instance stores the path, and `make clean` removes it.
    """
    account = service_account()
    if account is None or instance.outside is not None:
        return
    if can_reach(instance.data, account):
        return
    instance.outside = OUTSIDE / instance.identity
    instance.save()


def service_folder(instance: Instance, name: str) -> Path:
    """Create and return the private data directory of an unprivileged service."""
    folder = instance.unprivileged_data / name
    folder.mkdir(parents=True, exist_ok=True)
    account = service_account()
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def write_private(file: Path, text: str) -> None:
    """Write a file that only the service's user can read."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    account = service_account()
    if account is not None:
        os.chown(draft, account.uid, account.gid)
    draft.replace(file)


def remove_outside(instance: Instance) -> None:
    """Remove the data directory outside the state, if there is one."""
    if instance.outside is None:
        return
    if instance.outside.parent != OUTSIDE:
        raise LocalCloudError(
            f"instance.json names {instance.outside}, which Ledgerlane did not create",
            "check that directory and remove it by hand",
        )
    shutil.rmtree(instance.outside, ignore_errors=True)
    if OUTSIDE.is_dir() and not any(OUTSIDE.iterdir()):
        OUTSIDE.rmdir()
