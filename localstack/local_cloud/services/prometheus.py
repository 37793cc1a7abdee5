"""Prometheus, which collects the metrics of all services and evaluates the alert rules."""

from __future__ import annotations

import shutil
import subprocess

from local_cloud.config import LOOPBACK, ROOT, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.ports import answers
from local_cloud.process import Launch
from local_cloud.services.base import Service

RULES = ROOT / "localstack" / "observing" / "rules.yaml"
#: The jobs, and their ports.
JOBS = {
    "dataplane": "metrics",
    "postgres": "postgres_exporter",
    "pgbouncer": "pgbouncer_exporter",
    "redis": "redis_exporter",
    "kafka": "kafka_metrics",
}
SETTINGS = """\
global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 5s
rule_files:
  - '{rules}'
scrape_configs:
"""
JOB = """\
  - job_name: {job}
    static_configs:
      - targets: [{targets}]
"""
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
        folder = self.instance.data / "prometheus"
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "prometheus.yml"
        settings.write_text(settings_of(self.instance))
        argv = [
            _required_binary(),
            f"--config.file={settings}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=15d",
            "--storage.tsdb.retention.size=1GB",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--log.level=warn",
        ]
        return Launch(argv, folder=folder, leaves_gateway_room=True)

    def ready(self) -> bool:
        """Return whether it responds to queries."""
        return answers(f"{self.instance.prometheus_url}/-/ready", _ANSWER_LIMIT_S)

    def note(self) -> str:
        """Return how much data it keeps."""
        return "keeps 15 days or 1 GB"


def settings_of(instance: Instance) -> str:
    """Return Prometheus's configuration file."""
    jobs = [
        JOB.format(job=job, targets=", ".join(_targets(instance, name)))
        for job, name in JOBS.items()
    ]
    # In YAML's single quotes, only the quote itself is special.
    return SETTINGS.format(rules=str(RULES).replace("'", "''")) + "".join(jobs)


def _targets(instance: Instance, port: str) -> list[str]:
    nodes = instance.nodes if port == "kafka_metrics" else (1,)
    return [f"'{LOOPBACK}:{instance.ports.of_node(port, node)}'" for node in nodes]


def _required_binary() -> str:
    binary = shutil.which("prometheus")
    if binary is None:
        raise LocalCloudError("Prometheus is not installed", "apt-get install prometheus")
    return binary
