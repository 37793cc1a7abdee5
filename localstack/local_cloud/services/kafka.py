"""Apache Kafka: a single node that is both broker and controller (KRaft)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from local_cloud.config import LOOPBACK, ROOT
from local_cloud.errors import LocalCloudError
from local_cloud.install.maven import install_kafka, kafka_version
from local_cloud.process import Launch
from local_cloud.services.broker import Broker
from local_cloud.services.topics import flush_each_append

LOG_SETTINGS = ROOT / "localstack" / "tools" / "kafka" / "log4j2.properties"

METRICS = ROOT / "localstack" / "observing" / "kafka-metrics.yaml"

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{loopback}:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{loopback}:{port},CONTROLLER://{loopback}:{controller}
advertised.listeners=PLAINTEXT://{loopback}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}
auto.create.topics.enable=false
delete.topic.enable=true

# There is only one node, so there are no replicas.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# Consumers' offsets must survive a laptop that is off for weeks.
offsets.retention.minutes=5256000
# There are no other consumers to wait for.
group.initial.rebalance.delay.ms=0

# A killed broker can register again only after its old session expires, by default after 9 s. With
# one node, a shorter session is safe.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

# A killed process loses nothing, because the kernel has its writes. A power cut loses what the
# kernel has not written to disk, so flush every second (docs/decisions). KAFKA_FSYNC=1 flushes
# every write.
log.flush.interval.ms=1000
log.flush.scheduler.interval.ms=500

# With few clients on few cores, handing work between threads costs more than it gains.
num.network.threads=1
num.io.threads=2
background.threads=2
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=16777216
"""

# 512 MB handles some 20,000 records a second. Half of it is allocated at the start, so that a heap
# that slowly fills does not look like a leak. On two cores, the optimizing compiler slows down the
# first 20,000 requests and later saves only a tenth of the broker's CPU. A multi-threaded garbage
# collector gains nothing.
MEMORY = [
    "-Xms256m",
    "-Xmx512m",
    "-XX:+AlwaysPreTouch",
    "-XX:+UseSerialGC",
    "-XX:+UseTransparentHugePages",
]
COMPILER = ["-XX:TieredStopAtLevel=1"]


def flushes_every_append() -> bool:
    """Whether ``KAFKA_FSYNC`` requests a flush to disk before each acknowledgement."""
    return os.environ.get("KAFKA_FSYNC", "").strip().lower() in ("1", "true", "yes")


class Kafka(Broker):
    """An Apache Kafka node."""

    kind = "kafka"
    title = "Apache Kafka"
    start_patience_s = 90.0
    # A clean shutdown flushes its segments, so the next start needs no recovery.
    stop_patience_s = 45.0

    @property
    def port_names(self) -> list[str]:
        """Return the ports for clients, the controller and the metrics."""
        watched = ["kafka_metrics"] if self.instance.observed else []
        return ["kafka", "kafka_controller", *watched]

    def install(self) -> None:
        """Fetch the jars, and install Java and Maven if they are missing."""
        install_kafka(self.instance.cache)

    def version(self) -> str:
        """Return the broker's version."""
        return kafka_version(self._libs)

    @property
    def durability(self) -> str:
        """What its records survive."""
        if flushes_every_append():
            return "durable: a record is on disk (fsync) before it is acknowledged"
        return (
            "durable: records survive a crash of any process; a power cut can lose those of the "
            "last second (none with KAFKA_FSYNC=1)"
        )

    def after_start(self) -> None:
        """Create the topics, and set how commands are flushed."""
        super().after_start()
        flush_each_append(self.instance.kafka_bootstrap, flushes_every_append())

    @property
    def _libs(self) -> Path:
        return self.instance.cache / "kafka" / "libs"

    def prepare(self) -> Launch:
        """Write the settings, and format the log directory at the first start."""
        folder = self.instance.data / "kafka"
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "server.properties"
        log_folder = folder / "log"
        settings.write_text(
            SETTINGS.format(
                loopback=LOOPBACK,
                port=self.port,
                controller=self.instance.ports.kafka_controller,
                # Java's properties read a backslash as an escape.
                folder=str(log_folder).replace("\\", "\\\\"),
            )
        )
        if not (log_folder / "meta.properties").exists():
            self._format(settings)
        argv = [*self._java(), *self._agent(), "kafka.Kafka", str(settings)]
        return Launch(argv, folder=folder, works_in_batches=True, leaves_gateway_room=True)

    def _java(self) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise LocalCloudError("Java is missing", "apt-get install openjdk-17-jre-headless")
        return [
            java,
            *MEMORY,
            *COMPILER,
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
            "-cp",
            f"{self._libs}/*",
        ]

    def _agent(self) -> list[str]:
        """Return the argument that loads the exporter of the broker's metrics."""
        agents = sorted(self._libs.glob("jmx_prometheus_javaagent-*.jar"))
        if not self.instance.observed or not agents:
            return []
        place = f"{LOOPBACK}:{self.instance.ports.kafka_metrics}"
        return [f"-javaagent:{agents[-1]}={place}:{METRICS}"]

    def _format(self, settings: Path) -> None:
        cluster = self.instance.kafka_cluster_id
        command = [*self._java(), "kafka.tools.StorageTool", "format", "--ignore-formatted"]
        command += ["--cluster-id", cluster, "--config", str(settings)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            tail = (done.stdout + done.stderr).strip()[-2000:]
            raise LocalCloudError("can't format Kafka's log directory", "see below", tail)
