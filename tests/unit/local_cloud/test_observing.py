"""Prometheus and the exporters in the local cloud."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_cloud.alerts import Alert, firing, health_line
from local_cloud.config import COMPOSE, NATIVE, Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.process import Process, start_ticks
from local_cloud.services.exporters import PgBouncerExporter
from local_cloud.services.prometheus import JOBS, Prometheus, jobs_of, settings_of
from local_cloud.services.redpanda import Redpanda
from local_cloud.stack import every_service

FULL = Alert("database-down", "PostgreSQL does not answer", "docs/runbooks.md#database-down")


class Answers(BaseHTTPRequestHandler):
    """Stands for Prometheus: one alert fires, another one is about to."""

    def do_GET(self) -> None:
        alerts = [
            {
                "state": state,
                "labels": {"alertname": name},
                "annotations": {"summary": FULL.summary, "runbook": FULL.runbook},
            }
            for name, state in (("database-down", "firing"), ("lag", "pending"))
        ]
        body = json.dumps({"data": {"alerts": alerts}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def prometheus() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_only_what_fires_is_told(prometheus: str) -> None:
    alerts = firing(prometheus)

    assert alerts == [FULL]
    assert health_line(alerts) == (
        "Health: 1 firing. database-down: PostgreSQL does not answer "
        "(docs/runbooks.md#database-down)"
    )


def test_no_answer_is_not_all_quiet() -> None:
    assert firing("http://127.0.0.1:1") is None
    assert "unknown" in health_line(None)
    assert health_line([]) == "Health: all quiet"


@pytest.mark.parametrize("brokers", [1, 3])
def test_every_job_scrapes_a_port_of_the_instance_on_loopback(brokers: int) -> None:
    instance = watched()
    instance.brokers = brokers

    settings = settings_of(instance)

    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in settings["scrape_configs"]
    }
    assert targets.keys() == JOBS.keys()
    assert len(targets["kafka"]) == brokers
    every = [target for some in targets.values() for target in some]
    assert all(target.startswith("127.0.0.1:210") for target in every)
    assert len(set(every)) == len(every)


def test_samples_say_which_database_they_are_about_where_there_are_several() -> None:
    instance = watched()
    instance.shards = 2

    for name in ("postgres", "pgbouncer"):
        first, second = job(instance, name)["static_configs"]

        assert (first["labels"], second["labels"]) == ({"shard": "1"}, {"shard": "2"})
        port = instance.ports.of_node(f"{name}_exporter", 2)
        assert second["targets"] == [f"127.0.0.1:{port}"]
        assert "labels" not in job(watched(), name)["static_configs"][0]


def test_a_running_prometheus_takes_up_the_databases_that_were_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = load_instance({}, state=tmp_path)
    instance.save()
    monkeypatch.setattr("local_cloud.services.prometheus._required_binary", lambda: "prometheus")
    service = Prometheus(instance)
    file = Path(service.prepare().argv[1].partition("=")[2])
    with subprocess.Popen(["sleep", "60"]) as stand_in:
        ticks = start_ticks(stand_in.pid)
        assert ticks is not None
        Process(service.name, stand_in.pid, ticks, 0.0, service.port).write(instance.run)
        service.check()
        assert service.process is not None, "told nothing, as nothing changed"
        instance.shards = 2

        service.check()

        assert stand_in.wait(timeout=10) == -signal.SIGHUP
    assert yaml.safe_load(file.read_text()) == settings_of(instance)


def watched(
    broker: str | None = None, services: str = NATIVE, *, observed: bool = True
) -> Instance:
    instance = load_instance({}, state=Path("/nowhere"), ports_from=21000)
    instance.broker, instance.services, instance.observed = broker, services, observed
    return instance


def job(instance: Instance, name: str) -> dict[str, Any]:
    (found,) = (one for one in settings_of(instance)["scrape_configs"] if one["job_name"] == name)
    return dict(found)


def test_redpanda_is_scraped_on_its_own_endpoint_and_tansu_on_none() -> None:
    assert "metrics_path" not in job(watched(broker="kafka"), "kafka")
    assert job(watched(broker="redpanda"), "kafka")["metrics_path"] == "/public_metrics"
    assert job(watched(services=COMPOSE), "kafka")["metrics_path"] == "/public_metrics"
    assert "kafka" not in jobs_of(watched(broker="tansu"))


def test_redpanda_publishes_its_metrics_only_if_they_are_scraped() -> None:
    published = Redpanda(watched()).prepare().argv
    alone = Redpanda(watched(observed=False)).prepare().argv

    assert f"127.0.0.1:{watched().ports.kafka_metrics}:9644" in published
    assert not [text for text in alone if text.endswith(":9644")]


def test_samples_are_sent_to_containers_which_can_t_fetch_them() -> None:
    (receiver,) = settings_of(watched(services=COMPOSE))["remote_write"]

    assert receiver["url"] == f"http://127.0.0.1:{watched().ports.grafana_prometheus}/api/v1/write"
    assert "remote_write" not in settings_of(watched())


def test_the_interval_is_a_setting_within_bounds_and_is_remembered(tmp_path: Path) -> None:
    load_instance({"OBSERVE_EACH_S": "1"}, state=tmp_path).save()

    settings = settings_of(load_instance({}, state=tmp_path))

    assert settings["global"]["scrape_interval"] == "1s"
    assert settings["global"]["evaluation_interval"] == "1s"
    for wrong in ("0", "16", "a", "1.5"):
        with pytest.raises(LocalCloudError, match=f"OBSERVE_EACH_S={wrong}"):
            load_instance({"OBSERVE_EACH_S": wrong}, state=tmp_path)


def test_observing_can_be_left_out_and_is_remembered(tmp_path: Path) -> None:
    def names(instance: Instance) -> set[str]:
        return {service.name for service in every_service(instance)}

    left_out = load_instance({"OBSERVE": "0"}, state=tmp_path)
    left_out.save()

    assert "prometheus" not in names(load_instance({}, state=tmp_path))
    assert "prometheus" in names(load_instance({"OBSERVE": "1"}, state=tmp_path))
    with pytest.raises(LocalCloudError, match="OBSERVE=yes"):
        load_instance({"OBSERVE": "yes"}, state=tmp_path)


def test_an_instance_from_before_is_observed_and_gets_a_password(tmp_path: Path) -> None:
    load_instance({}, state=tmp_path).save()
    file = tmp_path / "instance.json"
    document = json.loads(file.read_text())
    del document["observed"], document["watcher_password"]
    file.write_text(json.dumps(document))

    instance = load_instance({}, state=tmp_path)

    assert instance.observed
    assert len(instance.watcher_password) >= 32


def test_an_exporter_of_ours_finds_its_modules_from_any_folder(tmp_path: Path) -> None:
    exporter = PgBouncerExporter(load_instance({}, state=tmp_path, ports_from=20000))
    (program, option, module, *_), variables = exporter.command()
    told = subprocess.run(
        [program, "-c", f"import {module}"],
        cwd=tmp_path,
        env={"PYTHONPATH": variables["PYTHONPATH"], "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert option == "-m"
    assert told.returncode == 0, told.stderr
