"""What redundancy hides is told: a lost broker of three, and an archive that takes nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from local_cloud.alerts import firing
from local_cloud.config import ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.lifecycle import restart, start_all
from local_cloud.ports import free_block
from local_cloud.services.base import Service
from local_cloud.services.exporters import PostgresExporter
from local_cloud.services.kafka import Kafka
from local_cloud.services.postgres import Postgres
from local_cloud.services.prometheus import Prometheus
from local_cloud.up import clean
from tests.support.stack import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.slow]
QUIET = Progress(quiet=True)
#: Alerts wait for up to three minutes, and the machine may be busy.
PATIENCE_S = 300.0


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    environment = {"BROKERS": "3", "LEDGERLANE_CACHE": str(ROOT / ".cache")}
    first = free_block(len(Ports.names()), 29000, 32000)
    made = load_instance(environment, state=tmp_path / "state", ports_from=first)
    made.broker = Kafka.kind
    made.save()
    yield made
    clean(load_instance({}, state=made.state), QUIET)


def started(instance: Instance, *services: Service) -> None:
    start_all([*services, Prometheus(instance)], QUIET)


def alerts(instance: Instance) -> set[str]:
    return {alert.name for alert in firing(instance.prometheus_url) or []}


def await_alert(instance: Instance, condition: Callable[[set[str]], bool], what: str) -> None:
    wait_until(lambda: condition(alerts(instance)), what, PATIENCE_S)


def test_a_lost_broker_is_told_until_it_is_back_with_everything(instance: Instance) -> None:
    brokers = [Kafka(instance, node) for node in instance.nodes]
    started(instance, *brokers)
    expected = {"broker-down", "log-under-replicated"}
    lost = brokers[1]
    assert lost.process is not None

    os.kill(lost.process.pid, signal.SIGKILL)

    await_alert(instance, lambda found: expected <= found, "a lost broker is told")
    # Two of three go on.
    assert not {"log-down", "log-offline"} & alerts(instance)
    restart(lost, QUIET)
    await_alert(instance, lambda found: not expected & found, "its end")


def test_an_archive_that_takes_nothing_is_told_until_it_has_everything(instance: Instance) -> None:
    started(instance, Postgres(instance), PostgresExporter(instance))

    archive_by(instance, "/bin/false")

    await_alert(instance, lambda found: "wal-archiving" in found, "a refused segment is told")
    archive_by(instance, "/bin/true")
    await_alert(instance, lambda found: "wal-archiving" not in found, "its end")


def archive_by(instance: Instance, command: str) -> None:
    """Have PostgreSQL archive by a command, and finish a segment."""
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        connection.execute(f"alter system set archive_command = '{command}'".encode())
        connection.execute("select pg_reload_conf()")
        connection.execute("select pg_logical_emit_message(false, 'a test', '')")
        connection.execute("select pg_switch_wal()")
