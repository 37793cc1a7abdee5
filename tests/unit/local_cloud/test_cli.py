"""The commands, as a person or a script meets them."""

import json
import os
from pathlib import Path

import pytest

from handlers.platform.bounds import REGION
from infra.cdk.local_settings import PREFIX, SERVICES, SHARDS, local_stage
from local_cloud.cli import main
from local_cloud.config import LOOPBACK, STACK, Instance, load_instance
from local_cloud.console import Progress
from local_cloud.deploy import Report, deployment_environment, parse_report
from local_cloud.errors import LocalCloudError
from local_cloud.interrupts import _interrupt, held_back
from local_cloud.lifecycle import rotate, tail
from local_cloud.services.postgres import socket_folder


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_cloud.interrupts.install", lambda: None)
    monkeypatch.setenv("LEDGERLANE_STATE", str(tmp_path / "state"))
    for name in ("GATEWAY_PORT", "EMULATOR_PORT", "BROKER", "SERVICES", "PARTITIONS"):
        monkeypatch.delenv(name, raising=False)


def test_url_prints_the_url_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["url"]) == 0
    assert capsys.readouterr().out == "http://127.0.0.1:8080/v1\n"


def test_a_wrong_setting_is_one_line_on_stderr_and_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "http")

    assert main(["url"]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: GATEWAY_PORT=http is not a port\nhint: ")


@pytest.mark.parametrize("command", ["down", "clean"])
def test_where_nothing_is_there_is_nothing_to_stop(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([command]) == 0
    assert "no instance here" in capsys.readouterr().out
    assert not (tmp_path / "state").exists()


def test_status_of_a_stopped_instance_is_3_and_readable_by_a_program(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    instance = load_instance({}, state=tmp_path / "state")
    instance.broker = "tansu"
    instance.save()

    assert main(["status", "--json"]) == 3

    rows = json.loads(capsys.readouterr().out)
    assert {row["service"]: row["state"] for row in rows} == dict.fromkeys(
        [
            *("postgres", "pgbouncer", "redis", "emulator", "broker", "dataplane"),
            *("postgres-exporter", "pgbouncer-exporter", "redis-exporter", "prometheus"),
        ],
        "stopped",
    )


def test_a_step_says_its_result_and_its_time_on_a_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = Progress()
    with progress.step("Redis") as step:
        step.text = "7.0 [on] port 1"
    with progress.step("Tools") as step:
        step.skip("all here")
    with progress.step("Hidden") as step:
        step.hide()

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["✓", "Redis", "0.0", "s", "7.0", "[on]", "port", "1"]
    assert lines[1].startswith("· Tools")
    assert len(lines) == 2
    assert progress.changed


def test_only_skipped_steps_change_nothing() -> None:
    progress = Progress(quiet=True)
    with progress.step("Tools") as step:
        step.skip("all here")

    assert not progress.changed


def test_a_step_that_fails_is_shown_as_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LocalCloudError), Progress().step("Redis"):
        raise LocalCloudError("it died")

    assert capsys.readouterr().out.startswith("✗ Redis")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("synth\t2.4\tledgerlane-local\n", Report("synth", 2.4, "ledgerlane-local")),
        ("asset\t12.0 s", Report("asset", 12.0, "")),
        ("unchanged\n", None),
        ("a\tb", None),
    ],
)
def test_the_deployments_lines_are_understood(line: str, expected: Report | None) -> None:
    assert parse_report(line) == expected


def test_the_deployment_gets_the_pooler_and_never_the_server(tmp_path: Path) -> None:
    instance = load_instance({}, state=tmp_path, ports_from=20000)

    found = deployment_environment(instance, tmp_path / "cdk")

    assert found["LEDGERLANE_DATABASE_PORT"] == str(instance.ports.pgbouncer)
    assert str(instance.ports.postgres) not in found.values()
    assert instance.admin_password not in found.values()


def services_of(instance: Instance) -> dict[str, str]:
    """Return what the functions have to be told of an instance."""
    return {
        "DATABASE_HOST": LOOPBACK,
        "DATABASE_PORT": str(instance.ports.pgbouncer),
        "KAFKA_BOOTSTRAP": instance.kafka_bootstrap,
        "PARTITIONS": str(instance.partitions),
        "REDIS_URL": instance.redis_url,
    }


def test_what_the_local_cloud_sets_for_the_deployment_is_what_it_reads(tmp_path: Path) -> None:
    instance = load_instance({}, state=tmp_path, ports_from=20000)
    told = deployment_environment(instance, tmp_path / "cdk")

    services = local_stage(told, "3.11", "x86_64").services

    assert services == {**services, **services_of(instance)}
    # The secret is stored by the deployment, and in no function's environment.
    secret = ("DATABASE_USER", "DATABASE_PASSWORD")
    added = {name for name in told.keys() - os.environ.keys() if name.startswith(PREFIX)}
    assert added <= {PREFIX + name for name in (*SERVICES, SHARDS, *secret)}
    assert SHARDS not in services


def test_the_functions_are_told_the_poolers_of_the_further_databases(tmp_path: Path) -> None:
    instance = load_instance({"SHARDS": "3"}, state=tmp_path, ports_from=20000)
    told = deployment_environment(instance, tmp_path / "cdk")

    services = local_stage(told, "3.11", "x86_64").services

    ports = instance.ports.pgbouncer_2, instance.ports.pgbouncer_3
    assert services[SHARDS] == ",".join(f"{LOOPBACK}:{port}" for port in ports)


def test_an_instance_and_a_stage_by_themselves_are_the_same(tmp_path: Path) -> None:
    """``make up`` and ``deploy.py`` without a variable find the same services."""
    instance, stage = load_instance({}, state=tmp_path), local_stage({}, "3.11", "x86_64")

    assert stage.services == {**stage.services, **services_of(instance)}
    assert (stage.region, stage.stack_name) == (REGION, STACK)


def test_an_interruption_is_held_back_to_the_end_of_the_block() -> None:
    done = []

    def critical() -> None:
        with held_back(), held_back():
            _interrupt(15, None)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        critical()

    assert done == ["all of it"]
    with held_back():
        pass  # and does not come twice


def test_the_tail_of_a_log_is_bounded_and_a_missing_log_is_empty(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("\n".join(str(number) for number in range(100_000)))

    assert tail(log, 2) == "99998\n99999"
    assert tail(tmp_path / "none.log") == ""


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old")
    rotate(log)
    log.write_text("new")
    rotate(log)

    assert (tmp_path / "a.log.1").read_text() == "new"
    assert not log.exists()


@pytest.mark.parametrize("folder", ["/" + "x" * 90, "/a b", "/a'b", "/a,b", "/ä"])
def test_a_folder_that_will_not_do_for_a_socket_means_tcp(folder: str) -> None:
    assert socket_folder(Path(folder)) is None
    assert socket_folder(Path("/srv/ledgerlane-1/postgres")) is not None
