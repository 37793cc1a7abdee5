"""Install Debian packages without starting their services."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from local_cloud.errors import LocalCloudError

POLICY = Path("/usr/sbin/policy-rc.d")
# invoke-rc.d(8): 101 is "action forbidden by policy", so packages don't start their services.
POLICY_TEXT = """\
#!/bin/sh
# Created by Ledgerlane while it installs packages; safe to remove.
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
    """Install Debian packages, or fail with the command to run.

    Parameters
    ----------
    packages : mapping
        Each package and a readable name of what it provides.

    Raises
    ------
    LocalCloudError
        If we lack permission to install (the remedy is the command), or apt fails.
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
            # The package lists may be missing or old, so update them and try again.
            _apt(prefix, ["update", "-q"])
            if _apt(prefix, ["install", "-y", "--no-install-recommends", *names]) != 0:
                raise LocalCloudError(
                    f"apt could not install {' '.join(names)}", f"run `{command}` to see why"
                )
    _disable(prefix, [unit for name in names for unit in SERVICES.get(name, [])])


def may_install() -> bool:
    """Whether packages can be installed: apt exists, and we are root or can use sudo."""
    return shutil.which("apt-get") is not None and _privilege() is not None


def _privilege() -> list[str] | None:
    """Return the command prefix that runs a command as root; None if we have no permission."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def _apt(prefix: list[str], arguments: list[str]) -> int:
    # `env`, because sudo drops our own environment.
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
    """Prevent packages from starting their services while they are installed.

    The services would occupy their default ports without the user's knowledge.
    """
    if POLICY.exists():
        # Keep an existing policy. _disable stops the services that it lets start.
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
    """Stop the installed services and keep them from starting at the next boot."""
    if not units or not Path("/run/systemd/system").is_dir():
        return
    subprocess.run(
        [*prefix, "systemctl", "disable", "--now", "--quiet", *units],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
