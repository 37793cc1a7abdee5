"""Processes: started so that they can be found, and can't outlive who started them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
#: With more cores than this the kernel has room enough.
FEW_CORES = 4


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


def take_core(index: int, of: int) -> None:
    """Where cores are few, keep this process on one of them.

    A gateway is one thread that is nearly always busy. The kernel, left to itself, moves it about,
    and each move costs it its caches. The others may run wherever there is room.

    Parameters
    ----------
    index, of
        Which of the gateway's processes this is, from 0, and how many there are.
    """
    cores = sorted(os.sched_getaffinity(0))
    if of < len(cores) <= FEW_CORES:
        with suppress(OSError):
            os.sched_setaffinity(0, {cores[index]})


def localstack_folder() -> Path:
    """Return the folder that has to be on ``sys.path`` for this package."""
    return Path(__file__).resolve().parents[2]


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
