"""Which services an instance has, and in which order they stop."""

import dataclasses
from itertools import chain
from pathlib import Path

import pytest

from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.services import compose
from local_cloud.services.compose import Compose
from local_cloud.services.dataplane import DataPlane
from local_cloud.services.emulator import MiniStack
from local_cloud.services.postgres import _buffers_mib
from local_cloud.stack import every_service, exclusive, find_service, services_of, stop_order


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = load_instance({}, state=tmp_path / "state")
    made.broker = "tansu"
    return made


def test_the_data_plane_stops_first_and_the_database_last(instance: Instance) -> None:
    names = [service.name for service in stop_order(every_service(instance))]

    watchers = ["postgres-exporter", "pgbouncer-exporter", "redis-exporter", "prometheus"]
    order = ["dataplane", "emulator", "pgbouncer", "redis", "broker", "postgres"]
    assert names == [*watchers, *order]


def test_every_port_of_an_instance_belongs_to_one_part(instance: Instance) -> None:
    instance.broker, instance.brokers, instance.shards = "kafka", 3, 4
    names = [name for service in every_service(instance) for name in service.port_names]

    others = {"load_metrics"}, {"grafana", "grafana_prometheus"}
    assert sorted([*names, *chain(*others)]) == sorted(name for name, _ in instance.ports.items())


def test_each_of_three_brokers_is_a_part_that_can_be_restarted_by_itself(
    instance: Instance,
) -> None:
    instance.broker, instance.brokers = "kafka", 3

    names = [service.name for service in stop_order(every_service(instance))]

    assert names[-4:] == ["broker", "broker-2", "broker-3", "postgres"]
    assert find_service(instance, "broker-3").port == instance.ports.kafka_3


def test_each_shard_has_a_server_and_a_pooler_that_can_be_restarted_by_themselves(
    instance: Instance,
) -> None:
    instance.shards, instance.observed = 2, False

    names = [service.name for service in stop_order(every_service(instance))]

    assert names[2:4] == ["pgbouncer", "pgbouncer-2"]
    assert names[-2:] == ["postgres", "postgres-2"]
    assert find_service(instance, "postgres-2").port == instance.ports.postgres_2
    assert find_service(instance, "pgbouncer-2").port == instance.ports.pgbouncer_2


def test_the_servers_of_all_shards_have_no_more_memory_than_one_had() -> None:
    gigabytes = 1024

    assert _buffers_mib(8 * gigabytes, 1) == 1024
    assert _buffers_mib(8 * gigabytes, 2) == 512
    assert _buffers_mib(64 * gigabytes, 1) == 2048
    assert _buffers_mib(1 * gigabytes, 4) == 128


def test_an_unknown_part_is_refused_with_the_choice(instance: Instance) -> None:
    with pytest.raises(LocalCloudError, match="one of postgres, pgbouncer, redis"):
        find_service(instance, "oracle")


def test_a_stopped_emulator_keeps_its_state_and_no_copies_of_functions(instance: Instance) -> None:
    emulator = MiniStack(instance)
    copy, kept = emulator.folder / "tmp" / "function", emulator.folder / "state" / "lambda.json"
    for file in (copy, kept):
        file.parent.mkdir(parents=True)
        file.write_text("")

    emulator.after_stop()

    assert not copy.parent.exists()
    assert kept.exists()


def test_two_commands_never_change_an_instance_at_once(instance: Instance) -> None:
    refused = pytest.raises(LocalCloudError, match="another command")
    with exclusive(instance), refused, exclusive(instance):
        pass


def test_the_api_runs_many_requests_at_once_in_a_process(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATAPLANE_MODE", raising=False)
    command = DataPlane(instance).prepare().argv

    assert command[command.index("--mode") + 1] == "api=concurrent"


def test_the_data_plane_gets_the_arguments_that_a_developer_asks_for(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATAPLANE_ARGS", "--debug apply=5678 --watch 'api=/my code'")
    command = DataPlane(instance).prepare().argv

    assert command[-4:] == ["--debug", "apply=5678", "--watch", "api=/my code"]


def test_containers_take_the_place_of_all_services_but_the_emulator(instance: Instance) -> None:
    services, _ = services_of(instance, {"SERVICES": "compose"})

    watchers = ["postgres-exporter", "pgbouncer-exporter", "redis-exporter", "prometheus"]
    assert [service.name for service in services] == ["compose", "emulator", *watchers]
    names = [service.name for service in every_service(instance)]
    assert names == ["compose", "emulator", *watchers, "dataplane"]


def test_grafana_runs_in_containers_where_the_instance_is_observed(instance: Instance) -> None:
    alone = dataclasses.replace(instance, observed=False)

    assert Compose(instance).environment()["COMPOSE_PROFILES"] == "observe"
    assert "grafana" in Compose(instance).port_names
    assert Compose(alone).environment()["COMPOSE_PROFILES"] == ""
    assert Compose(alone).port_names == ["postgres", "pgbouncer", "redis", "kafka"]


def test_an_instance_keeps_the_kind_of_services_it_began_with(instance: Instance) -> None:
    instance.save()

    with pytest.raises(LocalCloudError, match="has native services, not compose"):
        services_of(instance, {"SERVICES": "compose"})


def test_an_unknown_kind_of_services_is_refused(instance: Instance) -> None:
    with pytest.raises(LocalCloudError, match="one of native, compose"):
        services_of(instance, {"SERVICES": "podman"})


def test_containers_get_the_instances_ports_and_passwords_by_the_environment(
    instance: Instance,
) -> None:
    launch = Compose(instance).prepare()

    assert launch.environment["KAFKA_PORT"] == str(instance.ports.kafka)
    assert launch.environment["LEDGERLANE_PASSWORD"] == instance.application_password
    assert instance.application_password not in " ".join(launch.argv)
    assert list(launch.argv)[:2] == ["docker", "compose"]


def test_containers_get_three_brokers_by_a_profile(instance: Instance) -> None:
    instance.observed = False
    assert Compose(instance).environment()["COMPOSE_PROFILES"] == ""
    instance.brokers = 3

    compose_file = Compose(instance)

    assert compose_file.environment()["COMPOSE_PROFILES"] == "three-brokers"
    assert compose_file.port_names[-3:] == ["kafka", "kafka_2", "kafka_3"]


def test_containers_get_each_further_shard_by_a_profile(instance: Instance) -> None:
    instance.observed, instance.shards = False, 3

    compose_file = Compose(instance)

    assert compose_file.environment()["COMPOSE_PROFILES"] == "shard-2,shard-3"
    further = ["postgres_2", "pgbouncer_2", "postgres_3", "pgbouncer_3"]
    assert compose_file.port_names == ["postgres", "pgbouncer", *further, "redis", "kafka"]


def test_without_compose_one_line_says_what_to_do(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "_run", lambda command, environment: None)

    with pytest.raises(LocalCloudError, match="does not work here"):
        Compose(instance).install()
