"""An instance remembers how many partitions its log has, also while that changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cloud import growing
from local_cloud.config import Instance, load_instance


def instance_in(folder: Path) -> Instance:
    instance = load_instance({"PARTITIONS": "12"}, state=folder, ports_from=20000)
    instance.save()
    return instance


@pytest.mark.parametrize(("status", "partitions", "left"), [(0, 24, None), (1, 12, 24)])
def test_the_count_is_remembered_once_the_log_has_grown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    partitions: int,
    left: int | None,
) -> None:
    instance = instance_in(tmp_path)
    seen = []

    def run_module(at: Instance, module: str, arguments: list[str]) -> int:
        # Whoever starts the instance while the growth goes on accepts either count.
        seen.append((load_instance({}, state=tmp_path).growing_to, module, arguments))
        return status

    monkeypatch.setattr(growing, "run_module", run_module)

    assert growing.grow(instance, ["24"]) == status

    assert seen == [(24, "functions.grow", ["24"])]
    remembered = load_instance({}, state=tmp_path)
    assert (remembered.partitions, remembered.growing_to) == (partitions, left)


def test_a_growth_that_is_given_up_leaves_the_topics_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = instance_in(tmp_path)
    instance.growing_to = 24
    instance.save()
    monkeypatch.setattr(growing, "run_module", lambda *_: 0)

    assert growing.grow(instance, ["--give-up"]) == 0

    remembered = load_instance({}, state=tmp_path)
    assert (remembered.partitions, remembered.growing_to) == (12, 24)
