"""Processes that outlive the command that started them, identified reliably.

A process is identified by its pid *and* its start time in the kernel. A recycled pid is therefore
never mistaken for ours or killed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_cloud.cores import GATEWAYS, Room, work_in_batches

MARK = "LEDGERLANE_INSTANCE_OF"
POLL_S = 0.02


@dataclass(frozen=True)
class Launch:
    """How a process is started.

    Parameters
    ----------
    argv : sequence of str
        The command and its arguments.
    environment : mapping, optional
        Added to the few variables that every child gets.
    folder : Path, optional
        The working directory.
    user : int, optional
        The uid to run as; its primary group goes with it.
    group : int, optional
        The gid to run as.
    works_in_batches : bool, optional
        Whether it processes batches; it then doesn't preempt others when it wakes up.
    leaves_gateway_room : bool, optional
        Whether it keeps off the data plane's gateway core if the machine has few cores.
    """

    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: int | None = None
    group: int | None = None
    works_in_batches: bool = False
    leaves_gateway_room: bool = False


@dataclass(frozen=True)
class Process:
    """A started process, as recorded on disk."""

    name: str
    pid: int
    start_ticks: int
    started_at: float
    port: int
    version: str = ""

    @property
    def alive(self) -> bool:
        """Whether this exact process still runs. A zombie does not; our own are reaped."""
        _reap(self.pid)
        return start_ticks(self.pid) == self.start_ticks

    @property
    def memory_bytes(self) -> int:
        """Resident memory of the process's session, in bytes."""
        return session_memory_bytes(self.pid) if self.alive else 0

    def write(self, folder: Path) -> None:
        """Write the record as ``<name>.json`` and the bare pid as ``<name>.pid``."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(json.dumps(dataclasses.asdict(self)))
        (folder / f"{self.name}.pid").write_text(f"{self.pid}\n")


def read_process(folder: Path, name: str) -> Process | None:
    """Return the process recorded under `name`, None if there is no readable record."""
    try:
        return Process(**json.loads((folder / f"{name}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def forget_process(folder: Path, name: str) -> None:
    """Remove the record of `name`."""
    for suffix in ("json", "pid"):
        (folder / f"{name}.{suffix}").unlink(missing_ok=True)


def start_ticks(pid: int) -> int | None:
    """Return when the kernel started `pid`, in clock ticks since boot; None if it is gone."""
    fields = _stat_fields(pid)
    if fields is None or fields[0] in "ZX":
        return None
    return int(fields[19])


def _stat_fields(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, UnicodeDecodeError):
        return None
    # The name in parentheses can contain spaces and parentheses, so split after the last one.
    return text.rpartition(")")[2].split()


def base_environment(instance_mark: str) -> dict[str, str]:
    """Return the minimal, marked environment that every child gets."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", MARK: instance_mark}


def start(name: str, launch: Launch, log: Path, port: int, mark: str, version: str) -> Process:
    """Start a detached process that writes to `log`.

    Raises
    ------
    OSError
        If the command can't be executed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    room = Room.with_gateways(GATEWAYS if launch.leaves_gateway_room else 0)
    with log.open("ab") as output, room.left():
        child = subprocess.Popen(
            list(launch.argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=launch.folder,
            env={**base_environment(mark), **launch.environment},
            start_new_session=True,
            user=launch.user,
            group=launch.group,
            extra_groups=[] if launch.user is not None else None,
        )
    if launch.works_in_batches:
        work_in_batches(child.pid)
    ticks = start_ticks(child.pid)
    # init adopts the child when this command ends; this avoids a ResourceWarning.
    child.returncode = 0
    return Process(name, child.pid, ticks or 0, time.time(), port, version)


def stop(process: Process, gentle: signal.Signals, patience_s: float) -> bool:
    """Stop a process with `gentle`, and send SIGKILL to its session after `patience_s`.

    Returns
    -------
    bool
        Whether it stopped without SIGKILL.
    """
    if not process.alive:
        return True
    _send(process.pid, gentle)
    if _wait_until_gone(process, patience_s):
        return True
    for pid in session_members(process.pid):
        _send(pid, signal.SIGKILL)
    _wait_until_gone(process, 5.0)
    return False


def _wait_until_gone(process: Process, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while process.alive:
        if time.monotonic() >= deadline:
            return False
        _reap(process.pid)
        time.sleep(POLL_S)
    _reap(process.pid)
    return True


def _reap(pid: int) -> None:
    """Reap `pid` if it is a child of this process, so that no zombie remains."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def session_members(leader: int) -> list[int]:
    """Return the pids of the session of `leader`, including itself."""
    members = []
    for pid in _all_pids():
        fields = _stat_fields(pid)
        if fields is not None and int(fields[3]) == leader and fields[0] not in "ZX":
            members.append(pid)
    return members


def session_memory_bytes(leader: int) -> int:
    """Return the memory of `leader`, its session and its children, in bytes.

    Shared memory is counted once; otherwise PostgreSQL's buffers would count for every backend.
    """
    total = 0
    for pid in _all_pids():
        fields = _stat_fields(pid)
        if fields is not None and leader in (pid, int(fields[3]), int(fields[1])):
            total += _proportional_memory_bytes(pid)
    return total


def _proportional_memory_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def marked_processes(mark: str) -> list[Process]:
    """Return every process with `mark` in its environment: an instance's leftovers."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for pid in _all_pids():
        try:
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        ticks = start_ticks(pid)
        if wanted in variables and ticks is not None:
            found.append(Process(f"pid {pid}", pid, ticks, 0.0, 0))
    return found
