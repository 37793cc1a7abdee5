"""The archive of the log on S3, as a copy that `make restore` reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.archiving.archive import Archive
from handlers.platform.bounds import COMMANDS_TOPIC
from handlers.platform.errors import LedgerlaneError
from handlers.platform.segments import Logged
from local_cloud.backup.index import Index, Segment
from local_cloud.config import STACK, Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import start_all, stop_all
from local_cloud.services.emulator import started_emulator
from local_cloud.tools import emulator_client

LOCAL, SCHEME = "archive", "s3://"
_OUTPUT = "ArchiveBucket"
_QUIET = Progress(quiet=True)
_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3})


class ArchivedLog:
    """A copy of the log in an archive.

    Parameters
    ----------
    archive : Archive
        The archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def index(self) -> Index:
        """Return what is in the archive. Its segments have no time and no checksum of their own.

        Raises
        ------
        LocalCloudError
            If it is empty or can't be read.
        """
        index = Index()
        try:
            for incarnation, partitions in self._archive.incarnations().items():
                known = index.segments(incarnation, max(partitions, default=-1) + 1)
                for partition in partitions:
                    end = self._archive.end(incarnation, partition)
                    known[partition].append(Segment(0, end, 0, ""))
        except LedgerlaneError as error:
            raise _unreadable(error) from error
        if not index.incarnations:
            raise LocalCloudError(
                "the archive of the log is empty", "see `ARCHIVE=1 make up` in docs/recovery.md"
            )
        return index

    def read(
        self, index: Index, incarnation: str, partition: int, start: int = 0
    ) -> Iterator[Logged]:
        """Yield a partition's records from the offset `start` on.

        Raises
        ------
        LocalCloudError
            If an object is missing or damaged, or the archive can't be read.
        """
        try:
            yield from self._archive.records(incarnation, partition, start)
        except LedgerlaneError as error:
            raise _unreadable(error) from error


@contextmanager
def archived_log(instance: Instance, source: str) -> Iterator[ArchivedLog]:
    """Yield the archive that `source` names; the emulator runs meanwhile, if it is there.

    Parameters
    ----------
    instance : Instance
        A stopped instance.
    source : str
        ``archive`` for the one in the instance's emulator, or ``s3://`` and a bucket's name.

    Raises
    ------
    LocalCloudError
        If it names nothing, or the archive can't be read.
    """
    if source.startswith(SCHEME):
        storage = boto3.client("s3", config=_CONFIG)
        yield ArchivedLog(Archive(storage, source.removeprefix(SCHEME), COMMANDS_TOPIC))
    elif source == LOCAL:
        with _running_emulator(instance):
            storage = emulator_client(instance, "s3", _CONFIG)
            yield ArchivedLog(Archive(storage, _bucket(instance), COMMANDS_TOPIC))
    else:
        raise LocalCloudError(
            f"FROM={source} is no copy of the log", f"set it to `{LOCAL}` or to {SCHEME}BUCKET"
        )


@contextmanager
def _running_emulator(instance: Instance) -> Iterator[None]:
    emulator = started_emulator(instance)
    own = [emulator] if emulator is not None else []
    start_all(own, _QUIET)
    try:
        yield
    finally:
        with held_back():
            stop_all(own, _QUIET)


def _bucket(instance: Instance) -> str:
    try:
        (stack,) = emulator_client(instance, "cloudformation", _CONFIG).describe_stacks(
            StackName=STACK
        )["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise _unreadable(error) from error
    found = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    if _OUTPUT not in found:
        raise LocalCloudError(f"the stack {STACK} has no archive", "run `ARCHIVE=1 make up` first")
    return str(found[_OUTPUT])


def _unreadable(error: Exception) -> LocalCloudError:
    return LocalCloudError(
        f"the archive of the log can't be read ({error})", "see docs/recovery.md"
    )
