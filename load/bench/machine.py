"""The conditions of a measurement: the machine, the versions, the revision."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from load.bench.generator import wrk
from load.bench.target import ROOT, Target
from local_cloud.process import read_process

_SERVICES = ("postgres", "pgbouncer", "redis", "broker", "emulator")


def conditions(target: Target) -> dict[str, Any]:
    """Return the conditions. Call it before generating load."""
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "revision": revision(),
        "machine": machine(),
        "versions": versions(target),
        "load_average_before": [round(one, 2) for one in os.getloadavg()],
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
    }


def machine() -> dict[str, Any]:
    """Return a description of the machine."""
    return {
        "cpu": _first(r"^model name\s*:\s*(.+)$", "/proc/cpuinfo") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": int(_first(r"^MemTotal:\s*(\d+) kB$", "/proc/meminfo") or 0) // 1024,
        "kernel": platform.release(),
    }


def versions(target: Target) -> dict[str, str]:
    """Return the versions of the running services."""
    run = target.instance.run
    records = {name: read_process(run, name) for name in _SERVICES}
    found = {name: record.version for name, record in records.items() if record is not None}
    if "broker" in found:
        found[target.instance.broker or "broker"] = found.pop("broker")
    printed = subprocess.run([wrk(), "-v"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+(\.\d+)+", printed)
    return {**found, "python": platform.python_version(), "wrk": number.group() if number else "?"}


def revision(folder: Path = ROOT) -> str:
    """Return the checked-out revision, abbreviated, with ``+`` if files differ from it."""
    name = _git(folder, "rev-parse", "--short=10", "HEAD") or "unknown"
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{name}+" if changed else name


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _first(pattern: str, path: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found.group(1) if found else ""
