"""The data plane's log, with one line per event, in a separate file.

It does not use ``logging``, which belongs to the function in a concurrent worker.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path


class Journal:
    """Appends lines to a file. Each line is one write, so processes can share the file."""

    def __init__(self, path: Path, part: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._part = part

    def write(self, text: str) -> None:
        """Append a line with the time (UTC), the process's name and its pid."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = f"{now} {self._part}[{os.getpid()}] {text}\n"
        os.write(self._fd, line.encode(errors="replace"))
