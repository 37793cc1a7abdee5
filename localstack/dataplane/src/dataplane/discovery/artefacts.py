"""Unpack deployed code into the state directory, once per content."""

from __future__ import annotations

import base64
import io
import os
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

_KEEP_UNUSED_S = 3600.0


def folder_for(code_root: Path, code_sha256: str) -> Path:
    """Return the directory of the artefact with a ``CodeSha256`` (base64, as from Lambda)."""
    digest = base64.b64decode(code_sha256).hex()
    if len(digest) < 16:
        raise ValueError(f"not a CodeSha256: {code_sha256!r}")
    return code_root / digest[:24]


def unpack(archive: bytes, folder: Path) -> None:
    """Unpack a function's zip into ``folder`` atomically.

    Raises
    ------
    ValueError
        If it is not a zip archive, or names a file outside of its root.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        _extract(archive, staging)
        staging.chmod(0o755)
        try:
            staging.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _extract(archive: bytes, target: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
            for member in bundle.infolist():
                # extract() drops "..", but an artefact that contains it must not run.
                if member.filename.startswith("/") or ".." in Path(member.filename).parts:
                    raise ValueError(f"the artefact has a path outside of it: {member.filename}")
                written = Path(bundle.extract(member, target))
                mode = member.external_attr >> 16 & 0o777
                if mode and written.is_file():
                    written.chmod(mode | 0o400)
    except zipfile.BadZipFile as error:
        raise ValueError(f"a function's code is not a zip archive: {error}") from error


def remove_unused(code_root: Path, used: set[Path]) -> None:
    """Remove artefacts that are not in use and were not touched for an hour.

    A worker that is still finishing with the old code may need them until then.
    """
    if not code_root.is_dir():
        return
    limit = time.time() - _KEEP_UNUSED_S
    for folder in code_root.iterdir():
        if folder not in used and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def touch(folder: Path) -> None:
    """Mark the artefact as in use."""
    os.utime(folder)
