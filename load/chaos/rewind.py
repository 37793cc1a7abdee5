"""An old copy of the database that takes its place: a restore without a replay of the log."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from load.chaos.site import Site


@dataclass(frozen=True)
class Rewind:
    """A copy of an instance's PostgreSQL data directory."""

    site: Site

    def take(self) -> None:
        """Copy the data directory, as a crash leaves it."""
        self._exchange(self._data, self._copy)

    def put_back(self) -> None:
        """Replace the data directory by the copy."""
        self._exchange(self._copy, self._data)

    @property
    def _data(self) -> Path:
        known = json.loads((self.site.state / "instance.json").read_text(encoding="utf-8"))
        return Path(known["outside"] or self.site.state / "data") / "postgres"

    @property
    def _copy(self) -> Path:
        return self._data.with_name("postgres-before")

    def _exchange(self, source: Path, target: Path) -> None:
        parts = self.site.parts
        parts.stop("postgres")
        shutil.rmtree(target, ignore_errors=True)
        # Python's own copy would not keep the files' owner, whom PostgreSQL insists on.
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)
        parts.restart("postgres")
