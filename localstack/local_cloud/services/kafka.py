"""Apache Kafka: one node that is broker and controller (KRaft), run by Java."""

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

# One node: nothing to replicate to.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# A laptop that rests over the holidays must not forget how far its consumers got.
offsets.retention.minutes=5256000
# A consumer that comes back should not wait for others that don't exist.
group.initial.rebalance.delay.ms=0

# A killed broker is let back in once its old session has run out: 9 s by default. There is no
# other node for it to be mistaken for.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

# A killed process loses nothing: what it wrote is the kernel's. A power cut loses what the kernel
# had not written, so it is asked to each second (docs/decisions; KAFKA_FSYNC=1 asks each time).
log.flush.interval.ms=1000
log.flush.scheduler.interval.ms=500

# Few clients on few cores: each hand-over from one thread to another costs more than it gains.
num.network.threads=1
num.io.threads=2
background.threads=2
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=16777216
"""

# 512 MB carries some 20,000 records a second here; half of it is taken at the start, so that a heap
# that fills up by and by does not look like one that grows. On two cores the optimising compiler
# takes the time of the first 20,000 requests, for a tenth less of the broker's later on, and a
# collector with threads of its own gains nothing.
MEMORY = [
    "-Xms256m",
    "-Xmx512m",
    "-XX:+AlwaysPreTouch",
    "-XX:+UseSerialGC",
    "-XX:+UseTransparentHugePages",
]
COMPILER = ["-XX:TieredStopAtLevel=1"]


def flushes_every_append() -> bool:
    """Whether a person asked for a flush to disk before each acknowledgement."""
    return os.environ.get("KAFKA_FSYNC", "").strip().lower() in ("1", "true", "yes")


class Kafka(Broker):
    """An Apache Kafka node."""

    kind = "kafka"
    title = "Apache Kafka"
    start_patience_s = 90.0
    # A clean shutdown flushes its segments and spares the next start a recovery.
    stop_patience_s = 45.0

    @property
    def port_names(self) -> list[str]:
        """Return the clients' port, the controller's, and the one that Prometheus scrapes."""
        watched = ["kafka_metrics"] if self.instance.observed else []
        return ["kafka", "kafka_controller", *watched]

    def install(self) -> None:
        """Fetch the jars, and Java and Maven where they are missing."""
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
            "durable: records survive every crash of a process; a power cut may cost the last "
            "second's (KAFKA_FSYNC=1 for none)"
        )

    def after_start(self) -> None:
        """Create the topics, and have the commands flushed as it is asked for."""
        super().after_start()
        flush_each_append(self.instance.kafka_bootstrap, flushes_every_append())

    @property
    def _libs(self) -> Path:
        return self.instance.cache / "kafka" / "libs"

    def prepare(self) -> Launch:
        """Write the settings each time, and format the log folder once."""
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
        """Return the argument that loads the exporter of the broker's own metrics."""
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
            raise LocalCloudError("Kafka's log folder can't be formatted", "see below", tail)
