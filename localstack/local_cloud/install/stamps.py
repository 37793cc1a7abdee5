"""Stamps record what an installation was made from, so that a second run skips it."""

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
    """Return a hash of everything that an installation depends on."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def install_once(folder: Path, wanted: str, build: Callable[[Path], None]) -> bool:
    """Fill `folder` with `build`, unless its stamp shows that it was filled from `wanted`.

    The directory is emptied first and stamped last, so an interrupted installation is repeated.

    Returns
    -------
    bool
        Whether `build` ran.
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
    """Run an installation command and return its output.

    Raises
    ------
    LocalCloudError
        If it fails or takes more than 20 minutes. The error has the end of the output.
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
