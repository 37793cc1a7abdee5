"""Which broker runs, and why."""

from pathlib import Path

import pytest

from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.services import brokers
from local_cloud.services.brokers import choose_broker
from local_cloud.services.kafka import Kafka


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


def test_three_brokers_are_of_apache_kafka_and_replicate_each_record(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    machine(monkeypatch, "28.0", True, True)
    instance.brokers = 3

    broker, reason = choose_broker(instance, {})

    assert [node.name for node in broker.nodes()] == ["broker", "broker-2", "broker-3"]
    assert "two of three" in broker.durability
    assert reason == "BROKERS=3"


def test_a_broker_that_can_not_replicate_is_refused_by_name(instance: Instance) -> None:
    instance.brokers = 3

    with pytest.raises(LocalCloudError, match="tansu runs as one node, not as 3"):
        choose_broker(instance, {"BROKER": "tansu"})


def settings_of(node: Kafka, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(Kafka, "_format", lambda self, settings: None)
    monkeypatch.setattr(Kafka, "_java", lambda self: ["java"])
    argv = node.prepare().argv
    lines = Path(argv[-1]).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_one_node_of_three_is_lost_without_an_acknowledged_record(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    instance.brokers = 3

    found = [settings_of(Kafka(instance, node), monkeypatch) for node in instance.nodes]

    for settings in found:
        assert settings["default.replication.factor"] == "3"
        assert settings["min.insync.replicas"] == "2"
        assert settings["unclean.leader.election.enable"] == "false"
        assert settings["offsets.topic.replication.factor"] == "3"
    assert len({settings["log.dirs"] for settings in found}) == 3
    assert len({settings["controller.quorum.voters"] for settings in found}) == 1
    assert instance.kafka_bootstrap.count(",") == 2


def test_one_node_keeps_the_settings_and_the_directory_it_had(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    settings = settings_of(Kafka(instance), monkeypatch)

    assert settings["log.dirs"] == str(instance.data / "kafka" / "log")
    assert settings["controller.quorum.voters"] == f"1@127.0.0.1:{instance.ports.kafka_controller}"
    assert settings["default.replication.factor"] == settings["min.insync.replicas"] == "1"
    assert "unclean.leader.election.enable" not in settings
    assert instance.kafka_bootstrap == f"127.0.0.1:{instance.ports.kafka}"
