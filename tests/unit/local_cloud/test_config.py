"""What an instance is made of, and what it remembers."""

import json
import stat
from pathlib import Path

import pytest

from local_cloud.addresses import addresses, exports
from local_cloud.config import Ports, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.variables import read_partitions


def test_the_ports_come_from_the_environment_then_from_what_is_remembered() -> None:
    ports = Ports.read({"REDIS_PORT": "7001"}, {"redis": 7000, "kafka": 7002})

    assert (ports.redis, ports.kafka, ports.gateway) == (7001, 7002, 8080)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "8080.0", "٣"])
def test_what_is_no_port_is_refused_by_the_name_of_its_variable(text: str) -> None:
    with pytest.raises(LocalCloudError, match="GATEWAY_PORT"):
        Ports.read({"GATEWAY_PORT": text}, {})


def test_two_parts_never_share_a_port() -> None:
    with pytest.raises(LocalCloudError, match="both gateway and emulator"):
        Ports.read({"GATEWAY_PORT": "4566"}, {})


def test_a_block_of_ports_is_consecutive_and_distinct() -> None:
    assert [port for _, port in Ports.block(21000).items()] == list(range(21000, 21034))


@pytest.mark.parametrize("text", ["0", "10001", "twelve", "1e1"])
def test_what_is_no_partition_count_is_refused(text: str) -> None:
    with pytest.raises(LocalCloudError, match="PARTITIONS"):
        read_partitions({"PARTITIONS": text})


def test_an_instance_remembers_its_ports_and_its_passwords(tmp_path: Path) -> None:
    made = load_instance({"GATEWAY_PORT": "9000"}, state=tmp_path / "state")
    made.broker = "tansu"
    made.save()

    found = load_instance({}, state=tmp_path / "state")

    assert found == made
    assert found.api_url == "http://127.0.0.1:9000/v1"


def test_passwords_are_readable_by_their_owner_only_and_differ(tmp_path: Path) -> None:
    made = load_instance({}, state=tmp_path)
    made.save()

    file = tmp_path / "instance.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.admin_password != made.application_password
    assert made.admin_password not in repr(made)


