"""The emulated AWS: MiniStack or LocalStack as a process, or one that runs already."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from handlers.platform.bounds import REGION
from local_cloud.config import LOOPBACK, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.install.pypi import (
    EMULATOR_REQUIREMENTS,
    LOCALSTACK_REQUIREMENTS,
    install_emulator,
    install_localstack,
)
from local_cloud.ports import answers
from local_cloud.process import Launch
from local_cloud.services.base import Service


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
    #: Whether a stack whose update failed can be updated again.
    survives_failed_update = True

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


class LocalStack(Emulator):
    """LocalStack's free edition as a process, with our plugin in Docker's place."""

    kind = "localstack"
    title = "LocalStack"
    survives_failed_update = False
    start_patience_s = 120.0
    stop_patience_s = 30.0

    def install(self) -> None:
        """Install it and our plugin into a virtual environment of their own."""
        install_localstack(self.instance.cache)

    def version(self) -> str:
        """Return the pinned version."""
        pinned = re.search(r"localstack-core\S*==(\S+)", LOCALSTACK_REQUIREMENTS.read_text())
        return pinned.group(1) if pinned else "?"

    @property
    def folder(self) -> Path:
        """Where it keeps everything."""
        return self.instance.data / "localstack"

    def prepare(self) -> Launch:
        """Make its folders and return how to start it."""
        self._forget()
        places = {name: self.folder / name for name in ("home", "tmp", "files", "config")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        environment = {
            "GATEWAY_LISTEN": f"{LOOPBACK}:{self.port}",
            # Its default server takes the port of GATEWAY_LISTEN, but listens on every interface.
            "GATEWAY_SERVER": "hypercorn",
            # Its DNS server would listen on every interface, too.
            "DNS_ADDRESS": "0",
            "LOCALSTACK_HOST": f"localhost:{self.port}",
            "OVERRIDE_IN_DOCKER": "0",
            "LAMBDA_RUNTIME_EXECUTOR": "hostmode",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "HOME": str(places["home"]),
            "TMPDIR": str(places["tmp"]),
            "FILESYSTEM_ROOT": str(places["files"]),
            "CONFIG_DIR": str(places["config"]),
            "PYTHONUNBUFFERED": "1",
        }
        python = install_localstack(self.instance.cache)
        command = [str(python), "-m", "localstack.runtime.main"]
        return Launch(command, environment=environment, folder=self.folder)

    def after_stop(self) -> None:
        """Remove what it wrote: it can't read that after a restart."""
        super().after_stop()
        self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def note(self) -> str:
        """Say what it is."""
        return "free edition without Docker; deployments are lost when it stops"


EMULATORS: dict[str, type[Emulator]] = {"ministack": MiniStack, "localstack": LocalStack}
VARIABLE = "EMULATOR"


def read_emulator(environment: Mapping[str, str]) -> str | None:
    """Return what ``EMULATOR`` asks for: a kind, a URL without its final slash, or nothing.

    Raises
    ------
    LocalCloudError
        If it is neither a known kind nor the URL of an emulator on this machine.
    """
    asked = environment.get(VARIABLE, "").strip()
    if not asked or asked in EMULATORS:
        return asked or None
    choice = f"one of {', '.join(EMULATORS)}, or a URL such as http://127.0.0.1:4566"
    try:
        url = urlsplit(asked)
        port = url.port
    except ValueError as error:
        raise LocalCloudError(f"{VARIABLE}={asked} is no URL ({error})", choice) from error
    if url.scheme not in ("http", "https") or port is None or url.path not in ("", "/"):
        raise LocalCloudError(f"{VARIABLE}={asked} is unknown", choice)
    if url.query or url.fragment or url.username is not None:
        raise LocalCloudError(f"{VARIABLE}={asked} is more than scheme, host and port", choice)
    if url.hostname not in LOOPBACK_NAMES:
        raise LocalCloudError(
            f"{VARIABLE}={asked} is on another machine, whose functions can't reach the database",
            f"use an emulator on {LOOPBACK}",
        )
    return asked.rstrip("/")


LOOPBACK_NAMES = ("localhost", LOOPBACK, "::1")


def choose_emulator(instance: Instance, environment: Mapping[str, str]) -> Emulator | None:
    """Remember and return the emulator that is asked for, None if somebody else runs it.

    Without ``EMULATOR`` it is the one from before, at first MiniStack. All that an emulator keeps
    is what was deployed, so another one at the next start just means another deployment.

    Raises
    ------
    LocalCloudError
        If another one of this instance still runs, or the URL does not answer.
    """
    asked = read_emulator(environment) or instance.emulator or MiniStack.kind
    running = started_emulator(instance)
    if running is not None and running.process is not None and running.kind != asked:
        raise LocalCloudError(
            f"this instance runs {running.title}, not {asked}", "`make down` first"
        )
    if asked not in EMULATORS and health(asked) is None:
        raise LocalCloudError(
            f"no emulator answers at {asked}/_localstack/health",
            f"start it, or set {VARIABLE} to one of {', '.join(EMULATORS)}",
        )
    instance.emulator = asked
    return started_emulator(instance)


def started_emulator(instance: Instance) -> Emulator | None:
    """Return the emulator that this instance starts itself; None where it has a URL instead."""
    kind = instance.emulator or MiniStack.kind
    return EMULATORS[kind](instance) if kind in EMULATORS else None


def is_ministack(url: str) -> bool:
    """Return whether MiniStack answers at `url`. It does under LocalStack's name, too."""
    return answers(f"{url}/_ministack/health")
