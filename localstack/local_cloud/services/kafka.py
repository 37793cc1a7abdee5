"""Apache Kafka: nodes that are both broker and controller (KRaft), one or three."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from local_cloud.config import LOOPBACK, ROOT, Instance, of_node
from local_cloud.errors import LocalCloudError
from local_cloud.install.maven import install_kafka, kafka_version
from local_cloud.process import Launch
from local_cloud.services.base import Service
from local_cloud.services.broker import Broker
from local_cloud.services.topics import flush_each_append, known_brokers

LOG_SETTINGS = ROOT / "localstack" / "tools" / "kafka" / "log4j2.properties"

METRICS = ROOT / "localstack" / "observing" / "kafka-metrics.yaml"

SETTINGS = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{loopback}:{port},CONTROLLER://{loopback}:{controller}
advertised.listeners=PLAINTEXT://{loopback}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}
auto.create.topics.enable=false
delete.topic.enable=true

{replication}
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=4

# Consumers' offsets must survive a laptop that is off for weeks.
offsets.retention.minutes=5256000
# There are no other consumers to wait for.
group.initial.rebalance.delay.ms=0

# A killed broker can register again, and its partitions get another leader, only after its session
# expires, by default after 9 s. On one machine, a shorter session is safe.
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

ALONE = """\
# There is only one node, so there are no replicas.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1"""

REPLICATED = """\
# A record is acknowledged once two of three nodes have it, so any one of them can be lost, with its
# disk. A node that misses records never becomes leader.
default.replication.factor={nodes}
min.insync.replicas={in_sync}
unclean.leader.election.enable=false
offsets.topic.replication.factor={nodes}
transaction.state.log.replication.factor={nodes}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={nodes}
share.coordinator.state.topic.min.isr={in_sync}
# Another controller takes over before the lost node's session expires.
controller.quorum.fetch.timeout.ms=1000
controller.quorum.election.timeout.ms=500
# A node that hands over its partitions before it stops needs the controllers. When all stop, the
# last one would wait for them in vain, be killed, and count as one that may have lost records.
controlled.shutdown.enable=false"""

# 512 MB handles some 20,000 records a second. Half of it is allocated at the start, so that a heap
# that slowly fills does not look like a leak. On two cores, the optimizing compiler slows down the
# first 20,000 requests and later saves only a tenth of the broker's CPU. A multi-threaded garbage
# collector gains nothing.
MEMORY = ["-Xms256m", "-Xmx512m"]
# Of three nodes, each leads a third of the partitions, and all share the machine with the rest.
MEMORY_OF_THREE = ["-Xms128m", "-Xmx320m"]
STOP_PATIENCE_OF_THREE_S = 15.0
COLLECTOR = ["-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages"]
COMPILER = ["-XX:TieredStopAtLevel=1"]


def flushes_every_append() -> bool:
    """Whether ``KAFKA_FSYNC`` requests a flush to disk before each acknowledgement."""
    return os.environ.get("KAFKA_FSYNC", "").strip().lower() in ("1", "true", "yes")


