"""The local data plane as a service: gateway, workers and poller under their own supervisor."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from local_cloud.config import ROOT, STACK
from local_cloud.process import Launch
from local_cloud.services.base import Service

HEALTH_LIMIT_S = 10


class DataPlane(Service):
    """`python -m dataplane run`, reading what it runs from the emulator's API."""

    name = "dataplane"
    title = "Data plane"
    port_name = "gateway"
    start_patience_s = 60.0
    # It finishes the requests and batches it took.
    stop_patience_s = 30.0

    @property
    def port_names(self) -> list[str]:
        """Return the gateway's port, and the one that Prometheus scrapes."""
        return ["gateway", *(["metrics"] if self.instance.observed else [])]

    @property
    def folder(self) -> Path:
        """Where it keeps its own records, logs and unpacked code."""
        return self.instance.state / "dataplane"

    def install(self) -> None:
        """Do nothing: it is part of this package, and so of this environment."""
        return

    def version(self) -> str:
        """Return the Python that runs the functions."""
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
        mode = os.environ.get("DATAPLANE_MODE", "").strip()
        if mode:
            command += ["--mode", mode]
        environment = {
            "PYTHONPATH": str(ROOT / "localstack/dataplane/src"),
            "PYTHONUNBUFFERED": "1",
        }
        return Launch(command, environment=environment, folder=self.folder)

    @property
    def _ready_file(self) -> Path:
        return self.folder / "ready.json"

    def ready(self) -> bool:
        """Whether it says that everything deployed is being run."""
        return self._ready_file.exists() and super().ready()

    def note(self) -> str:
        """Say what it does."""
        return "HTTP gateway, function workers, Kafka poller"


def health_problem(api_url: str) -> str | None:
    """Return why `GET /health` of the API is not 200; None if it is."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=HEALTH_LIMIT_S) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        body = error.read(500).decode(errors="replace")
        return f"it answers {error.code}: {body}"
    except OSError as error:
        return f"no answer ({error})"
    return None
