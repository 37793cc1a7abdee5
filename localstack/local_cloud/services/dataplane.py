"""The data plane as a service: gateway, workers and poller under a supervisor."""

from __future__ import annotations

import os
import shlex
import sys
import urllib.error
import urllib.request
from pathlib import Path

from local_cloud.config import ROOT, STACK
from local_cloud.process import Launch
from local_cloud.services.base import Service

HEALTH_LIMIT_S = 10
# The API's function supports many concurrent requests in a process
# (handlers/platform/concurrency.py). The data plane's default is one at a time, as on Lambda.
_MODE = "api=concurrent"


class DataPlane(Service):
    """`python -m dataplane run`, which reads what to run from the emulator."""

    name = "dataplane"
    title = "Data plane"
    port_name = "gateway"
    start_patience_s = 60.0
    # It finishes the requests and batches that it has accepted.
    stop_patience_s = 30.0

    @property
    def port_names(self) -> list[str]:
        """Return the gateway's port and the port of the metrics."""
        return ["gateway", *(["metrics"] if self.instance.observed else [])]

    @property
    def folder(self) -> Path:
        """The directory of its records, logs and unpacked code."""
        return self.instance.state / "dataplane"

    def install(self) -> None:
        """Do nothing, because it is part of the repository."""
        return

    def version(self) -> str:
        """Return the version of the Python that runs the functions."""
        return f"Python {sys.version_info.major}.{sys.version_info.minor}"

    def prepare(self) -> Launch:
        """Return how to start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ready_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "dataplane", "run"]
        command += ["--emulator", self.instance.emulator_url, "--stack", STACK]
        command += ["--port", str(self.port), "--state", str(self.folder)]
        if self.instance.observed:
            command += ["--metrics-port", str(self.instance.ports.metrics)]
        command += ["--mode", os.environ.get("DATAPLANE_MODE", "").strip() or _MODE]
        # For a developer's inner loop, such as --watch and --debug.
        command += shlex.split(os.environ.get("DATAPLANE_ARGS", ""))
        environment = {
            "PYTHONPATH": str(ROOT / "localstack/dataplane/src"),
            "PYTHONUNBUFFERED": "1",
        }
        return Launch(command, environment=environment, folder=self.folder)

    @property
    def _ready_file(self) -> Path:
        return self.folder / "ready.json"

    def ready(self) -> bool:
        """Whether it reports that it runs everything that is deployed."""
        return self._ready_file.exists() and super().ready()

    def note(self) -> str:
        """Return the names of its parts."""
        return "HTTP gateway, function workers, Kafka poller"


def health_problem(api_url: str) -> str | None:
    """Return why `GET /health` of the API does not return 200; None if it does."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=HEALTH_LIMIT_S) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        body = error.read(500).decode(errors="replace")
        return f"it returned {error.code}: {body}"
    except OSError as error:
        return f"no answer ({error})"
    return None
