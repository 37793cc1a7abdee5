"""Which Kafka broker holds the log, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import may_install
from local_cloud.install.docker import engine_version
from local_cloud.install.maven import have_java, have_maven, kafka_jars_installed
from local_cloud.services.broker import Broker
from local_cloud.services.kafka import Kafka
from local_cloud.services.redpanda import Redpanda
from local_cloud.services.tansu import Tansu

BROKERS: dict[str, type[Broker]] = {"redpanda": Redpanda, "kafka": Kafka, "tansu": Tansu}


def choose_broker(instance: Instance, environment: Mapping[str, str]) -> tuple[Broker, str]:
    """Return the broker to run, and why it is this one.

    ``BROKER`` decides; else what the instance already has; else the first of Redpanda, Apache
    Kafka and Tansu that this machine can run.

    Raises
    ------
    LocalCloudError
        If ``BROKER`` names none, or another than the one that holds the instance's log.
    """
    asked = environment.get("BROKER", "").strip().lower()
    if asked and asked not in BROKERS:
        raise LocalCloudError(
            f"BROKER={asked} is no broker", f"choose one of {', '.join(BROKERS)}, or unset it"
        )
    if instance.broker and asked and asked != instance.broker:
        raise LocalCloudError(
            f"this instance keeps its log in {instance.broker}, not in {asked}; another broker is "
            "another log, and the log determines the ledger",
            f"`make clean` first (it deletes log and ledger), or BROKER={instance.broker}",
        )
    if asked:
        return BROKERS[asked](instance), f"BROKER={asked}"
    if instance.broker:
        return BROKERS[instance.broker](instance), "as this instance began"
    name, reason = _first_possible(instance)
    return BROKERS[name](instance), reason


def _first_possible(instance: Instance) -> tuple[str, str]:
    engine = engine_version()
    if engine is not None:
        return "redpanda", f"a Docker engine answers ({engine})"
    fetched = kafka_jars_installed(instance.cache)
    if have_java() and (have_maven() or fetched):
        return "kafka", "no Docker engine answers; Java is here"
    if may_install():
        return "kafka", "no Docker engine answers; Java comes from apt"
    return "tansu", "neither a Docker engine nor Java and Maven are here"
