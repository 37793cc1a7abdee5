"""Debian packages, installed without letting them start anything."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from local_cloud.errors import LocalCloudError

POLICY = Path("/usr/sbin/policy-rc.d")
# invoke-rc.d(8): 101 is "action forbidden by policy", so that nothing installed is started.
POLICY_TEXT = """\
#!/bin/sh
# Made by Ledgerlane while it installs packages; safe to remove.
exit 101
"""
SERVICES = {
    "postgresql": ["postgresql"],
    "pgbouncer": ["pgbouncer"],
    "redis-server": ["redis-server"],
    "prometheus": ["prometheus"],
    "prometheus-postgres-exporter": ["prometheus-postgres-exporter"],
    "prometheus-redis-exporter": ["prometheus-redis-exporter"],
}
INSTALL_LIMIT_S = 1200


def require_packages(packages: Mapping[str, str]) -> None:
    """Install Debian packages, or say exactly how.

    Parameters
    ----------
    packages : mapping
        Each package and what it is wanted for, in a person's words.

    Raises
    ------
    LocalCloudError
        If we may not install (the remedy is the command), or apt fails.
    """
    names = list(packages)
    command = f"apt-get install -y --no-install-recommends {' '.join(names)}"
    wanted = " and ".join(dict.fromkeys(packages.values()))
    if shutil.which("apt-get") is None:
        raise LocalCloudError(f"{wanted} is missing", "install it, and put it on PATH")
    prefix = _privilege()
    if prefix is None:
        raise LocalCloudError(f"{wanted} is missing", f"run: sudo {command}")
    with _nothing_starts(prefix):
        if _apt(prefix, ["install", "-y", "--no-install-recommends", *names]) != 0:
            # The lists may be missing or old: once more with fresh ones.
            _apt(prefix, ["update", "-q"])
            if _apt(prefix, ["install", "-y", "--no-install-recommends", *names]) != 0:
                raise LocalCloudError(
                    f"apt could not install {' '.join(names)}", f"see what `{command}` says"
                )
    _disable(prefix, [unit for name in names for unit in SERVICES.get(name, [])])


def may_install() -> bool:
    """Whether packages can be installed: there is apt, and we are root or may be."""
    return shutil.which("apt-get") is not None and _privilege() is not None


def _privilege() -> list[str] | None:
    """Return what to put before a command to run it as root; None if we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def _apt(prefix: list[str], arguments: list[str]) -> int:
    # `env` rather than our own environment: sudo keeps none of it.
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=INSTALL_LIMIT_S,
        check=False,
    )
    return done.returncode


@contextlib.contextmanager
def _nothing_starts(prefix: list[str]) -> Iterator[None]:
    """Forbid packages to start their services while they are installed.

    They would listen on their default ports and take them from the person who has no idea.
    """
    if POLICY.exists():
        # Someone else's policy stands; what it lets start is stopped by _disable.
        yield
        return
    subprocess.run(
        [*prefix, "install", "-m", "0755", "/dev/stdin", str(POLICY)],
        input=POLICY_TEXT,
        text=True,
        check=True,
    )
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(POLICY)], check=False)


def _disable(prefix: list[str], units: list[str]) -> None:
    """Keep what this run installed from starting at the next boot."""
    if not units or not Path("/run/systemd/system").is_dir():
        return
    subprocess.run(
        [*prefix, "systemctl", "disable", "--now", "--quiet", *units],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
