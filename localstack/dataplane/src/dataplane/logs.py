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


def _begin_anew(path: Path) -> None:
    shutil.copyfile(path, path.with_suffix(".log.1"))
    os.truncate(path, 0)
