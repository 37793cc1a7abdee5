"""Real services of an instance of their own: started, killed, restarted, gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from confluent_kafka.admin import AdminClient

from local_cloud.config import LOOPBACK, ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.lifecycle import restart, start_all, stop_all
from local_cloud.ports import free_block, is_free
from local_cloud.process import Launch, marked_processes, start_ticks
from local_cloud.services.base import Service
from local_cloud.services.emulator import MiniStack, health
from local_cloud.services.pgbouncer import PgBouncer
from local_cloud.services.postgres import Postgres
from local_cloud.services.redis import Redis
from local_cloud.services.tansu import Tansu
from local_cloud.services.topics import SETTINGS, create_topics
from local_cloud.stack import databases, find_service, stop_order
from local_cloud.up import clean

pytestmark = pytest.mark.integration
QUIET = Progress(quiet=True)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    first = free_block(len(Ports.names()), 29000, 32000)
    made = load_instance({}, state=tmp_path / "state", ports_from=first)
    made.cache = ROOT / ".cache"
    made.broker = "tansu"
    made.save()
    yield made
    # As it is remembered: another process may have chosen a folder outside for it.
    remembered = load_instance({}, state=made.state)
    clean(remembered, QUIET)
    assert not made.state.exists()
    assert remembered.outside is None or not remembered.outside.exists()
    assert marked_processes(str(made.state)) == []


def database(instance: Instance) -> list[Service]:
    return [Postgres(instance), PgBouncer(instance)]


def kill(service: Service) -> None:
    process = service.process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while start_ticks(process.pid) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def pooled(instance: Instance) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        instance.pooler_url, autocommit=True, prepare_threshold=None, connect_timeout=10
    )


def test_what_was_committed_survives_a_killed_server_and_a_killed_pooler(
    instance: Instance,
) -> None:
    services = database(instance)
    start_all(services, QUIET)
    with pooled(instance) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")

    for service in services:
        kill(service)
        assert service.process is None
    for service in services:
        restart(service, QUIET)

    with pooled(instance) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(42,)]


def test_a_killed_shard_takes_no_other_with_it_and_each_pooler_leads_to_its_own(
    instance: Instance,
) -> None:
    instance.shards = 2
    instance.save()
    services = databases(instance)
    start_all(services, QUIET)
    for shard in instance.shard_numbers:
        with psycopg.connect(instance.database_url_of(shard), autocommit=True) as admin:
            admin.execute("CREATE TABLE number AS SELECT %s::int AS n", [shard])
            admin.execute("GRANT SELECT ON number TO PUBLIC")

    def number(shard: int) -> object:
        url = instance.pooler_url_of(shard)
        with psycopg.connect(url, prepare_threshold=None, connect_timeout=10) as connection:
            return connection.execute("SELECT n FROM number").fetchall()

    kill(find_service(instance, "postgres-2"))

    assert number(1) == [(1,)]
    restart(find_service(instance, "postgres-2"), QUIET)
    assert number(2) == [(2,)]


def test_the_database_is_durable_utf8_and_without_a_locale(instance: Instance) -> None:
    start_all(database(instance), QUIET)

    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": LOOPBACK,
        "password_encryption": "scram-sha-256",
    }
    with psycopg.connect(instance.database_url) as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(expected)]
        )
        assert dict(rows.fetchall()) == expected
        collation = connection.execute(
            "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert collation == ("C",)


def test_a_wrong_password_opens_neither_the_server_nor_the_pooler(instance: Instance) -> None:
    start_all(database(instance), QUIET)

    for url in (instance.database_url, instance.pooler_url):
        role, _, rest = url.removeprefix("postgresql://").partition(":")
        wrong = f"postgresql://{role}:wrong@{rest.partition('@')[2]}"
        with pytest.raises(psycopg.OperationalError, match=r"(?i)password|auth|sasl"):
            psycopg.connect(wrong, connect_timeout=5)


def test_the_pooler_refuses_a_start_up_option_instead_of_dropping_it(instance: Instance) -> None:
    start_all(database(instance), QUIET)

    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(instance.pooler_url, options="-c statement_timeout=1", connect_timeout=5)


def test_the_cache_forgets_everything_when_it_restarts(instance: Instance) -> None:
    service = Redis(instance)
    start_all([service], QUIET)
    with redis.Redis.from_url(instance.redis_url) as client:
        client.set("k", "v")

    restart(service, QUIET)

    with redis.Redis.from_url(instance.redis_url) as client:
        assert client.get("k") is None
        policy = client.config_get("maxmemory-policy")
        assert policy == {"maxmemory-policy": "allkeys-lru"}


def test_a_second_start_changes_nothing(instance: Instance) -> None:
    services = [Redis(instance)]
    start_all(services, QUIET)
    before = services[0].process
    progress = Progress(quiet=True)

    assert start_all(services, progress) == []

    assert services[0].process == before
    assert not progress.changed


def test_a_taken_port_is_one_clear_line_and_nothing_is_started(instance: Instance) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _LISTEN, str(instance.ports.redis)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LocalCloudError) as refusal:
            start_all([*database(instance), Redis(instance)], QUIET)
        other.kill()

    assert f"port {instance.ports.redis} (Redis) is taken by" in refusal.value.problem
    assert f"pid {other.pid}" in refusal.value.problem
    assert "REDIS_PORT" in refusal.value.remedy
    assert marked_processes(str(instance.state)) == []


_LISTEN = (
    "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); "
    "print(flush=True); time.sleep(60)"
)


class Broken(Redis):
    """A service that dies at its start, as a wrong setting makes it."""

    def prepare(self) -> Launch:
        launch = super().prepare()
        (self.instance.data / "redis" / "redis.conf").write_text("no-such-setting yes\n")
        return launch


def test_a_service_that_dies_at_start_takes_back_what_was_started(instance: Instance) -> None:
    with pytest.raises(LocalCloudError) as failure:
        start_all([*database(instance), Broken(instance)], QUIET)

    assert failure.value.problem == "Redis stopped while it was starting"
    assert "no-such-setting" in failure.value.detail
    assert marked_processes(str(instance.state)) == []
    assert all(is_free(port) for _, port in instance.ports.items())


def test_a_stop_leaves_no_process_and_no_listener(instance: Instance) -> None:
    services = [*database(instance), Redis(instance), Tansu(instance)]
    start_all(services, QUIET)

    stopped = stop_all(stop_order(services), QUIET)

    assert stopped == ["pgbouncer", "redis", "broker", "postgres"]
    assert marked_processes(str(instance.state)) == []
    assert all(is_free(port) for _, port in instance.ports.items())
    assert stop_all(services, QUIET) == []


def test_the_topics_have_the_asked_partitions_and_another_count_is_refused(
    instance: Instance,
) -> None:
    start_all([Tansu(instance)], QUIET)
    admin = AdminClient({"bootstrap.servers": instance.kafka_bootstrap})
    topics = admin.list_topics(timeout=10).topics
    assert {name: len(topics[name].partitions) for name in SETTINGS} == dict.fromkeys(SETTINGS, 4)

    assert create_topics(instance.kafka_bootstrap, 4, appends_time=False) == []
    with pytest.raises(LocalCloudError, match="has 4 partitions, but PARTITIONS is 5"):
        create_topics(instance.kafka_bootstrap, 5, appends_time=False)


def test_the_emulator_keeps_what_was_deployed_over_a_restart(instance: Instance) -> None:
    boto3 = pytest.importorskip("boto3")
    service = MiniStack(instance)
    start_all([service], QUIET)
    client = boto3.client(
        "secretsmanager",
        endpoint_url=instance.emulator_url,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_secret(Name="kept", SecretString="s")

    restart(service, QUIET)

    assert client.get_secret_value(SecretId="kept")["SecretString"] == "s"
    assert health(instance.emulator_url) is not None


def test_an_interrupted_start_leaves_nothing_behind(instance: Instance) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "localstack")}
    command = [sys.executable, "-m", "local_cloud", "--state", str(instance.state)]
    with subprocess.Popen(
        [*command, "services", "up"],
        env={**environment, "BROKER": "tansu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        deadline = time.monotonic() + 30
        while not (instance.run / "redis.pid").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)

    assert child.returncode == 130
    assert marked_processes(str(instance.state)) == []
    assert all(is_free(port) for _, port in instance.ports.items())
