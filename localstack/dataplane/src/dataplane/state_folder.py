"""The paths in the data plane's state directory."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StateFolder:
    """The paths below a state directory."""

    root: Path

    def prepare(self) -> None:
        """Create the directories, readable only by their owner, because they contain secrets."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        for folder in (self.pids, self.status, self.logs, self.function_logs, self.code):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def pids(self) -> Path:
        """The directory of pid files, one per process, each with a plain number."""
        return self.root / "pids"

    @property
    def status(self) -> Path:
        """The directory of status files, one JSON file per process, rewritten each second."""
        return self.root / "status"

    @property
    def logs(self) -> Path:
        """The directory of the data plane's logs."""
        return self.root / "logs"

    @property
    def function_logs(self) -> Path:
        """The directory of the functions' logs, one per function."""
        return self.logs / "functions"

    @property
    def code(self) -> Path:
        """The directory of unpacked artefacts, one subdirectory per content."""
        return self.root / "code"

    @property
    def kept(self) -> Path:
        """The directory of kept invocations, one subdirectory per process."""
        return self.root / "kept"

    @property
    def deployments(self) -> Path:
        """The directory of snapshots of deployed REST APIs, one for each deployment."""
        return self.root / "deployments"

    @property
    def quotas(self) -> Path:
        """The directory of counters of usage plans' quotas, one per API key."""
        return self.root / "quotas"

    @property
    def deployment(self) -> Path:
        """The last discovered deployment, which the children read."""
        return self.root / "deployment.json"

    @property
    def ready(self) -> Path:
        """The file that exists while everything is ready."""
        return self.root / "ready.json"

    def pid_file(self, name: str) -> Path:
        """The pid file of the process ``name``."""
        return self.pids / f"{name}.pid"

    def status_file(self, name: str) -> Path:
        """The status file of the process ``name``."""
        return self.status / f"{name}.json"

    def function_log(self, function: str) -> Path:
        """The log of a function's output."""
        return self.function_logs / f"{function}.log"


def write_atomically(path: Path, text: str) -> None:
    """Write a file atomically."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)


def read_json(path: Path) -> Any | None:
    """Read a JSON file; return None if it does not exist or is not JSON."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
