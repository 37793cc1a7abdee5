"""Every way to authenticate that Lambda documents for self-managed Kafka, against a real broker.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.dataplane.harness import Stage, stage
from tests.integration.dataplane.secured import PASSWORD, USER, Secured, secured_kafka

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_kafka(tmp_path_factory.mktemp("kafka")) as made:
        yield made


@pytest.fixture(scope="module")
def on(broker: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("secured"), "session") as made:
        yield replace(made, kafka=broker.plain, broker="kafka")


def secret(on: Stage, **content: str) -> str:
    """Put a secret into the emulator's Secrets Manager; returns its ARN."""
    made = on.emulator.client("secretsmanager").create_secret(
        Name=f"kafka-{uuid.uuid4().hex}", SecretString=json.dumps(content)
    )
    return str(made["ARN"])


def access(on: Stage, broker: Secured, *kinds: str) -> dict[str, object]:
    secrets = {
        "SERVER_ROOT_CA_CERTIFICATE": {"certificate": broker.ca},
        "CLIENT_CERTIFICATE_TLS_AUTH": {
            "certificate": broker.client_certificate,
            "privateKey": broker.client_key,
        },
    }
    login = {"username": USER, "password": PASSWORD}
    uris = {kind: secret(on, **secrets.get(kind, login)) for kind in kinds}
    return {"SourceAccessConfigurations": [{"Type": k, "URI": uri} for k, uri in uris.items()]}


@pytest.mark.parametrize(
    ("listener", "kinds"),
    [
        ("sasl", ["BASIC_AUTH"]),
        ("sasl", ["SASL_SCRAM_256_AUTH"]),
        ("sasl", ["SASL_SCRAM_512_AUTH"]),
        ("sasl_tls", ["BASIC_AUTH", "SERVER_ROOT_CA_CERTIFICATE"]),
        ("sasl_tls", ["SASL_SCRAM_512_AUTH", "SERVER_ROOT_CA_CERTIFICATE"]),
        ("mutual", ["CLIENT_CERTIFICATE_TLS_AUTH", "SERVER_ROOT_CA_CERTIFICATE"]),
    ],
)
def test_records_come_and_failures_go_over_the_secured_listener(
    on: Stage, broker: Secured, listener: str, kinds: list[str]
) -> None:
    topic, dead = on.topic(), on.topic()
    on.produce(topic, "a", "bad")
    there = replace(on, kafka=getattr(broker, listener))
    properties = access(on, broker, *kinds) | {
        "BatchSize": 1,
        "MaximumRetryAttempts": 0,
        "DestinationConfig": {"OnFailure": {"Destination": f"kafka://{dead}"}},
    }
    with there.poll(topic, **properties) as poller:
        on.wait_done(poller, 2)
    assert on.batches(topic) == [["a"], ["bad"]]
    ((_, told),) = on.read(dead, 1)
    assert told["KafkaBatchInfo"]["bootstrapServers"] == there.kafka


def test_a_wrong_password_polls_nothing_and_says_so(on: Stage, broker: Secured) -> None:
    topic = on.topic()
    on.produce(topic, "a")
    wrong = secret(on, username=USER, password="guessed")
    there = replace(on, kafka=broker.sasl, notes=[])
    kinds = [{"Type": "SASL_SCRAM_512_AUTH", "URI": wrong}]
    with there.poll(topic, SourceAccessConfigurations=kinds):
        there.wait_note("uthentication")
    assert on.batches(topic) == []
