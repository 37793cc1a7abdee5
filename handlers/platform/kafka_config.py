"""librdkafka's settings for connecting to the brokers, by type of security."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.platform.bounds import KafkaSecurity
from handlers.platform.iam_tokens import kafka_token


@dataclass(frozen=True, slots=True)
class Brokers:
    """The brokers' addresses and credentials.

    Attributes
    ----------
    bootstrap
        ``host:port`` of some brokers, separated by commas.
    security
        ``plaintext``; ``scram`` for TLS with SCRAM-SHA-512; ``iam`` for TLS with MSK's IAM tokens.
    username, password
        For ``scram``.
    region
        For ``iam``: the AWS region of the cluster.
    """

    bootstrap: str
    security: KafkaSecurity = "plaintext"
    username: str = ""
    password: str = ""
    region: str = ""

    def __repr__(self) -> str:
        return f"Brokers({self.bootstrap!r}, {self.security!r})"


def client_config(brokers: Brokers) -> dict[str, Any]:
    """Return the librdkafka settings that all clients of these brokers share."""
    config: dict[str, Any] = {
        "bootstrap.servers": brokers.bootstrap,
        "client.id": "ledgerlane",
        # Reconnect soon after a broker is back.
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 500,
        "socket.connection.setup.timeout.ms": 3000,
        "socket.timeout.ms": 4000,
        "socket.keepalive.enable": True,
        "socket.nagle.disable": True,
        "broker.address.family": "v4",
        "allow.auto.create.topics": False,
        # Callers get failures as errors; librdkafka's own log lines would go to stderr.
        "log_level": 2,
    }
    if brokers.security == "scram":
        config |= {
            "security.protocol": "SASL_SSL",
            "sasl.mechanisms": "SCRAM-SHA-512",
            "sasl.username": brokers.username,
            "sasl.password": brokers.password,
        }
    elif brokers.security == "iam":
        config |= {
            "security.protocol": "SASL_SSL",
            "sasl.mechanisms": "OAUTHBEARER",
            "oauth_cb": lambda _config: kafka_token(brokers.region),
        }
    return config
