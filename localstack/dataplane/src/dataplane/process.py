"""Process helpers: lifetime, scheduling, cores and paths."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
#: With more cores than this, no core needs to be reserved.
FEW_CORES = 4
#: The default number of gateways that run a concurrent function in their process.
USUAL_GATEWAYS = 1
# Hundreds of requests in flight, or the records of one fetch, exceed the default threshold of 700
# objects, and all of them are in use.
_COLLECTOR_THRESHOLDS = (20_000, 20, 20)


def die_with_parent(parent_pid: int) -> None:
    """Make the kernel kill this process when its parent ends for any reason.

    Parameters
    ----------
    parent_pid
        The expected parent. If it has already ended, this process ends at once.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        sys.exit(0)


def work_in_batches(pid: int = 0) -> None:
    """Set a process's scheduling policy to `SCHED_BATCH`.

    It then no longer preempts others when it wakes up. On few cores, it would otherwise interrupt a
    gateway some thousand times a second, which would lose its CPU caches each time.

    Parameters
    ----------
    pid
        The process; 0 for this one. Its future children inherit the policy.
    """
    with suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


def collect_less() -> None:
    """Collect garbage less often, and exclude all existing objects from collections."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


@dataclass(frozen=True)
class Room:
    """How this machine's cores are divided between the gateways and everything else.

    A gateway is one thread that is nearly always busy. By default, the kernel moves it between
    cores, which loses its CPU caches, and queues it and others behind each other while another core
    is idle. So each gateway is bound to a core, and work that nobody waits for keeps off these
    cores.

    Attributes
    ----------
    every
        All cores that this process may use.
    gateways
        The cores reserved for gateways, one each; empty if the machine has many cores, or too few.
    """

    every: frozenset[int]
    gateways: tuple[int, ...]

    @classmethod
    def with_gateways(cls, count: int) -> Room:
        """Return the division of this machine's cores for `count` gateways."""
        cores = sorted(os.sched_getaffinity(0))
        is_scarce = count < len(cores) <= FEW_CORES
        return cls(frozenset(cores), tuple(cores[:count]) if is_scarce else ())

    @property
    def others(self) -> frozenset[int]:
        """The cores that are not reserved for gateways."""
        return self.every.difference(self.gateways)

    def take(self, number: int) -> None:
        """Bind this process, the gateway with this number (from 0), to its core."""
        if self.gateways:
            use_cores(0, {self.gateways[number]})

    def leave(self) -> None:
        """Keep this thread and its future children off the gateways' cores."""
        if self.gateways:
            use_cores(0, self.others)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Keep processes that are started in this context off the gateways' cores."""
        self.leave()
        try:
            yield
        finally:
            if self.gateways:
                use_cores(0, self.every)


def use_cores(pid: int, cores: Collection[int]) -> None:
    """Restrict a process to these cores; do nothing if the kernel refuses."""
    with suppress(OSError):
        os.sched_setaffinity(pid, cores)


def package_folder() -> Path:
    """Return the directory that must be on ``sys.path`` for this package."""
    return Path(__file__).resolve().parents[1]


def site_packages() -> list[str]:
    """Return the directories of this interpreter's installed packages."""
    return [entry for entry in sys.path if entry.endswith("-packages")]


def is_alive(pid: int) -> bool:
    """Whether a process with this id is running, and not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
