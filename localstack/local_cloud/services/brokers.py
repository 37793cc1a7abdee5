"""Choose the Kafka broker that holds the log."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.config import COMPOSE, Instance
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
    """Return the broker to run, and the reason for the choice.

    It is the one that ``BROKER`` names, else the one that the instance already uses, else the
    first of Redpanda, Apache Kafka and Tansu that this machine can run.

    Raises
    ------
    LocalCloudError
        If ``BROKER`` does not name a broker, or names another than the instance already uses.
    """
    asked = environment.get("BROKER", "").strip().lower()
    if instance.brokers > 1:
        return _several(instance, asked)
    if asked and asked not in BROKERS:
        raise LocalCloudError(
            f"BROKER={asked} is not a broker",
            f"set it to one of {', '.join(BROKERS)}, or unset it",
        )
    if instance.broker and asked and asked != instance.broker:
        raise LocalCloudError(
            f"this instance keeps its log in {instance.broker}, not in {asked}; another broker "
            "has another log, and the log determines the ledger",
            f"run `make clean` first (it deletes log and ledger), or set BROKER={instance.broker}",
        )
    if asked:
        return BROKERS[asked](instance), f"BROKER={asked}"
    if instance.broker:
        return BROKERS[instance.broker](instance), "the broker that this instance uses"
    name, reason = _first_possible(instance)
    return BROKERS[name](instance), reason


def _several(instance: Instance, asked: str) -> tuple[Broker, str]:
    """Return the broker of which several nodes replicate the log.

    Raises
    ------
    LocalCloudError
        If another broker is asked for.
    """
    if asked not in ("", Kafka.kind):
        raise LocalCloudError(
            f"{asked} runs as one node, not as {instance.brokers}",
            f"set BROKER={Kafka.kind} or unset it; SERVICES={COMPOSE} runs three of Redpanda",
        )
    return Kafka(instance), f"BROKERS={instance.brokers}"


def _first_possible(instance: Instance) -> tuple[str, str]:
    engine = engine_version()
    if engine is not None:
        return "redpanda", f"a Docker engine is running ({engine})"
    fetched = kafka_jars_installed(instance.cache)
    if have_java() and (have_maven() or fetched):
        return "kafka", "no Docker engine is running; Java is installed"
    if may_install():
        return "kafka", "no Docker engine is running; apt can install Java"
    return "tansu", "no Docker engine is running; Java or Maven is missing"
