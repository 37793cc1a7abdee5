"""Read the CPU time and memory of processes from /proc.

https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """A process's usage: CPU seconds since its start, resident bytes, open files."""

    cpu_s: float
    resident_bytes: int
    open_files: int


def usage(pid: int) -> Usage | None:
    """Return a process's usage, None if it has ended."""
    folder = _PROC / str(pid)
    try:
        # The name can contain spaces and brackets, so the fields begin after its closing bracket.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        files = sum(1 for _ in (folder / "fd").iterdir())
    except (OSError, ValueError):
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Usage(ticks / _TICKS_PER_S, int(fields[21]) * _PAGE_BYTES, files)
