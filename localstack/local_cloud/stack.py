"""The services of an instance, and the order in which they start and stop."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from local_cloud.config import COMPOSE, NATIVE, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.base import Service
from local_cloud.services.broker import Broker
from local_cloud.services.brokers import BROKERS, choose_broker
from local_cloud.services.compose import Compose
from local_cloud.services.dataplane import DataPlane
from local_cloud.services.emulator import choose_emulator, started_emulator
from local_cloud.services.exporters import PgBouncerExporter, PostgresExporter, RedisExporter
from local_cloud.services.kafka import Kafka
from local_cloud.services.pgbouncer import PgBouncer
from local_cloud.services.postgres import Postgres
from local_cloud.services.prometheus import Prometheus
from local_cloud.services.redis import Redis


def services_of(instance: Instance, environment: Mapping[str, str]) -> tuple[list[Service], str]:
    """Return the services in start order, and the reason for the choice of broker.

    PostgreSQL is first, because PgBouncer's check connects to it. The broker is last, because
    Java takes longest. For the stop order, see `stop_order`.
    """
    kind = _kind(instance, environment)
    chosen = choose_emulator(instance, environment)
    emulator: list[Service] = [chosen] if chosen else []
    if kind == COMPOSE:
        return [Compose(instance), *emulator, *watchers(instance)], "SERVICES=compose"
    broker, reason = choose_broker(instance, environment)
    services = [*databases(instance), Redis(instance), *emulator]
    return [*services, *broker.nodes(), *watchers(instance)], reason


def databases(instance: Instance) -> list[Service]:
    """Return the servers and the poolers of all shards."""
    poolers = [PgBouncer(instance, shard) for shard in instance.shard_numbers]
    return [*servers(instance), *poolers]


def servers(instance: Instance) -> list[Postgres]:
    """Return the PostgreSQL servers of all shards, the home database's first."""
    return [Postgres(instance, shard) for shard in instance.shard_numbers]


def watchers(instance: Instance) -> list[Service]:
    """Return Prometheus and the exporters, if requested."""
    if not instance.observed:
        return []
    exporters = [
        *(PostgresExporter(instance, shard) for shard in instance.shard_numbers),
        *(PgBouncerExporter(instance, shard) for shard in instance.shard_numbers),
    ]
    return [*exporters, RedisExporter(instance), Prometheus(instance)]


def _kind(instance: Instance, environment: Mapping[str, str]) -> str:
    """Return the kind of services: that of ``SERVICES`` if set, else that of the instance."""
    asked = environment.get("SERVICES", "").strip().lower() or instance.services
    if asked not in (NATIVE, COMPOSE):
        raise LocalCloudError(
            f"SERVICES={asked} is not a kind of services", f"set it to one of {NATIVE}, {COMPOSE}"
        )
    if asked != instance.services:
        if instance.exists:
            raise LocalCloudError(
                f"this instance has {instance.services} services, not {asked}",
                "run `make clean` first (it deletes log and ledger), or unset SERVICES",
            )
        instance.services = asked
    return asked


def every_service(instance: Instance) -> list[Service]:
    """Return all services the instance was started with, ignoring the current environment."""
    started = started_emulator(instance)
    emulator: list[Service] = [started] if started else []
    if instance.services == COMPOSE:
        return [Compose(instance), *emulator, *watchers(instance), DataPlane(instance)]
    broker = BROKERS[instance.broker or Kafka.kind](instance)
    services = [*databases(instance), Redis(instance), *emulator]
    return [*services, *broker.nodes(), *watchers(instance), DataPlane(instance)]


def find_service(instance: Instance, name: str) -> Service:
    """Return the service called `name`.

    Raises
    ------
    LocalCloudError
        If no service has that name.
    """
    services = {service.name: service for service in every_service(instance)}
    if name not in services:
        raise LocalCloudError(
            f"there is no service `{name}`", f"choose one of {', '.join(services)}"
        )
    return services[name]


def stop_order(services: list[Service]) -> list[Service]:
    """Return the services in stop order: each after the services that use it."""
    order = ["dataplane", "emulator", "pgbouncer", "redis", "broker", "postgres", "compose"]

    def place(service: Service) -> int:
        # Stop monitoring first, so that it does not report the stop of other services.
        name = _kind_of(service)
        return order.index(name) if name in order else -1

    return sorted(services, key=place)


def _kind_of(service: Service) -> str:
    """Return the name of the first service of the kind: of the broker, the server, the pooler."""
    kinds = (Broker, Postgres, PgBouncer)
    return next((kind.name for kind in kinds if isinstance(service, kind)), service.name)


@contextmanager
def exclusive(instance: Instance) -> Iterator[None]:
    """Lock the instance, so that only one command at a time changes it.

    Raises
    ------
    LocalCloudError
        If another command holds the lock.
    """
    instance.state.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(instance.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalCloudError(
                f"another command is changing {instance.state}", "wait until it has finished"
            ) from error
        yield
    finally:
        os.close(descriptor)
