from __future__ import annotations

import json

import pytest

from dataplane.model import KafkaMapping
from dataplane.poller import security

SECRET = json.dumps({"username": "u", "password": "p", "certificate": "C", "privateKey": "K"})


def settings(*access: tuple[str, str], secret: str = SECRET) -> dict[str, str]:
    mapping = KafkaMapping("u", "M", "f", ("t",), ("h:1",), "g", source_access=access)
    return security.settings(mapping, lambda uri: secret)


def test_plain_text_needs_nothing() -> None:
    assert settings(("VPC_SUBNET", "subnet-1")) == {}


@pytest.mark.parametrize(
    ("kind", "mechanism"),
    [
        ("BASIC_AUTH", "PLAIN"),
        ("SASL_SCRAM_256_AUTH", "SCRAM-SHA-256"),
        ("SASL_SCRAM_512_AUTH", "SCRAM-SHA-512"),
    ],
)
def test_sasl_takes_user_and_password_from_the_secret(kind: str, mechanism: str) -> None:
    made = settings((kind, "arn"))
    assert made["sasl.mechanism"] == mechanism
    assert (made["sasl.username"], made["sasl.password"]) == ("u", "p")
    assert made["security.protocol"] == "SASL_PLAINTEXT"


def test_a_ca_means_tls() -> None:
    made = settings(("BASIC_AUTH", "a"), ("SERVER_ROOT_CA_CERTIFICATE", "b"))
    assert (made["security.protocol"], made["ssl.ca.pem"]) == ("SASL_SSL", "C")
    made = settings(("CLIENT_CERTIFICATE_TLS_AUTH", "b"))
    assert (made["security.protocol"], made["ssl.key.pem"]) == ("SSL", "K")


@pytest.mark.parametrize("secret", ["text", "{}", '{"username": 1, "password": "p"}', "[]"])
def test_a_secret_of_another_shape_is_said(secret: str) -> None:
    with pytest.raises(ValueError, match="username and password"):
        settings(("BASIC_AUTH", "arn"), secret=secret)


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="VIRTUAL_HOST is not supported"):
        settings(("VIRTUAL_HOST", "x"))