def test_saving_again_keeps_the_file_private(tmp_path: Path) -> None:
    made = load_instance({}, state=tmp_path)
    made.save()
    made.save()

    assert stat.S_IMODE((tmp_path / "instance.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_damaged_instance_is_said_so_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "instance.json").write_text(text)

    with pytest.raises(LocalCloudError, match="make clean"):
        load_instance({}, state=tmp_path)


def test_the_partition_count_is_remembered_unless_it_is_given(tmp_path: Path) -> None:
    load_instance({"PARTITIONS": "3"}, state=tmp_path).save()

    assert load_instance({}, state=tmp_path).partitions == 3
    assert load_instance({"PARTITIONS": "4"}, state=tmp_path).partitions == 4


def test_every_address_is_on_loopback(tmp_path: Path) -> None:
    found = addresses(load_instance({}, state=tmp_path))

    urls = [value for value in found.values() if "://" in value or ":" in value]
    assert len(urls) == 7
    assert all("127.0.0.1:" in url for url in urls)


def test_the_exports_survive_a_shell(tmp_path: Path) -> None:
    text = exports(load_instance({}, state=tmp_path / "a b'c"))

    assert "export LEDGERLANE_STATE='" in text
    assert len(text.splitlines()) == len(addresses(load_instance({}, state=tmp_path)))


def test_kafka_cluster_ids_have_kafkas_form(tmp_path: Path) -> None:
    ids = {load_instance({}, state=tmp_path).kafka_cluster_id for _ in range(50)}

    assert len(ids) == 50
    assert all(len(text) == 22 and not text.startswith("-") for text in ids)


def test_what_is_remembered_holds_no_surprise(tmp_path: Path) -> None:
    load_instance({}, state=tmp_path).save()

    document = json.loads((tmp_path / "instance.json").read_text())
    assert set(document) == {
        "ports",
        "partitions",
        "growing_to",
        "broker",
        "brokers",
        "shards",
        "emulator",
        "services",
        "observed",
        "archived",
        "archiving",
        "observed_each_s",
        "traces",
        "outside",
        "admin_password",
        "application_password",
        "watcher_password",
        "kafka_cluster_id",
    }


def test_archiving_the_log_is_off_until_it_is_asked_for_and_then_remembered(
    tmp_path: Path,
) -> None:
    assert load_instance({}, state=tmp_path).archived is False
    load_instance({"ARCHIVE": "1"}, state=tmp_path).save()
    assert load_instance({}, state=tmp_path).archived is True
    assert load_instance({"ARCHIVE": "0"}, state=tmp_path).archived is False
    with pytest.raises(LocalCloudError, match="ARCHIVE=yes is not valid: set it to 0 or 1"):
        load_instance({"ARCHIVE": "yes"}, state=tmp_path)


def test_an_instance_has_one_broker_unless_three_are_asked_for(tmp_path: Path) -> None:
    assert load_instance({}, state=tmp_path).brokers == 1
    assert load_instance({"BROKERS": "3"}, state=tmp_path).brokers == 3
    with pytest.raises(LocalCloudError, match="BROKERS=2 is not valid: set it to 1 or 3"):
        load_instance({"BROKERS": "2"}, state=tmp_path)


def test_an_instance_with_a_log_keeps_the_number_of_its_brokers(tmp_path: Path) -> None:
    made = load_instance({"BROKERS": "3"}, state=tmp_path)
    made.broker = "kafka"
    made.save()

    assert load_instance({}, state=tmp_path).brokers == 3
    with pytest.raises(LocalCloudError, match="has BROKERS=3") as refusal:
        load_instance({"BROKERS": "1"}, state=tmp_path)
    assert "make clean" in refusal.value.remedy


def test_an_instance_from_before_has_one_broker(tmp_path: Path) -> None:
    made = load_instance({}, state=tmp_path)
    made.broker = "kafka"
    made.save()
    document = json.loads((tmp_path / "instance.json").read_text())
    del document["brokers"]
    (tmp_path / "instance.json").write_text(json.dumps(document))

    assert load_instance({}, state=tmp_path).brokers == 1
    with pytest.raises(LocalCloudError, match="has BROKERS=1"):
        load_instance({"BROKERS": "3"}, state=tmp_path)


def test_an_instance_has_one_database_unless_several_are_asked_for(tmp_path: Path) -> None:
    assert load_instance({}, state=tmp_path).shards == 1
    assert load_instance({"SHARDS": "4"}, state=tmp_path).shards == 4
    for wrong in ("0", "5", "two"):
        with pytest.raises(LocalCloudError, match=f"SHARDS={wrong} is not valid: set it to"):
            load_instance({"SHARDS": wrong}, state=tmp_path)


def test_the_number_of_databases_is_remembered_and_can_be_raised(tmp_path: Path) -> None:
    load_instance({"SHARDS": "2"}, state=tmp_path).save()

    assert load_instance({}, state=tmp_path).shards == 2
    assert load_instance({"SHARDS": "3"}, state=tmp_path).shards == 3


def test_fewer_databases_are_a_wish_until_nothing_is_on_those_that_go(tmp_path: Path) -> None:
    load_instance({"SHARDS": "3"}, state=tmp_path).save()

    asked = load_instance({"SHARDS": "2"}, state=tmp_path)

    assert (asked.shards, asked.fewer_shards) == (3, 2)
    assert load_instance({}, state=tmp_path).fewer_shards is None


def test_an_instance_from_before_has_one_database_at_the_same_address(tmp_path: Path) -> None:
    made = load_instance({}, state=tmp_path, ports_from=21000)
    made.save()
    document = json.loads((tmp_path / "instance.json").read_text())
    del document["shards"]
    for name in [name for name in document["ports"] if name[-1] in "234" and "kafka" not in name]:
        del document["ports"][name]
    (tmp_path / "instance.json").write_text(json.dumps(document))

    found = load_instance({}, state=tmp_path)

    assert found.shards == 1
    assert (found.database_url, found.pooler_url) == (made.database_url, made.pooler_url)
    assert found.further_poolers == ""


def test_ports_that_are_added_are_clear_of_those_that_an_older_instance_has() -> None:
    names = [name for name in Ports.names() if name != "postgres_2"]
    remembered = {name: getattr(Ports(), name) for name in names} | {"postgres": 15433}

    ports = Ports.read({}, remembered)

    assert ports.postgres == 15433
    assert ports.postgres_2 not in remembered.values()
    assert Ports.read({"POSTGRES_2_PORT": "7000"}, remembered).postgres_2 == 7000
