"""Drills that lose nothing themselves: full disks, and a clock that jumps."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from load.drill.losses import check_everything
from load.drill.report import Line
from load.drill.stage import Stage, wait_until
from load.drill.traffic import Traffic
from local_cloud.config import Instance
from local_cloud.console import Progress
from local_cloud.install.apt import require_packages
from local_cloud.lifecycle import start_all
from local_cloud.process import Launch
from local_cloud.services.base import Service
from local_cloud.services.kafka import Kafka
from local_cloud.services.postgres import Postgres
from local_cloud.stack import find_service

QUIET = Progress(quiet=True)
#: More than a server needs for the traffic of a drill, and quickly filled.
DISK_MIB = 768
FULL_FOR_S = 5.0
HOUR_S = 3600
CLOCK_CACHED_S = 1
LIBRARY = "libfaketime.so.1"
BACKWARDS = """\
with entries as (
    select debit_account_id as account_id, debit_version as version, posted_at
    from ledger.postings
    union all
    select credit_account_id, credit_version, posted_at from ledger.postings
), steps as (
    select posted_at < lag(posted_at) over (partition by account_id order by version) as is_back
    from entries
)
select count(*) from steps where is_back
"""


class NotPossible(Exception):
    """The drill needs what this machine does not have or allow."""


def fill_disks(stage: Stage) -> Line:
    """(f) Fill the disk under PostgreSQL, then the disk under the broker, and make room again."""
    line = Line(
        "f",
        "the disk under PostgreSQL was filled, then the one under the broker; "
        "after each, room was made and `make up` run",
        "errors are clear, nothing is corrupt, everything goes on when there is room",
    )
    _fill_disk_of(stage, find_service(stage.instance, "postgres"), line)
    _fill_disk_of(stage, find_service(stage.instance, "broker"), line)
    return line.end()


def _fill_disk_of(stage: Stage, service: Service, line: Line) -> None:
    instance = stage.instance
    is_database = service.name == Postgres.name
    folder = Postgres(instance).folder if is_database else Kafka(instance).folder
    stage.command("down")
    with small_disk(folder, instance.state / f"{service.name}.disk"):
        stage.command("up")
        with Traffic(stage) as traffic:
            traffic.goes_on(100)
            _fill(folder)
            if is_database:
                # Its next segment of WAL finds no room.
                stage.try_rows("select pg_switch_wal()")
            wait_until(lambda: bool(_complaint(service)), "an error that says why")
            time.sleep(FULL_FOR_S)
            line.note(f"{service.title}: {_complaint(service)}")
            (folder / "filler").unlink()
            began_s = time.monotonic()
            stage.command("up")
            traffic.goes_on(100)
            line.note(f"it goes on {time.monotonic() - began_s:.1f} s after there is room")
            check_everything(stage, traffic, line)
        stage.command("down")
    stage.command("up")


@contextmanager
def small_disk(folder: Path, image: Path) -> Iterator[None]:
    """Have a directory on a disk of its own, with what is in it, and take it back afterwards.

    Raises
    ------
    NotPossible
        If this machine does not let us mount one.
    """
    with image.open("wb") as file:
        file.truncate(DISK_MIB * 2**20)
    _as_root("mkfs.ext4", "-q", "-m", "0", str(image))
    kept = folder.with_name(folder.name + ".kept")
    folder.rename(kept)
    folder.mkdir()
    try:
        _as_root("mount", "-o", "loop", str(image), str(folder))
        try:
            _as_root("cp", "-a", f"{kept}/.", str(folder))
            yield
            shutil.rmtree(kept)
            _as_root("cp", "-a", str(folder), str(kept))
            (kept / "lost+found").rmdir()
        finally:
            _as_root("umount", str(folder))
    finally:
        folder.rmdir()
        kept.rename(folder)
        image.unlink()


def _as_root(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotPossible(f"{' '.join(command)}: {done.stderr.strip()}")


def _fill(folder: Path) -> None:
    """Take all room that there is."""
    block = bytes(2**20)
    with (folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(block)
    # What is less than a block.
    with (folder / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(block[:512])


def _complaint(service: Service) -> str:
    """Return the first line of the service's log that says that there is no room."""
    lines = service.log.read_text(errors="replace").splitlines()
    return next((line.strip()[:160] for line in lines if "No space left" in line), "")


def jump_in_time(stage: Stage) -> Line:
    """(g) Set the broker's clock an hour ahead, and back again."""
    line = Line(
        "g",
        "the broker's clock was set an hour ahead under load, and back",
        "nothing is lost, doubled or reordered; the ledger's times never go back in a partition",
    )
    clock = stage.instance.state / "clock"
    clock.write_text("+0")
    stage.command("down")
    broker = _ClockedKafka(stage.instance, _library(), clock)
    # The others find it running.
    start_all([broker], QUIET)
    stage.command("up")
    with Traffic(stage) as traffic:
        traffic.goes_on(100)
        clock.write_text(f"+{HOUR_S}")
        time.sleep(CLOCK_CACHED_S)
        traffic.goes_on()
        clock.write_text("+0")
        time.sleep(CLOCK_CACHED_S)
        traffic.goes_on()
        check_everything(stage, traffic, line)
    times = [[record.timestamp_ms for record in part] for part in stage.topic()]
    ahead_ms = max(map(max, times)) - max(part[-1] for part in times)
    line.require(ahead_ms > HOUR_S * 900, f"the clock moved by {ahead_ms / 1000:.0f} s only")
    line.note(f"records were up to {ahead_ms / 1000:,.0f} s ahead of later ones")
    backwards = stage.rows(BACKWARDS)[0][0]
    line.require(backwards == 0, f"{backwards} postings are earlier than the one before")
    return line.end()


class _ClockedKafka(Kafka):
    """A broker whose clock a file sets."""

    def __init__(self, instance: Instance, library: Path, clock: Path) -> None:
        super().__init__(instance)
        self._library = library
        self._clock = clock

    def prepare(self) -> Launch:
        """Return how to start it with libfaketime before its libraries."""
        launch = super().prepare()
        faked = {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_CACHE_DURATION": str(CLOCK_CACHED_S),
            # Only the time of day jumps. With the fix, Java's waits return at once, and it spins.
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
        return dataclasses.replace(launch, environment={**launch.environment, **faked})


def _library() -> Path:
    require = {"libfaketime": "libfaketime (to change a clock)"}
    found = sorted(Path("/usr/lib").glob(f"*/faketime/{LIBRARY}"))
    if not found:
        require_packages(require)
        found = sorted(Path("/usr/lib").glob(f"*/faketime/{LIBRARY}"))
    return found[0]
