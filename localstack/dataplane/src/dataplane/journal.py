"""The data plane's own log: a line an event, to a file of its own.

Not ``logging``: in a concurrent worker that belongs to the function.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path


class Journal:
    """Appends timed lines to a file; each line is one write, so processes can share the file."""

    def __init__(self, path: Path, part: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._part = part

    def write(self, text: str) -> None:
        """Append one line with the time (UTC), the part and the pid."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = f"{now} {self._part}[{os.getpid()}] {text}\n"
        os.write(self._fd, line.encode(errors="replace"))
