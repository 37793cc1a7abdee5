"""The same services for people with Docker: what the compose file promises."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers.platform import bounds
from local_cloud.config import COMPOSE, ROOT, Ports, load_instance
from local_cloud.services.compose import OBSERVE, SHARD, THREE_BROKERS
from local_cloud.services.exporters import PgBouncerExporter
from local_cloud.services.redpanda import Redpanda
from local_cloud.services.topics import SETTINGS
from local_cloud.variables import SHARD_COUNTS

FURTHER = SHARD_COUNTS[1:]
PARTITIONS = bounds.SETTINGS["PARTITIONS"]
PUBLISHED = re.compile(r"^127\.0\.0\.1:\$\{([A-Z0-9_]+):-(\d+)\}:(\d+)$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "localstack" / "compose.yaml").read_text())
    assert isinstance(document, dict)
    return document


def test_the_services_are_those_of_the_local_cloud_without_what_runs_functions(
    compose: dict[str, Any],
) -> None:
    expected = {"redpanda", "topics", "postgres", "pgbouncer", "valkey"}
    default = {name for name, one in compose["services"].items() if "profiles" not in one}

    assert default == expected
    shards = {f"{name}-{shard}" for name in ("postgres", "pgbouncer") for shard in FURTHER}
    optional = {"redpanda-2", "redpanda-3", "prometheus", "grafana"} | shards
    assert set(compose["services"]) - default == optional


def test_the_other_brokers_come_with_their_profile_and_join_the_first(
    compose: dict[str, Any],
) -> None:
    for number in (2, 3):
        service = compose["services"][f"redpanda-{number}"]

        assert service["profiles"] == [THREE_BROKERS]
        assert service["image"] == Redpanda.image
        assert "--seeds=redpanda:33145" in service["command"]
        assert f"--node-id={number - 1}" in service["command"]
        assert f"--advertise-rpc-addr=redpanda-{number}:33145" in service["command"]


def test_each_further_shard_comes_with_its_profile_and_its_pooler_leads_to_its_server(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    for shard in FURTHER:
        server, pooler = services[f"postgres-{shard}"], services[f"pgbouncer-{shard}"]

        assert server["profiles"] == pooler["profiles"] == [SHARD.format(shard)]
        assert server["command"] == services["postgres"]["command"]
        assert list(pooler["depends_on"]) == [f"postgres-{shard}"]
        first = services["pgbouncer"]["environment"]
        assert pooler["environment"] == {**first, "DB_HOST": f"postgres-{shard}"}


def test_every_port_is_on_loopback_and_has_the_variable_and_default_of_make_up(
    compose: dict[str, Any],
) -> None:
    defaults = {Ports.variable(name): port for name, port in Ports().items()}
    published = [port for one in compose["services"].values() for port in one.get("ports", [])]

    assert len(published) == 17
    for text in published:
        found = PUBLISHED.match(text)
        assert found, text
        assert defaults[found.group(1)] == int(found.group(2))


def test_no_container_shares_the_hosts_network_or_its_docker_socket(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        assert "network_mode" not in service, name
        assert not [path for path in service.get("volumes", ()) if "docker.sock" in path], name


def test_what_others_wait_for_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert name == "topics" or "healthcheck" in service, name


def test_images_are_pinned_and_the_same_as_those_of_make_up(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}

    assert all(re.search(r":v?\d", image) for image in images.values())
    assert images["redpanda"] == images["topics"] == Redpanda.image


def test_the_data_are_kept_in_volumes_but_the_caches_are_not(compose: dict[str, Any]) -> None:
    volumes = {"redpanda", "redpanda-2", "redpanda-3", "postgres", "prometheus"}
    volumes |= {f"postgres-{shard}" for shard in FURTHER}
    assert set(compose["volumes"]) == volumes
    mounted = [text for one in compose["services"].values() for text in one.get("volumes", ())]
    named = [text.partition(":")[0] for text in mounted if not text.startswith(".")]
    assert sorted(named) == sorted(volumes), "each belongs to one container"
    assert "volumes" not in compose["services"]["valkey"]


def test_the_topics_are_those_of_make_up(compose: dict[str, Any]) -> None:
    script = compose["services"]["topics"]["command"][0]

    assert f"-p ${{PARTITIONS:-{PARTITIONS.local}}} " in script
    assert set(re.findall(r"^create (\S+)", script, re.MULTILINE)) == SETTINGS.keys()
    for name, settings in SETTINGS.items():
        assert f"create {name} " in script
        assert f"-c retention.ms={settings['retention.ms']}" in script


def test_the_pooler_pools_by_transaction(compose: dict[str, Any]) -> None:
    settings = compose["services"]["pgbouncer"]["environment"]

    assert settings["POOL_MODE"] == "transaction"
    assert settings["MAX_PREPARED_STATEMENTS"] == "0"


def test_grafana_is_left_out_with_its_prometheus_unless_asked_for(compose: dict[str, Any]) -> None:
    services = compose["services"].items()
    observing = {name for name, one in services if OBSERVE in one.get("profiles", ())}

    assert observing == {"prometheus", "grafana"}


def test_grafana_finds_the_boards_and_the_prometheus_that_receives(compose: dict[str, Any]) -> None:
    grafana, prometheus = compose["services"]["grafana"], compose["services"]["prometheus"]
    mounts = dict(text.removesuffix(":ro").split(":") for text in grafana["volumes"])
    provisioned = {Path(inside).parent.name: Path(ours) for ours, inside in mounts.items()}
    folder = ROOT / "localstack"
    source = yaml.safe_load((folder / provisioned["datasources"]).read_text())["datasources"][0]
    provider = yaml.safe_load((folder / provisioned["dashboards"]).read_text())["providers"][0]

    assert all(text.endswith(":ro") for text in grafana["volumes"])
    assert all((folder / ours).exists() for ours in mounts)
    assert source["url"] == "http://prometheus:9090"
    assert prometheus["ports"][0].endswith(":9090")
    assert "--web.enable-remote-write-receiver" in prometheus["command"]
    assert mounts["./observing/boards"] == provider["options"]["path"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (folder / "observing/boards" / Path(home).name).is_file()


def test_nobody_can_change_anything_in_grafana_without_a_password(compose: dict[str, Any]) -> None:
    settings = compose["services"]["grafana"]["environment"]

    assert settings["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert settings["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"


def test_the_exporter_can_read_the_pooler_s_statistics(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    instance = load_instance({}, state=tmp_path)
    instance.services = COMPOSE
    command, environment = PgBouncerExporter(instance).command()

    user = compose["services"]["pgbouncer"]["environment"]["STATS_USERS"]
    assert command[-1].startswith(f"postgresql://{user}@")
    assert environment["PGPASSWORD"] == instance.application_password
