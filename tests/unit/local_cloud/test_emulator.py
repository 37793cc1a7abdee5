"""Which emulator an instance has, and what a wrong choice is answered with."""

import os
from pathlib import Path

import pytest

from local_cloud import up
from local_cloud.config import Instance, load_instance
from local_cloud.console import Progress
from local_cloud.deploy import last_one_failed
from local_cloud.errors import LocalCloudError
from local_cloud.process import Process, start_ticks
from local_cloud.services import emulator
from local_cloud.services.dataplane import DataPlane
from local_cloud.services.emulator import LocalStack, MiniStack, choose_emulator
from local_cloud.stack import every_service

OUTSIDE = "http://127.0.0.1:4577"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = load_instance({}, state=tmp_path / "state")
    made.broker = "tansu"
    return made


def test_ministack_is_the_default(instance: Instance) -> None:
    assert isinstance(choose_emulator(instance, {}), MiniStack)


def test_the_variable_chooses_and_the_instance_remembers(instance: Instance) -> None:
    assert isinstance(choose_emulator(instance, {"EMULATOR": "localstack"}), LocalStack)
    instance.save()

    again = load_instance({}, state=instance.state)

    assert isinstance(choose_emulator(again, {}), LocalStack)


def test_a_running_emulator_is_not_replaced_by_another(instance: Instance) -> None:

    ours = os.getpid()
    ticks = start_ticks(ours)
    assert ticks is not None
    Process("emulator", ours, ticks, 0.0, 4566).write(instance.run)

    with pytest.raises(LocalCloudError, match="runs MiniStack, not localstack: `make down`"):
        choose_emulator(instance, {"EMULATOR": "localstack"})


def test_a_url_takes_the_place_of_an_emulator_of_ours(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "health", lambda url: {})

    assert choose_emulator(instance, {"EMULATOR": f"{OUTSIDE}/"}) is None

    assert instance.emulator_url == OUTSIDE
    assert "emulator" not in [service.name for service in every_service(instance)]


def test_a_url_that_does_not_answer_is_refused(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "health", lambda url: None)

    with pytest.raises(LocalCloudError, match=f"no emulator answers at {OUTSIDE}"):
        choose_emulator(instance, {"EMULATOR": OUTSIDE})


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("moto", "is unknown: one of ministack, localstack, or a URL"),
        ("MiniStack", "is unknown"),
        ("127.0.0.1:4566", "is unknown"),
        ("http://127.0.0.1", "is unknown"),
        ("http://127.0.0.1:port", "is no URL"),
        ("ftp://127.0.0.1:21", "is unknown"),
        ("http://127.0.0.1:4566/path", "is unknown"),
        ("http://127.0.0.1:4566?a=b", "is more than scheme, host and port"),
        ("http://me:secret@127.0.0.1:4566", "is more than scheme, host and port"),
        ("http://192.0.2.7:4566", "is on another machine"),
    ],
)
def test_a_wrong_value_is_refused_with_the_choice(
    instance: Instance, value: str, problem: str
) -> None:
    with pytest.raises(LocalCloudError, match=problem):
        choose_emulator(instance, {"EMULATOR": value})


def test_localstack_is_started_on_loopback_only_and_keeps_to_its_own_folders(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "install_localstack", lambda cache: Path("python"))

    environment = LocalStack(instance).prepare().environment

    assert environment["GATEWAY_LISTEN"] == f"127.0.0.1:{instance.ports.emulator}"
    # The default server and the DNS server listen on every interface.
    assert environment["GATEWAY_SERVER"] == "hypercorn"
    assert environment["DNS_ADDRESS"] == "0"
    for name in ("HOME", "TMPDIR", "FILESYSTEM_ROOT", "CONFIG_DIR"):
        assert Path(environment[name]).is_relative_to(instance.state)


def test_a_stopped_localstack_leaves_nothing(instance: Instance) -> None:
    localstack = LocalStack(instance)
    (localstack.folder / "files").mkdir(parents=True)

    localstack.after_stop()

    assert not localstack.folder.exists()


def test_a_deployment_without_its_record_is_one_that_failed(instance: Instance) -> None:
    instance.save()
    assert not last_one_failed(instance), "nothing was deployed yet"

    (instance.state / "deploy.log").write_text("")
    assert last_one_failed(instance)

    (instance.state / "deployment.json").write_text("{}")
    assert not last_one_failed(instance)


@pytest.mark.parametrize(("kind", "restarted"), [("ministack", False), ("localstack", True)])
def test_localstack_is_restarted_after_a_failed_update_which_it_cannot_update_again(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, kind: str, restarted: bool
) -> None:
    instance.emulator = kind
    done: list[str] = []
    monkeypatch.setattr(up, "last_one_failed", lambda instance: True)
    monkeypatch.setattr(up, "restart", lambda service, progress: done.append(service.name))
    monkeypatch.setattr(up, "deploy", lambda instance, progress: done.append("deploy"))
    monkeypatch.setattr(up, "check_schema", lambda url, source: done.append("schema"))
    monkeypatch.setattr(up, "start_all", lambda services, progress: [])
    monkeypatch.setattr(up, "_await_health", lambda instance, dataplane: None)

    up._application(instance, DataPlane(instance), [], Progress(quiet=True))

    assert done == (["emulator"] if restarted else []) + ["deploy", "schema"]
