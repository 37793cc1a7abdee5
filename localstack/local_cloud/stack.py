"""The services of an instance in their order."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from local_cloud.config import COMPOSE, NATIVE, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.base import Service
from local_cloud.services.brokers import BROKERS, choose_broker
from local_cloud.services.compose import Compose
from local_cloud.services.dataplane import DataPlane
from local_cloud.services.emulator import choose_emulator, started_emulator
from local_cloud.services.kafka import Kafka
from local_cloud.services.pgbouncer import PgBouncer
from local_cloud.services.postgres import Postgres
from local_cloud.services.redis import Redis


def services_of(instance: Instance, environment: Mapping[str, str]) -> tuple[list[Service], str]:
    """Return the services in the order they are awaited, and why the broker is the one it is.

    PostgreSQL first, since PgBouncer's check goes through to it; the broker last, since Java
    takes longest. They are stopped in another order: see `stop_order`.
    """
    kind = _kind(instance, environment)
    chosen = choose_emulator(instance, environment)
    emulator: list[Service] = [chosen] if chosen else []
    if kind == COMPOSE:
        return [Compose(instance), *emulator], "SERVICES=compose"
    broker, reason = choose_broker(instance, environment)
    return [Postgres(instance), PgBouncer(instance), Redis(instance), *emulator, broker], reason


def _kind(instance: Instance, environment: Mapping[str, str]) -> str:
    """Return what kind of services the instance has, as it began or as ``SERVICES`` asks now."""
    asked = environment.get("SERVICES", "").strip().lower() or instance.services
    if asked not in (NATIVE, COMPOSE):
        raise LocalCloudError(f"SERVICES={asked} is unknown", f"one of {NATIVE}, {COMPOSE}")
    if asked != instance.services:
        if instance.exists:
            raise LocalCloudError(
                f"this instance has {instance.services} services, not {asked}",
                "`make clean` first (it deletes log and ledger), or unset SERVICES",
            )
        instance.services = asked
    return asked


def every_service(instance: Instance) -> list[Service]:
    """Return all parts the instance was started with, whatever the environment says now."""
    started = started_emulator(instance)
    emulator: list[Service] = [started] if started else []
    if instance.services == COMPOSE:
        return [Compose(instance), *emulator, DataPlane(instance)]
    broker = BROKERS[instance.broker or Kafka.kind](instance)
    services = [Postgres(instance), PgBouncer(instance), Redis(instance), *emulator, broker]
    return [*services, DataPlane(instance)]


def find_service(instance: Instance, name: str) -> Service:
    """Return the part called `name`.

    Raises
    ------
    LocalCloudError
        If there is none.
    """
    services = {service.name: service for service in every_service(instance)}
    if name not in services:
        raise LocalCloudError(f"there is no service `{name}`", f"one of {', '.join(services)}")
    return services[name]


def stop_order(services: list[Service]) -> list[Service]:
    """Return the services so that none is stopped before what uses it."""
    order = ["dataplane", "emulator", "pgbouncer", "redis", "broker", "postgres", "compose"]
    return sorted(services, key=lambda service: order.index(service.name))


@contextmanager
def exclusive(instance: Instance) -> Iterator[None]:
    """Let only one command at a time change the instance.

    Raises
    ------
    LocalCloudError
        If another one is at it.
    """
    instance.state.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(instance.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalCloudError(
                f"another command is changing {instance.state}", "wait until it is done"
            ) from error
        yield
    finally:
        os.close(descriptor)
