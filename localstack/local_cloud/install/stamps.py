"""Stamps: what was installed from what, so that a second run has nothing to do."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from local_cloud.errors import LocalCloudError

STAMP = ".installed-from"
COMMAND_LIMIT_S = 1200


def fingerprint(*parts: str | bytes) -> str:
    """Return a hash over what an installation depends on."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def install_once(folder: Path, wanted: str, build: Callable[[Path], None]) -> bool:
    """Fill `folder` by `build` unless it was already filled from `wanted`.

    The folder is emptied first, and stamped last: what was cut short is done again.

    Returns
    -------
    bool
        Whether there was something to do.
    """
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    build(folder)
    stamp.write_text(wanted)
    return True


def run_tool(argv: Sequence[str | Path], what: str, folder: Path | None = None) -> str:
    """Run an installing command and return what it printed.

    Raises
    ------
    LocalCloudError
        If it fails or isn't done in 20 minutes; with the end of what it printed.
    """
    command = [str(word) for word in argv]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LocalCloudError(f"{what} took over {COMMAND_LIMIT_S} s", "try again") from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise LocalCloudError(f"{what} failed", "check the network and try again", tail)
    return done.stdout
