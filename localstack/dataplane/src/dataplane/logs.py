"""Logs that don't grow without end."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dataplane.state_folder import StateFolder

MAXIMUM_BYTES = 64 * 1024 * 1024


def trim(layout: StateFolder, maximum_bytes: int = MAXIMUM_BYTES) -> None:
    """Keep one older part of each log that has become too long, and begin it anew.

    The file is copied and emptied, not renamed: the functions' processes have it open.
    """
    for folder in (layout.logs, layout.function_logs):
        for path in folder.glob("*.log"):
            if path.stat().st_size > maximum_bytes:
                _begin_anew(path)


def _begin_anew(path: Path) -> None:
    shutil.copyfile(path, path.with_suffix(".log.1"))
    os.truncate(path, 0)
