"""Limit the size of logs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dataplane.state_folder import StateFolder

MAXIMUM_BYTES = 64 * 1024 * 1024


def trim(layout: StateFolder, maximum_bytes: int = MAXIMUM_BYTES) -> None:
    """Rotate each log that is too large, keeping one older file.

    The file is copied and truncated, not renamed, because the functions' processes have it open.
    """
    for folder in (layout.logs, layout.function_logs):
        for path in folder.glob("*.log"):
            if path.stat().st_size > maximum_bytes:
                _begin_anew(path)


def next_lines(path: Path, position: int, most_bytes: int) -> tuple[int, bytes]:
    """Return the next complete lines of a growing log, and the position at which they start.

    A line that is longer than ``most_bytes`` is returned in parts. The position is 0 if the log
    was rotated since.
    """
    if path.stat().st_size < position:
        position = 0
    with path.open("rb") as log:
        log.seek(position)
        chunk = log.read(most_bytes)
    end = chunk.rfind(b"\n") + 1 or (len(chunk) if len(chunk) == most_bytes else 0)
    return position, chunk[:end]


def _begin_anew(path: Path) -> None:
    shutil.copyfile(path, path.with_suffix(".log.1"))
    os.truncate(path, 0)
