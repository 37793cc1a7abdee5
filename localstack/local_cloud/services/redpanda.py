"""Redpanda in a Docker container, the default broker if Docker is running."""

from __future__ import annotations

from local_cloud.config import LOOPBACK
from local_cloud.process import Launch
from local_cloud.services.broker import Broker
from local_cloud.services.container import ContainerService

INSIDE_PORT = 9092
#: The admin API, which serves the metrics: https://docs.redpanda.com/current/manage/monitoring/
ADMIN_PORT = 9644


class Redpanda(ContainerService, Broker):
    """A Redpanda node."""

    kind = "redpanda"
    title = "Redpanda"
    image = "redpandadata/redpanda:v26.1.9"
    volume_target = "/var/lib/redpanda/data"
    metrics_path = "/public_metrics"

    @property
    def port_names(self) -> list[str]:
        """Return the ports for clients and the metrics."""
        return ["kafka", *(["kafka_metrics"] if self.instance.observed else [])]

    @property
    def durability(self) -> str:
        """What its records survive. Redpanda flushes before it acknowledges."""
        return "durable: a record is on disk (fsync) before it is acknowledged"

    def prepare(self) -> Launch:
        """Return how to start it, with one shard and one gigabyte."""
        listeners = f"internal://0.0.0.0:29092,external://0.0.0.0:{INSIDE_PORT}"
        advertised = f"internal://127.0.0.1:29092,external://{LOOPBACK}:{self.port}"
        arguments = ["redpanda", "start", "--smp=1", "--memory=1G", "--overprovisioned"]
        arguments += [f"--kafka-addr={listeners}", f"--advertise-kafka-addr={advertised}"]
        arguments += ["--node-id=0", "--check=false", "--reserve-memory=0M"]
        arguments += ["--set", "redpanda.auto_create_topics_enabled=false"]
        arguments += ["--set", "redpanda.group_initial_rebalance_delay=0"]
        published = {self.port: INSIDE_PORT}
        if self.instance.observed:
            published[self.instance.ports.kafka_metrics] = ADMIN_PORT
        return self.launch(published, {}, arguments)
