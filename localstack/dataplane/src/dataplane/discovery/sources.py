"""Run functions from a source directory of the developer instead of their deployed code."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dataplane.config import closest
from dataplane.model import Deployment, FunctionSpec

_SKIPPED = frozenset({"__pycache__", "node_modules", "venv"})


class Sources:
    """The watched folders. False without any.

    Parameters
    ----------
    folders
        By function, named as in ``--mode``.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = {name: folder.resolve() for name, folder in folders.items()}
        self._states = self._look()

    def __bool__(self) -> bool:
        return bool(self._folders)

    def have_changed(self) -> bool:
        """Whether a file was changed, added or removed since the last look."""
        before, self._states = self._states, self._look()
        return self._states != before

    def lay_over(self, deployment: Deployment) -> Deployment:
        """Return a deployment whose watched functions run what is in their folders now."""
        if not self._folders:
            return deployment
        functions = {name: self._watched(spec) for name, spec in deployment.functions.items()}
        found = {spec.source_dir for spec in functions.values()}
        unknown = tuple(
            f"--watch {name}: there is no such function"
            for name, folder in self._folders.items()
            if str(folder) not in found
        )
        told = tuple(line for line in deployment.warnings if line not in unknown)
        return replace(deployment, functions=functions, warnings=(*told, *unknown))

    def _watched(self, spec: FunctionSpec) -> FunctionSpec:
        folder = closest(spec, self._folders)
        if folder is None:
            return spec
        return replace(spec, source_dir=str(folder), source_state=self._states[folder])

    def _look(self) -> dict[Path, str]:
        return {folder: _state(folder) for folder in self._folders.values()}


def _state(folder: Path) -> str:
    """Return a text that changes with any file in a folder."""
    seen = hashlib.sha256()
    for path in _files(folder):
        try:
            status = path.stat()
        except OSError:
            # An editor may have removed it again.
            continue
        seen.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    return seen.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in _SKIPPED and not n.startswith("."))
        yield from (Path(place, name) for name in sorted(names))
