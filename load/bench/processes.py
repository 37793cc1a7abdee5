"""Read the CPU time of other processes from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(postmaster: int, recursive: bool = True) -> float:
    """Return the user and system CPU time of a process and its children, in seconds.

    Parameters
    ----------
    postmaster
        The parent's pid. Its time includes that of children that have ended.
    recursive
        Whether live children count too.
    """
    living = children(postmaster) if recursive else []
    return sum(_own_cpu_s(pid) for pid in (postmaster, *living))


def children(parent: int) -> list[int]:
    """Return the pids of a process's live children."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields and int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _own_cpu_s(pid: int) -> float:
    fields = _fields(Path(f"/proc/{pid}/stat"))
    # Fields 14 to 17 of proc(5): user and system time, own and of ended children.
    return sum(int(field) for field in fields[11:15]) / TICKS_PER_S if fields else 0.0


def _fields(stat: Path) -> list[str]:
    try:
        # The command's name is in parentheses and can contain spaces; the fields after it can't.
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
