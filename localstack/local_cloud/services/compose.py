"""The services in containers: `SERVICES=compose make up`, for who has Docker Compose."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from local_cloud.config import LOOPBACK, ROOT, Ports, of_node
from local_cloud.errors import LocalCloudError
from local_cloud.ports import accepts
from local_cloud.process import Launch
from local_cloud.services.base import Service
from local_cloud.services.pgbouncer import check_pooler
from local_cloud.services.topics import create_topics, known_brokers
from local_cloud.services.watcher import allow_to_watch

FILE = ROOT / "localstack" / "compose.yaml"
PUBLISHED = ("postgres", "pgbouncer")
#: The profile of the other brokers.
THREE_BROKERS = "three-brokers"
#: The profile of a further shard's server and pooler.
SHARD = "shard-{}"
#: The profile of Grafana and the Prometheus that it reads, and the ports that they add.
OBSERVE = "observe"
OBSERVED = ("grafana", "grafana_prometheus")


class Compose(Service):
    """`docker compose up` in the foreground, recorded and stopped like other processes."""

    name = "compose"
    title = "Docker Compose"
    port_name = "postgres"
    # The images are fetched at the first start.
    start_patience_s = 900.0
    stop_patience_s = 120.0

    @property
    def port_names(self) -> list[str]:
        """The ports that the containers publish."""
        nodes, shards = self.instance.nodes, self.instance.shard_numbers
        published = [of_node(name, shard) for shard in shards for name in PUBLISHED]
        published += ["redis", *(of_node("kafka", node) for node in nodes)]
        if not self.instance.observed:
            return published
        return [*published, *(of_node("kafka_metrics", node) for node in nodes), *OBSERVED]

    @property
    def _command(self) -> list[str]:
        project = f"ledgerlane-{self.instance.identity}"
        return ["docker", "compose", "--project-name", project, "--file", str(FILE)]

    def install(self) -> None:
        """See that Docker Compose works."""
        if _run(["docker", "compose", "version"], {}) is None:
            raise LocalCloudError(
                "`docker compose` does not work here",
                "install Docker with Compose, or unset SERVICES",
            )

    def version(self) -> str:
        """Return the version of Docker Compose."""
        printed = _run(["docker", "compose", "version", "--short"], {})
        return (printed or "?").strip()

    def environment(self) -> dict[str, str]:
        """Return what the compose file asks for: ports, passwords, partitions."""
        ports = {Ports.variable(name): str(port) for name, port in self.instance.ports.items()}
        return {
            **ports,
            **self._brokers(),
            "PARTITIONS": str(self.instance.partitions),
            "POSTGRES_PASSWORD": self.instance.admin_password,
            "LEDGERLANE_PASSWORD": self.instance.application_password,
            "COMPOSE_PROFILES": ",".join(self._profiles()),
        }

    def _profiles(self) -> list[str]:
        wanted = {OBSERVE: self.instance.observed, THREE_BROKERS: self.instance.brokers > 1}
        shards = [SHARD.format(shard) for shard in self.instance.further_shards]
        return [*(profile for profile, is_wanted in wanted.items() if is_wanted), *shards]

    def _brokers(self) -> dict[str, str]:
        if self.instance.brokers == 1:
            return {}
        return {
            "BROKERS": str(self.instance.brokers),
            "BROKER_RPC_ADDRESS": "0.0.0.0",
            "BROKER_RPC_NAME": "redpanda",
        }

    def prepare(self) -> Launch:
        """Return how to start it. Passwords are passed in the environment."""
        command = [*self._command, "up", "--no-color", "--remove-orphans"]
        return Launch(command, environment=self.environment(), folder=Path(ROOT))

    def ready(self) -> bool:
        """Whether every port is served, and the broker answers."""
        ports = [int(getattr(self.instance.ports, name)) for name in self.port_names]
        brokers = known_brokers(self.instance.kafka_bootstrap)
        return all(accepts(port) for port in ports) and len(brokers) >= self.instance.brokers

    def after_start(self) -> None:
        """Connect through each pooler once, and check the topics and the exporters' roles."""
        for shard in self.instance.shard_numbers:
            check_pooler(self.instance.pooler_url_of(shard), self.log)
            url = self.instance.database_url_of(shard)
            with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                allow_to_watch(connection, self.instance.watcher_password)
        self.check()

    def check(self) -> None:
        """Compare the topics' partition count."""
        create_topics(
            self.instance.kafka_bootstrap,
            self.instance.partitions,
            appends_time=True,
            growing_to=self.instance.growing_to,
            replicas=self.instance.brokers,
        )

    def after_stop(self) -> None:
        """Stop the containers, which outlive a killed `docker compose up`."""
        _run([*self._command, "stop"], self.environment())
        super().after_stop()

    def clean(self) -> None:
        """Remove the containers and their volumes."""
        _run([*self._command, "down", "--volumes"], self.environment())

    def note(self) -> str:
        """Say what it runs."""
        listed = "Redpanda, PostgreSQL, PgBouncer, Valkey"
        if not self.instance.observed:
            return listed
        return f"{listed}, Grafana on http://{LOOPBACK}:{self.instance.ports.grafana}"


def _run(command: list[str], environment: dict[str, str]) -> str | None:
    """Return the output of a short command, None if it failed."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
