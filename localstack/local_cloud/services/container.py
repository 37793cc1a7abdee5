"""The base class of services that run in a Docker container."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from local_cloud.config import LOOPBACK
from local_cloud.errors import LocalCloudError
from local_cloud.install.docker import engine_version
from local_cloud.process import Launch
from local_cloud.services.base import Service


class ContainerService(Service):
    """`docker run` in the foreground, recorded, logged and stopped like other processes."""

    image: str
    volume_target: str
    start_patience_s = 180.0
    stop_patience_s = 30.0

    @property
    def container(self) -> str:
        """The container's name, unique to this instance."""
        return f"ledgerlane-{self.instance.identity}-{self.name}"

    @property
    def volume(self) -> str:
        """The volume with its data."""
        return f"{self.container}-data"

    def install(self) -> None:
        """Check that a Docker engine is running, and pull the image if it is missing."""
        if engine_version() is None:
            raise LocalCloudError("no Docker engine is running", "start Docker")
        if _docker(["image", "inspect", self.image]) != 0 and _docker(["pull", self.image]) != 0:
            raise LocalCloudError(f"docker can't pull {self.image}", "check the network")

    def version(self) -> str:
        """Return the image's tag."""
        return self.image.rpartition(":")[2]

    def launch(
        self,
        published: Mapping[int, int],
        environment: Mapping[str, str],
        arguments: Sequence[str],
        options: Sequence[str] = (),
    ) -> Launch:
        """Return the `docker run` command. `published` maps our ports to the container's."""
        _docker(["rm", "--force", self.container])
        command = ["docker", "run", "--rm", "--name", self.container]
        command += ["--volume", f"{self.volume}:{self.volume_target}"]
        for ours, inside in published.items():
            command += ["--publish", f"{LOOPBACK}:{ours}:{inside}"]
        # Only the names, so that the values don't appear in the process list.
        for name in environment:
            command += ["--env", name]
        return Launch([*command, *options, self.image, *arguments], environment=environment)

    def after_stop(self) -> None:
        """Remove the container, which outlives a killed `docker run`."""
        _docker(["rm", "--force", self.container])
        super().after_stop()

    def clean(self) -> None:
        """Remove the container's volume."""
        _docker(["volume", "rm", "--force", self.volume])


def _docker(arguments: list[str]) -> int:
    try:
        return subprocess.run(
            ["docker", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=600,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return 1
