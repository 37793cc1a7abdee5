"""An Apache Kafka of the tests' own whose users have the rights of the stage's IAM policies.

MSK's IAM actions stand for operations of Apache Kafka's own ACLs (MSK Developer Guide, "Semantics
of IAM authorization policy actions and resources"), so its standard authorizer refuses what MSK
would refuse. ``Connect`` has no operation: whoever is authenticated is connected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from tests.integration.dataplane.conftest import free_port
from tests.integration.kafka import kafka_command, running_kafka
from tests.support.reviewed import log_rights

PASSWORD = "not-for-production"
_OPERATIONS: dict[str, dict[str, AclOperation | None]] = {
    "cluster": {
        "Connect": None,
        "DescribeCluster": AclOperation.DESCRIBE,
        "WriteDataIdempotently": AclOperation.IDEMPOTENT_WRITE,
    },
    "topic": {
        "AlterTopic": AclOperation.ALTER,
        "AlterTopicDynamicConfiguration": AclOperation.ALTER_CONFIGS,
        "CreateTopic": AclOperation.CREATE,
        "DescribeTopic": AclOperation.DESCRIBE,
        "DescribeTopicDynamicConfiguration": AclOperation.DESCRIBE_CONFIGS,
        "ReadData": AclOperation.READ,
        "WriteData": AclOperation.WRITE,
    },
    "group": {"AlterGroup": AclOperation.READ, "DescribeGroup": AclOperation.DESCRIBE},
}
_PLACES = {
    "cluster": (ResourceType.BROKER, "kafka-cluster", ResourcePatternType.LITERAL),
    "topic": (ResourceType.TOPIC, "ledger.", ResourcePatternType.PREFIXED),
    "group": (ResourceType.GROUP, "ledgerlane-", ResourcePatternType.PREFIXED),
}
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{plain},SASL_PLAINTEXT://127.0.0.1:{sasl},\
CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,\
CONTROLLER:PLAINTEXT
log.dirs={folder}/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=16777216
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required {users};
"""
_LOGGING = """\
status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%m%n
rootLogger.level=error
rootLogger.appenderRef.out.ref=out
logger.auth.name=kafka.authorizer.logger
logger.auth.level=info
"""
_DENIED = re.compile(
    r"Principal = User:(\S+) is Denied operation = (\S+) .* on resource = (\S+) for request = (\S+)"
)


@dataclass(frozen=True)
class Authorized:
    """Where it listens for the tests (``plain``) and for its users, and what it refused."""

    plain: str
    sasl: str
    log: Path

    def refused(self, user: str) -> list[str]:
        """Return what `user` was refused so far."""
        found = {
            f"{operation} on {resource} ({request})"
            for name, operation, resource, request in _DENIED.findall(self.log.read_text())
            if name == user
        }
        return sorted(found)

    def allow(self, user: str, rights: dict[str, set[str]] | None = None) -> None:
        """Give a user the rights of the function of that name, or these."""
        bindings = [
            self._binding(user, kind, operation)
            for kind, actions in (rights or log_rights(user)).items()
            for operation in (_OPERATIONS[kind][action] for action in sorted(actions))
            if operation is not None
        ]
        client = AdminClient({"bootstrap.servers": self.plain})
        for future in client.create_acls(bindings).values() if bindings else ():
            future.result(timeout=10)

    @staticmethod
    def _binding(user: str, kind: str, operation: AclOperation) -> AclBinding:
        place, allowed = _PLACES[kind], AclPermissionType.ALLOW
        return AclBinding(*place, f"User:{user}", "*", operation, allowed)


@contextmanager
def authorized_kafka(folder: Path, users: list[str]) -> Iterator[Authorized]:
    """Run it; skips where Java or Kafka's jars aren't there."""
    options = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    command = kafka_command(*options, "-Dlog4j2.configurationFile=log4j2.properties")
    ports = {name: free_port() for name in ("plain", "sasl", "controller")}
    known = " ".join(f'user_{user}="{PASSWORD}"' for user in users)
    settings = _SETTINGS.format(folder=folder, users=known, **ports)
    (folder / "server.properties").write_text(settings)
    (folder / "log4j2.properties").write_text(_LOGGING)
    plain, sasl = (f"127.0.0.1:{ports[name]}" for name in ("plain", "sasl"))
    with running_kafka(folder, command, plain) as log:
        yield Authorized(plain, sasl, log)
