"""Processes: started so that they can be found, and can't outlive who started them."""

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
#: With more cores than this the kernel has room enough.
FEW_CORES = 4
#: How many gateways run a concurrent function in their own process, unless it is said otherwise.
USUAL_GATEWAYS = 1
# Hundreds of requests in flight, or the records of one fetch, are soon more objects than the usual
# 700, and all of them in use.
_COLLECTOR_THRESHOLDS = (20_000, 20, 20)


def die_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when its parent ends, however it ends.

    Parameters
    ----------
    parent_pid
        Who the parent should be: where it has ended already, this process ends at once.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        sys.exit(0)


def work_in_batches(pid: int = 0) -> None:
    """Tell the kernel that a process works through batches, with nobody waiting for each.

    It then no longer interrupts others when it wakes up. On few cores a gateway is otherwise
    interrupted some thousand times a second, and loses its caches each time.

    Parameters
    ----------
    pid
        The process, with whatever it starts from now on; 0 for this one.
    """
    with suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


def collect_less() -> None:
    """Look for garbage in cycles less often, and never again at what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


@dataclass(frozen=True)
class Room:
    """The cores of this machine, and who uses which where they are few.

    A gateway is one thread that is nearly always busy. The kernel, left to itself, moves it about,
    which costs it its caches, and has others wait in line behind it, or it behind them, while
    another core has nothing to do. So each gateway keeps to a core, and who has nobody waiting at
    the other end leaves these cores alone.

    Attributes
    ----------
    every
        All cores that this process may use.
    gateways
        Those that the gateways keep to, one each; none where there are cores enough, or too few.
    """

    every: frozenset[int]
    gateways: tuple[int, ...]

    @classmethod
    def with_gateways(cls, count: int) -> Room:
        """Return the cores of this machine beside so many gateways."""
        cores = sorted(os.sched_getaffinity(0))
        is_scarce = count < len(cores) <= FEW_CORES
        return cls(frozenset(cores), tuple(cores[:count]) if is_scarce else ())

    @property
    def others(self) -> frozenset[int]:
        """The cores that the gateways leave to the others."""
        return self.every.difference(self.gateways)

    def take(self, number: int) -> None:
        """Keep this process, the gateway of this number from 0, to its core."""
        if self.gateways:
            use_cores(0, {self.gateways[number]})

    def leave(self) -> None:
        """Keep this thread, and whatever it starts from now on, off the gateways' cores."""
        if self.gateways:
            use_cores(0, self.others)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Have what is started meanwhile, with all its threads, keep off the gateways' cores."""
        self.leave()
        try:
            yield
        finally:
            if self.gateways:
                use_cores(0, self.every)


def use_cores(pid: int, cores: Collection[int]) -> None:
    """Have a process run on these cores alone; where the kernel refuses, it runs where it did."""
    with suppress(OSError):
        os.sched_setaffinity(pid, cores)


def package_folder() -> Path:
    """Return the folder that has to be on ``sys.path`` for this package."""
    return Path(__file__).resolve().parents[1]


def site_packages() -> list[str]:
    """Return where this interpreter's installed packages are."""
    return [entry for entry in sys.path if entry.endswith("-packages")]


def is_alive(pid: int) -> bool:
    """Whether a process with this id runs (and isn't merely waiting to be reaped)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