class Kafka(Broker):
    """An Apache Kafka node.

    Parameters
    ----------
    instance : Instance
        The instance it belongs to.
    node : int
        Its number among the instance's nodes, from 1 on.
    """

    kind = "kafka"
    title = "Apache Kafka"
    start_patience_s = 90.0
    # A clean shutdown flushes its segments, so the next start needs no recovery.
    stop_patience_s = 45.0

    def __init__(self, instance: Instance, node: int = 1) -> None:
        super().__init__(instance)
        self.node = node
        if node > 1:
            self.name = f"broker-{node}"
            self.title = f"Apache Kafka {node}"
            self.port_name = of_node("kafka", node)
        if self._is_replicated:
            # The others have what it does not write in time.
            self.stop_patience_s = STOP_PATIENCE_OF_THREE_S

    def nodes(self) -> Sequence[Broker]:
        """Return all nodes of the instance."""
        return [Kafka(self.instance, node) for node in self.instance.nodes]

    @property
    def port_names(self) -> list[str]:
        """Return the ports for clients, the controller and the metrics."""
        watched = ["kafka_metrics"] if self.instance.observed else []
        names = ["kafka", "kafka_controller", *watched]
        return [of_node(name, self.node) for name in names]

    def install(self) -> None:
        """Fetch the jars, and install Java and Maven if they are missing."""
        install_kafka(self.instance.cache)

    def version(self) -> str:
        """Return the broker's version."""
        return kafka_version(self._libs)

    @property
    def durability(self) -> str:
        """What its records survive."""
        if self._is_replicated:
            return (
                "durable: a record is on two of three nodes before it is acknowledged, so any one "
                "can be lost with its disk; a power cut of the machine can lose those of the last "
                "second (none with KAFKA_FSYNC=1)"
            )
        if flushes_every_append():
            return "durable: a record is on disk (fsync) before it is acknowledged"
        return (
            "durable: records survive a crash of any process; a power cut can lose those of the "
            "last second (none with KAFKA_FSYNC=1)"
        )

    @property
    def _is_replicated(self) -> bool:
        return self.instance.brokers > 1

    def ready(self) -> bool:
        """Whether it answers, and the controller counts it among the available nodes."""
        address = f"{LOOPBACK}:{self.port}"
        return Service.ready(self) and self.node in known_brokers(address)

    def after_start(self) -> None:
        """Create the topics once all nodes can hold replicas, and set how commands are flushed."""
        if self.node == self.instance.brokers:
            super().after_start()
            flush_each_append(self.instance.kafka_bootstrap, flushes_every_append())

    def check(self) -> None:
        """Compare the topics' partition count, once for all nodes."""
        if self.node == self.instance.brokers:
            super().check()

    def note(self) -> str:
        """Return the number of topics, once for all nodes."""
        return super().note() if self.node == self.instance.brokers else ""

    @property
    def _libs(self) -> Path:
        return self.instance.cache / "kafka" / "libs"

    def prepare(self) -> Launch:
        """Write the settings, and format the log directory at the first start."""
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "server.properties"
        log_folder = folder / "log"
        settings.write_text(
            SETTINGS.format(
                node=self.node,
                voters=",".join(self._voters()),
                replication=self._replication(),
                loopback=LOOPBACK,
                port=self.port,
                controller=self.instance.ports.of_node("kafka_controller", self.node),
                # Java's properties read a backslash as an escape.
                folder=str(log_folder).replace("\\", "\\\\"),
            )
        )
        if not (log_folder / "meta.properties").exists():
            self._format(settings)
        argv = [*self._java(), *self._agent(), "kafka.Kafka", str(settings)]
        return Launch(argv, folder=folder, works_in_batches=True, leaves_gateway_room=True)

    @property
    def folder(self) -> Path:
        """The directory of its settings and its log."""
        return self.instance.data / of_node("kafka", self.node)

    def _voters(self) -> list[str]:
        """Return the controllers, each with its id and address."""
        ports = self.instance.ports
        return [
            f"{node}@{LOOPBACK}:{ports.of_node('kafka_controller', node)}"
            for node in self.instance.nodes
        ]

    def _replication(self) -> str:
        if not self._is_replicated:
            return ALONE
        nodes = self.instance.brokers
        return REPLICATED.format(nodes=nodes, in_sync=nodes // 2 + 1)

    def _java(self) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise LocalCloudError("Java is missing", "apt-get install openjdk-17-jre-headless")
        return [
            java,
            *(MEMORY_OF_THREE if self._is_replicated else MEMORY),
            *COLLECTOR,
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
        place = f"{LOOPBACK}:{self.instance.ports.of_node('kafka_metrics', self.node)}"
        return [f"-javaagent:{agents[-1]}={place}:{METRICS}"]

    def _format(self, settings: Path) -> None:
        cluster = self.instance.kafka_cluster_id
        command = [*self._java(), "kafka.tools.StorageTool", "format", "--ignore-formatted"]
        command += ["--cluster-id", cluster, "--config", str(settings)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            tail = (done.stdout + done.stderr).strip()[-2000:]
            raise LocalCloudError("can't format Kafka's log directory", "see below", tail)
