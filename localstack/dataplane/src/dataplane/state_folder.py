"""Where things are in the data plane's state folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StateFolder:
    """The paths below one state folder."""

    root: Path

    def prepare(self) -> None:
        """Make the folders; what's in them is for their owner only, for it holds secrets."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        for folder in (self.pids, self.status, self.logs, self.function_logs, self.code):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def pids(self) -> Path:
        """One file a process: its pid as a plain number."""
        return self.root / "pids"

    @property
    def status(self) -> Path:
        """One JSON file a process, rewritten each second."""
        return self.root / "status"

    @property
    def logs(self) -> Path:
        """The data plane's own logs."""
        return self.root / "logs"

    @property
    def function_logs(self) -> Path:
        """One log a function, as CloudWatch has one log group."""
        return self.logs / "functions"

    @property
    def code(self) -> Path:
        """Unpacked artefacts, a folder a content."""
        return self.root / "code"

    @property
    def deployment(self) -> Path:
        """What the supervisor last discovered; the children read it."""
        return self.root / "deployment.json"

    @property
    def ready(self) -> Path:
        """There while everything serves."""
        return self.root / "ready.json"

    def pid_file(self, name: str) -> Path:
        """Where the process ``name`` notes its pid."""
        return self.pids / f"{name}.pid"

    def status_file(self, name: str) -> Path:
        """Where the process ``name`` notes how it does."""
        return self.status / f"{name}.json"

    def function_log(self, function: str) -> Path:
        """Where a function's output goes."""
        return self.function_logs / f"{function}.log"


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new text, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)


def read_json(path: Path) -> Any | None:
    """Read a JSON file, or None when it isn't there (or not readable as JSON)."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
