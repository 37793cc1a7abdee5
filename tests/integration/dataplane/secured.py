"""An Apache Kafka of the tests' own that asks who is there: SASL and TLS, with new certificates."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.dataplane.conftest import REPOSITORY, free_port
from tests.integration.kafka import kafka_command, run, running_kafka

USER, PASSWORD = "poller", "not-for-production"
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{plain},SASL_PLAINTEXT://127.0.0.1:{sasl},\
SASL_SSL://127.0.0.1:{sasl_tls},SSL://127.0.0.1:{mutual},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,\
SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT
log.dirs={folder}/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.crt
listener.name.ssl.ssl.client.auth=required
log.cleaner.dedupe.buffer.size=16777216
"""
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


@dataclass(frozen=True)
class Secured:
    """Where it listens (``host:port``), and the certificates it takes."""

    plain: str
    sasl: str
    sasl_tls: str
    mutual: str
    ca: str
    client_certificate: str
    client_key: str


def _certificates(folder: Path) -> None:
    """Make a CA, and a certificate of it for the broker and one for a client."""
    new = ("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj")
    run(folder, *new, "/CN=ca", "-x509", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt")
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("broker", "client"):
        run(folder, *new, f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signed = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
        whose = ("-in", f"{name}.csr", "-out", f"{name}.crt", "-extfile", "san")
        run(folder, "openssl", "x509", "-req", *whose, *signed)
    (folder / "broker.pem").write_text(
        (folder / "broker.key").read_text() + (folder / "broker.crt").read_text()
    )


def _settings(folder: Path, ports: dict[str, int]) -> str:
    text = _SETTINGS.format(folder=folder, **ports)
    for listener in ("sasl_plaintext", "sasl_ssl"):
        prefix = f"listener.name.{listener}"
        text += f'{prefix}.plain.sasl.jaas.config={_PLAIN} required user_{USER}="{PASSWORD}";\n'
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            text += f"{prefix}.{mechanism}.sasl.jaas.config={_SCRAM} required;\n"
    return text


@contextlib.contextmanager
def secured_kafka(folder: Path) -> Iterator[Secured]:
    """Run it; skips where Java, Kafka's jars or openssl aren't there."""
    log_settings = REPOSITORY / "localstack" / "tools" / "kafka" / "log4j2.properties"
    command = kafka_command(f"-Dlog4j2.configurationFile={log_settings}")
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    _certificates(folder)
    names = ("plain", "sasl", "sasl_tls", "mutual", "controller")
    ports = {name: free_port() for name in names}
    (folder / "server.properties").write_text(_settings(folder, ports))
    scram = [
        flag
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
        for flag in ("--add-scram", f"{mechanism}=[name={USER},password={PASSWORD}]")
    ]
    at = {name: f"127.0.0.1:{port}" for name, port in ports.items() if name != "controller"}
    certificates = {
        "ca": (folder / "ca.crt").read_text(),
        "client_certificate": (folder / "client.crt").read_text(),
        "client_key": (folder / "client.key").read_text(),
    }
    with running_kafka(folder, command, at["plain"], *scram):
        yield Secured(**at, **certificates)
