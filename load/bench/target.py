"""The measured instance: its addresses and its processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from load.bench.processes import cpu_s

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "localstack"))

from local_cloud.config import ROOT as ROOT
from local_cloud.config import Instance, load_instance
from local_cloud.services.dataplane import health_problem

#: The names of the data plane's processes in a report, by the prefix of their pid files' names.
_DATA_PLANE = {
    "gateway": "gateway",
    "poller": "poller",
    "supervisor": "supervisor",
    "worker.ApplyFunction": "apply workers",
    "worker": "other workers",
}


class TargetError(Exception):
    """There is no running instance to measure."""


@dataclass(frozen=True)
class Target:
    """A running instance and the addresses of its parts."""

    instance: Instance

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Target:
        """Return the instance that LEDGERLANE_STATE names, else the default one.

        Raises
        ------
        TargetError
            If it is not running.
        """
        instance = load_instance(os.environ if environment is None else environment)
        problem = health_problem(instance.api_url) if instance.exists else "there is no instance"
        if problem is not None:
            raise TargetError(
                f"nothing to measure at {instance.api_url} (state {instance.state}): {problem}; "
                "run `make up` first, or set LEDGERLANE_STATE"
            )
        return cls(instance)

    def cpu(self) -> dict[str, dict[int, float]]:
        """Return the CPU time of each process with its children, by part and pid, in seconds."""
        used: dict[str, dict[int, float]] = {}
        seen: set[int] = set()
        for name, pid in self._pids():
            # The API function runs in the gateway's process but has its own pid file.
            if pid not in seen:
                seen.add(pid)
                # Without children, because the workers have their own pid files.
                used.setdefault(name, {})[pid] = cpu_s(pid, recursive=name.startswith("postgres"))
        return used

    def _pids(self) -> list[tuple[str, int]]:
        state = self.instance.state
        found = []
        for path in sorted((state / "dataplane" / "pids").glob("*.pid")):
            named = (shown for start, shown in _DATA_PLANE.items() if path.name.startswith(start))
            name = next(named, path.stem)
            found.append((name, path))
        for path in sorted((state / "run").glob("*.pid")):
            found.append((path.stem, path))
        # A file that is being written is empty.
        return [(name, int(text)) for name, path in found if (text := path.read_text().strip())]


def cpu_used(
    before: Mapping[str, Mapping[int, float]], after: Mapping[str, Mapping[int, float]]
) -> dict[str, float]:
    """Return the CPU time that each part used between two readings, in seconds.

    A process that started in between counts fully; one that ended does not count.
    """
    return {
        name: sum(
            max(0.0, used_s - before.get(name, {}).get(pid, 0.0)) for pid, used_s in by_pid.items()
        )
        for name, by_pid in after.items()
    }
