"""Exporters, which convert the statistics of services to Prometheus metrics."""

from __future__ import annotations

import shutil
import sys
from abc import abstractmethod

from handlers.platform.bounds import DATABASE
from local_cloud.config import (
    APPLICATION_ROLE,
    COMPOSE,
    LOOPBACK,
    MODULES,
    ROOT,
    WATCHER_ROLE,
    Instance,
    of_node,
    service_of,
)
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.ports import answers
from local_cloud.process import Launch
from local_cloud.services.base import Service

QUERIES = ROOT / "localstack" / "observing" / "postgres-queries.yaml"


class Exporter(Service):
    """An exporter, with a read-only user."""

    stop_patience_s = 5.0

    def version(self) -> str:
        """Return no version, because two of the three exporters don't report theirs."""
        return "serving"

    def ready(self) -> bool:
        """Return whether it responds to a scrape."""
        return answers(f"http://{LOOPBACK}:{self.port}/metrics")

    def prepare(self) -> Launch:
        """Return how to start it."""
        folder = self.instance.data / "observing"
        folder.mkdir(parents=True, exist_ok=True)
        command, environment = self.command()
        return Launch(command, environment=environment, folder=folder, leaves_gateway_room=True)

    @abstractmethod
    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command and its environment, which contains the password."""


class DebianExporter(Exporter):
    """An exporter from a Debian package."""

    package: str

    def install(self) -> None:
        """Check that the exporter is installed."""
        if shutil.which(self.package) is None:
            require_packages({self.package: self.title})

    @property
    def binary(self) -> str:
        """The installed program."""
        binary = shutil.which(self.package)
        if binary is None:
            remedy = f"apt-get install {self.package}"
            raise LocalCloudError(f"{self.title} is not installed", remedy)
        return binary


class OfShard(Exporter):
    """An exporter of what belongs to one database.

    Parameters
    ----------
    instance : Instance
        The instance it belongs to.
    shard : int
        The number of the database among the instance's, from 1 on.
    """

    def __init__(self, instance: Instance, shard: int = 1) -> None:
        super().__init__(instance)
        self.shard = shard
        if shard > 1:
            self.name = service_of(self.name, shard)
            self.title = f"{self.title} {shard}"
            self.port_name = of_node(self.port_name, shard)


class PostgresExporter(OfShard, DebianExporter):
    """Exports PostgreSQL's statistics, and queries that matter to the ledger."""

    name = "postgres-exporter"
    title = "PostgreSQL exporter"
    port_name = "postgres_exporter"
    package = "prometheus-postgres-exporter"

    @property
    def _server(self) -> int:
        return self.instance.ports.of_node("postgres", self.shard)

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command that connects to PostgreSQL."""
        command = [
            self.binary,
            f"--web.listen-address={LOOPBACK}:{self.port}",
            f"--extend.query-path={QUERIES}",
            "--disable-settings-metrics",
            "--log.level=warn",
        ]
        return command, {
            "DATA_SOURCE_URI": f"{LOOPBACK}:{self._server}/{DATABASE}"
            "?sslmode=disable&application_name=exporter",
            "DATA_SOURCE_USER": WATCHER_ROLE,
            "DATA_SOURCE_PASS": self.instance.watcher_password,
        }


class PgBouncerExporter(OfShard):
    """Exports the statistics of PgBouncer's pools."""

    name = "pgbouncer-exporter"
    title = "PgBouncer exporter"
    port_name = "pgbouncer_exporter"

    def install(self) -> None:
        """Do nothing, because it is part of this package."""
        return

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command that connects to PgBouncer's console."""
        role, password = WATCHER_ROLE, self.instance.watcher_password
        if self.instance.services == COMPOSE:
            # The image knows one user.
            role, password = APPLICATION_ROLE, self.instance.application_password
        port = self.instance.ports.of_node("pgbouncer", self.shard)
        url = f"postgresql://{role}@{LOOPBACK}:{port}/pgbouncer"
        return [sys.executable, "-m", "local_cloud.pgbouncer_exporter", str(self.port), url], {
            "PGPASSWORD": password,
            "PYTHONPATH": MODULES,
        }


class RedisExporter(DebianExporter):
    """Exports Redis's statistics."""

    name = "redis-exporter"
    title = "Redis exporter"
    port_name = "redis_exporter"
    package = "prometheus-redis-exporter"

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command that connects to Redis."""
        command = [
            self.binary,
            f"--web.listen-address={LOOPBACK}:{self.port}",
            f"--redis.addr=redis://{LOOPBACK}:{self.instance.ports.redis}",
        ]
        return command, {}
