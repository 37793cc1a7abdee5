"""Which broker runs, and why."""

from pathlib import Path

import pytest

from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.services import brokers
from local_cloud.services.brokers import choose_broker


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return load_instance({"LEDGERLANE_CACHE": str(tmp_path / "cache")}, state=tmp_path / "state")


def machine(
    monkeypatch: pytest.MonkeyPatch, engine: str | None, java: bool, maven: bool, apt: bool = False
) -> None:
    monkeypatch.setattr(brokers, "engine_version", lambda: engine)
    monkeypatch.setattr(brokers, "have_java", lambda: java)
    monkeypatch.setattr(brokers, "have_maven", lambda: maven)
    monkeypatch.setattr(brokers, "may_install", lambda: apt)


@pytest.mark.parametrize(
    ("engine", "java", "maven", "apt", "expected"),
    [
        ("28.0", True, True, True, "redpanda"),
        (None, True, True, False, "kafka"),
        (None, False, False, True, "kafka"),
        (None, True, False, True, "kafka"),
        (None, True, False, False, "tansu"),
        (None, False, False, False, "tansu"),
    ],
)
def test_the_first_that_the_machine_can_run_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
    instance: Instance,
    engine: str | None,
    java: bool,
    maven: bool,
    apt: bool,
    expected: str,
) -> None:
    machine(monkeypatch, engine, java, maven, apt)

    broker, reason = choose_broker(instance, {})

    assert broker.kind == expected
    assert reason


def test_who_asks_for_a_broker_gets_it(instance: Instance) -> None:
    broker, reason = choose_broker(instance, {"BROKER": "Tansu"})

    assert (broker.kind, reason) == ("tansu", "BROKER=tansu")


def test_an_unknown_broker_is_refused_with_the_choice(instance: Instance) -> None:
    with pytest.raises(LocalCloudError, match="redpanda, kafka, tansu"):
        choose_broker(instance, {"BROKER": "rabbit"})


def test_an_instance_keeps_its_broker_though_a_better_one_appears(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    machine(monkeypatch, "28.0", True, True)
    instance.broker = "tansu"

    assert choose_broker(instance, {})[0].kind == "tansu"


def test_another_broker_on_an_instance_is_refused_since_it_would_be_another_log(
    instance: Instance,
) -> None:
    instance.broker = "kafka"

    with pytest.raises(LocalCloudError, match="another log") as refusal:
        choose_broker(instance, {"BROKER": "tansu"})

    assert "make clean" in refusal.value.remedy


def test_a_volatile_broker_says_so(instance: Instance) -> None:
    broker, _ = choose_broker(instance, {"BROKER": "tansu"})

    assert "VOLATILE" in broker.durability


def test_kafka_says_what_a_power_cut_costs(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    broker, _ = choose_broker(instance, {"BROKER": "kafka"})
    monkeypatch.delenv("KAFKA_FSYNC", raising=False)
    assert "power cut" in broker.durability

    monkeypatch.setenv("KAFKA_FSYNC", "1")
    assert "before it is acknowledged" in broker.durability
