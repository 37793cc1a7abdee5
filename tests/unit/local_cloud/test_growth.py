"""An instance remembers how many partitions its log has, also while that changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from local_cloud import growth
from local_cloud.cli import main
from local_cloud.config import ROOT, Instance, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.lifecycle import start_all
from local_cloud.process import Process
from local_cloud.services.kafka import Kafka
from local_cloud.stack import exclusive


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

    monkeypatch.setattr(growth, "run_module", run_module)

    assert growth.grow(instance, "24") == status

    assert seen == [(24, "functions.grow", ["24"])]
    remembered = load_instance({}, state=tmp_path)
    assert (remembered.partitions, remembered.growing_to) == (partitions, left)


def arguments_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Have the tool do nothing, and return what it is called with from now on."""
    asked: list[list[str]] = []

    def run_module(instance: Instance, module: str, arguments: list[str]) -> int:
        asked.append(arguments)
        return 0

    monkeypatch.setattr(growth, "run_module", run_module)
    return asked


def test_a_growth_that_is_given_up_leaves_the_topics_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = instance_in(tmp_path)
    instance.growing_to = 24
    instance.save()
    asked = arguments_of_the_tool(monkeypatch)

    # Also while the run that is given up holds the instance.
    with exclusive(instance):
        assert growth.grow(instance, None, give_up=True) == 0

    assert asked == [["--give-up"]]
    remembered = load_instance({}, state=tmp_path)
    assert (remembered.partitions, remembered.growing_to) == (12, 24)


def test_a_smaller_growth_that_is_refused_does_not_make_the_topics_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = instance_in(tmp_path)
    instance.growing_to = 24
    instance.save()
    monkeypatch.setattr(growth, "run_module", lambda *_: 1)

    assert growth.grow(instance, "18") == 1

    remembered = load_instance({}, state=tmp_path)
    assert (remembered.partitions, remembered.growing_to) == (12, 24)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [(["24"], ["24"]), (["--give-up"], ["--give-up"]), (["24", "--give-up"], None), ([], None)],
)
def test_the_command_line_takes_a_count_or_the_way_out(
    words: list[str],
    arguments: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    instance_in(tmp_path)
    asked = arguments_of_the_tool(monkeypatch)
    monkeypatch.setattr("local_cloud.interrupts.install", lambda: None)

    status = main(["--state", str(tmp_path), "grow", *words])

    assert asked == ([arguments] if arguments else [])
    assert status == (0 if arguments else 1)
    assert "give either a partition count or --give-up" in capsys.readouterr().err or arguments


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["TO=24"], "24"),
        (["TO=--give-up"], "--give-up"),
        (["GIVE_UP=1"], "--give-up"),
        (["TO=24", "GIVE_UP=0"], "24"),
    ],
)
def test_make_gives_the_command_line_what_was_asked_for(words: list[str], given: str) -> None:
    done = subprocess.run(
        ["make", "-n", "grow-partitions", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    (line,) = [line for line in done.stdout.splitlines() if "local_cloud grow" in line]
    assert line.split("local_cloud grow")[1].split() == [given]


def test_a_running_broker_is_asked_whether_its_topics_have_the_count_that_is_deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else ``PARTITIONS=24 make up`` would tell the functions a count that no topic has."""

    class Running(Kafka):
        @property
        def process(self) -> Process:
            return Process(self.name, pid=1, start_ticks=0, started_at=0.0, port=self.port)

        def version(self) -> str:
            return "1"

    def create_topics(bootstrap: str, partitions: int, *_: object) -> list[str]:
        raise LocalCloudError(f"the topics do not have {partitions} partitions")

    monkeypatch.setattr("local_cloud.services.broker.create_topics", create_topics)
    instance_in(tmp_path)
    instance = load_instance({"PARTITIONS": "24"}, state=tmp_path)

    with pytest.raises(LocalCloudError, match="do not have 24 partitions"):
        start_all([Running(instance)], Progress(quiet=True))
