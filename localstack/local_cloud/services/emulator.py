"""The emulated AWS: MiniStack as a process, or LocalStack in a container."""

from __future__ import annotations

import json
import os
import re
import shutil
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from handlers.platform.bounds import REGION
from local_cloud.config import LOOPBACK, Instance
from local_cloud.install.docker import engine_version
from local_cloud.install.pypi import EMULATOR_REQUIREMENTS, install_emulator
from local_cloud.process import Launch
from local_cloud.services.base import Service
from local_cloud.services.container import ContainerService


def health(url: str) -> dict[str, object] | None:
    """Return the health document of the emulator at `url`, None if it does not respond."""
    try:
        with urllib.request.urlopen(f"{url}/_localstack/health", timeout=3) as answer:
            document = json.load(answer)
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


class Emulator(Service):
    """An emulator with LocalStack's API.

    Attributes
    ----------
    kind : str
        Its name in ``instance.json``.
    """

    name = "emulator"
    port_name = "emulator"
    kind: str

    def ready(self) -> bool:
        """Whether it responds to a health request."""
        return super().ready() and health(self.instance.emulator_url) is not None


class MiniStack(Emulator):
    """MiniStack from PyPI, which needs neither Docker nor an account."""

    kind = "ministack"
    title = "MiniStack"
    # It writes its state when it stops.
    stop_patience_s = 30.0

    def install(self) -> None:
        """Install it into its own virtual environment."""
        install_emulator(self.instance.cache)

    def version(self) -> str:
        """Return the pinned version."""
        pinned = re.search(r"ministack==(\S+)", EMULATOR_REQUIREMENTS.read_text())
        return pinned.group(1) if pinned else "?"

    @property
    def folder(self) -> Path:
        """The directory of all its files."""
        return self.instance.data / "emulator"

    def prepare(self) -> Launch:
        """Create its directories and return how to start it."""
        # If it was killed, `after_stop` may not have run.
        self._forget_copies()
        places = {name: self.folder / name for name in ("state", "s3", "tmp")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        environment = {
            "GATEWAY_PORT": str(self.port),
            "EDGE_PORT": str(self.port),
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            # Run functions in its own Python, because there may be no Docker.
            "LAMBDA_EXECUTOR": "local",
            # Both would open more ports, on every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(places["state"]),
            "S3_DATA_DIR": str(places["s3"]),
            "TMPDIR": str(places["tmp"]),
            "PYTHONUNBUFFERED": "1",
        }
        python = install_emulator(self.instance.cache)
        return Launch([str(python), "-m", "ministack"], environment=environment, folder=self.folder)

    def after_stop(self) -> None:
        """Remove its copies of the functions, which it recreates from its state."""
        super().after_stop()
        self._forget_copies()

    def _forget_copies(self) -> None:
        # 35 MB for each function and run. A process that still uses one is about to end.
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def note(self) -> str:
        """Return what it is."""
        return "AWS emulator with LocalStack's API, without Docker"


class LocalStack(ContainerService, Emulator):
    """LocalStack in a container, which needs a token and a Docker engine."""

    kind = "localstack"
    title = "LocalStack"
    image = "localstack/localstack:2026.08.3"
    volume_target = "/var/lib/localstack"

    def prepare(self) -> Launch:
        """Return how to start it. The token is passed in the environment.

        It and its functions use the host's network, so that they reach the database and the
        broker, which listen on loopback only.
        """
        environment = {
            "LOCALSTACK_AUTH_TOKEN": os.environ["LOCALSTACK_AUTH_TOKEN"],
            "GATEWAY_LISTEN": f"{LOOPBACK}:{self.port}",
            "LOCALSTACK_HOST": f"localhost:{self.port}",
            "LAMBDA_DOCKER_NETWORK": "host",
            "PERSISTENCE": "1",
            "DISABLE_EVENTS": "1",
        }
        socket = "/var/run/docker.sock"
        options = ["--network", "host", "--volume", f"{socket}:{socket}"]
        return self.launch({}, environment, [], options)

    def note(self) -> str:
        """Return why it was chosen."""
        return "LOCALSTACK_AUTH_TOKEN is set and a Docker engine is running"


EMULATORS: dict[str, type[Emulator]] = {"ministack": MiniStack, "localstack": LocalStack}


def choose_emulator(instance: Instance, environment: Mapping[str, str]) -> Emulator:
    """Return the running emulator, else LocalStack if available, else MiniStack.

    LocalStack needs a token and a Docker engine. An emulator stores only the deployment, so
    changing the emulator only causes another deployment.
    """
    running = EMULATORS[instance.emulator or MiniStack.kind](instance)
    if running.process is not None:
        return running
    if environment.get("LOCALSTACK_AUTH_TOKEN") and engine_version() is not None:
        return LocalStack(instance)
    return MiniStack(instance)
