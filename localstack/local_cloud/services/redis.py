"""Redis or Valkey: a cache that can be lost, so it stores nothing on disk."""

from __future__ import annotations

import shutil
import subprocess

from local_cloud.config import LOOPBACK
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.process import Launch
from local_cloud.services.base import Service

BINARIES = ("redis-server", "valkey-server")

SETTINGS = """\
bind {loopback}
port {port}
protected-mode yes
daemonize no
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
maxclients 1000
tcp-keepalive 60
loglevel notice
"""


class Redis(Service):
    """The cache."""

    name = "redis"
    title = "Redis"
    port_name = "redis"
    stop_patience_s = 5.0

    def install(self) -> None:
        """Install Redis if it and Valkey are missing."""
        if _binary() is None:
            require_packages({"redis-server": "Redis"})

    def version(self) -> str:
        """Return the server's version."""
        text = subprocess.run(
            [_required_binary(), "--version"], capture_output=True, text=True, check=True
        ).stdout
        words = [word for word in text.split() if word.startswith("v=")]
        return words[0].removeprefix("v=") if words else "?"

    def prepare(self) -> Launch:
        """Write the settings."""
        folder = self.instance.data / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "redis.conf"
        # Redis splits its settings at spaces, and a directory's name can contain spaces.
        quoted = '"' + str(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'
        settings.write_text(SETTINGS.format(loopback=LOOPBACK, port=self.port, folder=quoted))
        return Launch([_required_binary(), str(settings)], folder=folder, leaves_gateway_room=True)

    def note(self) -> str:
        """Return what it stores."""
        return "cache only, nothing on disk"


def _binary() -> str | None:
    for name in BINARIES:
        found = shutil.which(name)
        if found:
            return found
    return None


def _required_binary() -> str:
    binary = _binary()
    if binary is None:
        raise LocalCloudError("Redis is not installed", "apt-get install redis-server")
    return binary
