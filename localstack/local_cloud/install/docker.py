"""Detect a running Docker engine."""

from __future__ import annotations

import functools
import shutil
import subprocess

ANSWER_LIMIT_S = 5


@functools.cache
def engine_version() -> str | None:
    """Return the version of the running Docker engine, None if there is none."""
    if shutil.which("docker") is None:
        return None
    try:
        done = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = done.stdout.strip()
    return version if done.returncode == 0 and version else None
