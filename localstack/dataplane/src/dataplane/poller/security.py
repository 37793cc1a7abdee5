"""Convert a mapping's source access configuration to librdkafka's settings.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from dataplane.model import KafkaMapping

_MECHANISMS = {
    "BASIC_AUTH": "PLAIN",
    "SASL_SCRAM_256_AUTH": "SCRAM-SHA-256",
    "SASL_SCRAM_512_AUTH": "SCRAM-SHA-512",
}
# The VPC of a mapping does not matter on one machine.
_IGNORED = frozenset({"VPC_SUBNET", "VPC_SECURITY_GROUP"})


def settings(mapping: KafkaMapping, read_secret: Callable[[str], str]) -> dict[str, str]:
    """Return librdkafka's security settings for a mapping.

    Parameters
    ----------
    read_secret
        Returns the text of a Secrets Manager secret.

    Raises
    ------
    ValueError
        If the authentication is not supported, or the secret has another format.
    """
    chosen: dict[str, str] = {}
    certificate: dict[str, str] = {}
    for kind, uri in mapping.source_access:
        if kind in _MECHANISMS:
            secret = _secret(uri, read_secret, ("username", "password"))
            chosen["sasl.mechanism"] = _MECHANISMS[kind]
            chosen["sasl.username"] = secret["username"]
            chosen["sasl.password"] = secret["password"]
        elif kind == "CLIENT_CERTIFICATE_TLS_AUTH":
            secret = _secret(uri, read_secret, ("certificate", "privateKey"))
            certificate["ssl.certificate.pem"] = secret["certificate"]
            certificate["ssl.key.pem"] = secret["privateKey"]
            if secret.get("privateKeyPassword"):
                certificate["ssl.key.password"] = secret["privateKeyPassword"]
        elif kind == "SERVER_ROOT_CA_CERTIFICATE":
            secret = _secret(uri, read_secret, ("certificate",))
            certificate["ssl.ca.pem"] = secret["certificate"]
        elif kind not in _IGNORED:
            raise ValueError(f"{mapping.logical_id}: source access {kind} is not supported")
    if chosen:
        # AWS requires TLS for SASL; a local broker has TLS only if there is a CA.
        chosen["security.protocol"] = "SASL_SSL" if certificate else "SASL_PLAINTEXT"
    elif certificate:
        chosen["security.protocol"] = "SSL"
    return chosen | certificate


def _secret(uri: str, read_secret: Callable[[str], str], needed: tuple[str, ...]) -> dict[str, str]:
    try:
        secret = json.loads(read_secret(uri))
        if all(isinstance(secret[name], str) for name in needed):
            return {name: value for name, value in secret.items() if isinstance(value, str)}
    except (ValueError, KeyError, TypeError):
        pass
    raise ValueError(f"secret {uri} is not JSON with {' and '.join(needed)}")
