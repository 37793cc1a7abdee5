"""Prometheus, which collects the metrics of all services and evaluates the alert rules."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from local_cloud.config import COMPOSE, LOOPBACK, ROOT, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.ports import answers
from local_cloud.process import Launch
from local_cloud.services.base import Service
from local_cloud.services.redpanda import Redpanda
from local_cloud.services.tansu import Tansu

RULES = ROOT / "localstack" / "observing" / "rules.yaml"
#: The jobs, and their ports. `make load` answers only while it runs.
JOBS = {
    "dataplane": "metrics",
    "postgres": "postgres_exporter",
    "pgbouncer": "pgbouncer_exporter",
    "redis": "redis_exporter",
    "kafka": "kafka_metrics",
    "load": "load_metrics",
}
#: The ports that each database has.
OF_SHARDS = ("postgres_exporter", "pgbouncer_exporter")
_ANSWER_LIMIT_S = 2.0


class Prometheus(Service):
    """A Prometheus server that keeps 15 days or 1 GB."""

    name = "prometheus"
    title = "Prometheus"
    port_name = "prometheus"
    stop_patience_s = 20.0

    def install(self) -> None:
        """Check that Prometheus is installed."""
        if shutil.which("prometheus") is None:
            require_packages({"prometheus": "Prometheus"})

    def version(self) -> str:
        """Return the server's version."""
        printed = subprocess.run(
            [_required_binary(), "--version"], capture_output=True, text=True, check=True
        )
        # "prometheus, version 2.42.0+ds (branch: ...)"; older versions print it to stderr.
        return (printed.stdout + printed.stderr).split()[2].partition("+")[0]

    def prepare(self) -> Launch:
        """Write the settings."""
        folder = self._settings.parent
        folder.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(self._wanted())
        argv = [
            _required_binary(),
            f"--config.file={self._settings}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=15d",
            "--storage.tsdb.retention.size=1GB",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--log.level=warn",
        ]
        return Launch(argv, folder=folder, leaves_gateway_room=True)

    @property
    def _settings(self) -> Path:
        return self.instance.data / "prometheus" / "prometheus.yml"

    def _wanted(self) -> str:
        return yaml.safe_dump(settings_of(self.instance), sort_keys=False)

    def check(self) -> None:
        """Have the running server scrape what the instance has now."""
        process, wanted = self.process, self._wanted()
        if process is not None and self._settings.read_text() != wanted:
            self._settings.write_text(wanted)
            os.kill(process.pid, signal.SIGHUP)

    def ready(self) -> bool:
        """Return whether it responds to queries."""
        return answers(f"{self.instance.prometheus_url}/-/ready", _ANSWER_LIMIT_S)

    def note(self) -> str:
        """Return how much data it keeps."""
        return "keeps 15 days or 1 GB"


def settings_of(instance: Instance) -> dict[str, Any]:
    """Return Prometheus's configuration."""
    interval = f"{instance.observed_each_s}s"
    settings: dict[str, Any] = {
        "global": {
            "scrape_interval": interval,
            "scrape_timeout": interval,
            "evaluation_interval": interval,
        },
        "rule_files": [str(RULES)],
        "scrape_configs": [_job(instance, name) for name in jobs_of(instance)],
    }
    if instance.services == COMPOSE:
        # Containers can't reach the loopback of this machine, so samples are sent to them.
        receiver = f"http://{LOOPBACK}:{instance.ports.grafana_prometheus}/api/v1/write"
        settings["remote_write"] = [{"url": receiver}]
    return settings


def jobs_of(instance: Instance) -> list[str]:
    """Return the jobs of an instance. Tansu has no metrics to scrape."""
    return [name for name in JOBS if name != "kafka" or instance.broker != Tansu.kind]


def _job(instance: Instance, name: str) -> dict[str, Any]:
    job: dict[str, Any] = {
        "job_name": name,
        "static_configs": _targets(instance, JOBS[name]),
    }
    is_redpanda = instance.services == COMPOSE or instance.broker == Redpanda.kind
    if name == "kafka" and is_redpanda:
        job["metrics_path"] = Redpanda.metrics_path
    return job


def _targets(instance: Instance, port: str) -> list[dict[str, Any]]:
    """Return what is scraped. With several databases, samples say which one they are about."""
    if port in OF_SHARDS and instance.shards > 1:
        return [
            {"targets": _addresses(instance, port, [shard]), "labels": {"shard": str(shard)}}
            for shard in instance.shard_numbers
        ]
    nodes = instance.nodes if port == "kafka_metrics" else (1,)
    return [{"targets": _addresses(instance, port, nodes)}]


def _addresses(instance: Instance, port: str, nodes: Iterable[int]) -> list[str]:
    return [f"{LOOPBACK}:{instance.ports.of_node(port, node)}" for node in nodes]


def _required_binary() -> str:
    binary = shutil.which("prometheus")
    if binary is None:
        raise LocalCloudError("Prometheus is not installed", "apt-get install prometheus")
    return binary
