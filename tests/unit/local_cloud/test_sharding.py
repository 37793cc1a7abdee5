"""The number of an instance's databases changes, and nothing that has partitions goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cloud import sharding
from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.sharding import advice, give_up_shards


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    load_instance({"SHARDS": "3"}, state=tmp_path).save()
    return load_instance({"SHARDS": "1"}, state=tmp_path)


def with_partitions_on(monkeypatch: pytest.MonkeyPatch, *shards: int) -> None:
    monkeypatch.setattr(sharding, "places", lambda instance: dict(enumerate(shards)))


def test_databases_without_partitions_are_left_out_with_all_that_belongs_to_them(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    with_partitions_on(monkeypatch, 1, 1)

    left_out = give_up_shards(instance)

    kinds = ("postgres", "pgbouncer", "postgres-exporter", "pgbouncer-exporter")
    expected = {f"{kind}-{shard}" for kind in kinds for shard in (2, 3)}
    assert {service.name for service in left_out} == expected
    assert load_instance({}, state=instance.state).shards == 1


def test_a_database_with_a_partition_is_not_left_out_and_the_command_that_moves_it_is_named(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    with_partitions_on(monkeypatch, 1, 2)

    with pytest.raises(LocalCloudError, match=r"these partitions: 1 \(shard 2\)") as refusal:
        give_up_shards(instance)

    assert "make move-partition P=1 TO=1" in refusal.value.remedy
    assert load_instance({}, state=instance.state).shards == 3


def test_nothing_is_asked_and_left_out_unless_there_shall_be_fewer(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    monkeypatch.delattr(sharding, "places")

    assert give_up_shards(load_instance({}, state=instance.state)) == []


def test_who_adds_a_database_is_told_how_to_move_a_partition_there(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    with_partitions_on(monkeypatch, 1, 1, 1, 2)
    assert "none is on shard 3" in advice(instance)
    assert "make move-partition P=3 TO=3" in advice(instance)

    with_partitions_on(monkeypatch, 1, 3, 2)
    assert advice(instance) == ""


def test_one_database_needs_no_advice_and_no_query(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(sharding, "places")

    assert advice(load_instance({}, state=tmp_path / "another")) == ""
