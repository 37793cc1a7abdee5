"""Create the topics with a fixed partition count."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)
from confluent_kafka.cimpl import NewTopic

from handlers.platform.bounds import COMMANDS_TOPIC, RETENTION
from local_cloud.errors import LocalCloudError

ANSWER_LIMIT_S = 10.0
SETTINGS: dict[str, dict[str, str]] = {name: {**kept} for name, kept in RETENTION.items()}
SETTINGS[COMMANDS_TOPIC]["segment.bytes"] = str(256 * 1024 * 1024)


def _admin(bootstrap: str) -> AdminClient:
    # Without this, it logs to stderr on each attempt while the broker is starting.
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


def broker_answers(bootstrap: str) -> bool:
    """Whether the broker at `bootstrap` (host:port) responds to a metadata request."""
    return bool(known_brokers(bootstrap))


def known_brokers(bootstrap: str) -> set[int]:
    """Return the ids of the brokers that the one at `bootstrap` knows as available."""
    try:
        return set(_admin(bootstrap).list_topics(timeout=2.0).brokers)
    except KafkaException:
        return set()


def create_topics(
    bootstrap: str,
    partitions: int,
    appends_time: bool,
    growing_to: int | None = None,
    replicas: int = 1,
) -> list[str]:
    """Create missing topics, and check the partition count of existing ones.

    Parameters
    ----------
    bootstrap : str
        The broker, host:port.
    partitions : int
        The fixed partition count of every topic.
    appends_time : bool
        Whether records get the broker's time.
    growing_to : int or None
        The partition count that they may already have, if a growth was started.
    replicas : int
        How many brokers keep each record.

    Returns
    -------
    list of str
        The topics that this call created.

    Raises
    ------
    LocalCloudError
        If a topic has another partition count, or can't be created.
    """
    admin = _admin(bootstrap)
    try:
        present = admin.list_topics(timeout=ANSWER_LIMIT_S).topics
    except KafkaException as error:
        raise LocalCloudError(f"the broker does not list its topics ({error})") from error
    for name in SETTINGS.keys() & present.keys():
        found = len(present[name].partitions)
        if not partitions <= found <= (growing_to or partitions):
            raise LocalCloudError(
                f"topic {name} has {found} partitions, but PARTITIONS is {partitions}; the count "
                "decides each account's partition, so it can't simply change",
                f"set PARTITIONS={found}; to add partitions, run "
                f"`make grow-partitions TO={partitions}`",
            )
    missing = [name for name in SETTINGS if name not in present]
    if missing:
        _create(admin, missing, partitions, appends_time, replicas)
    return missing


def flush_each_append(bootstrap: str, wanted: bool) -> None:
    """Set whether the broker flushes each append to the commands topic to disk.

    Raises
    ------
    LocalCloudError
        If the broker refuses the setting.
    """
    operation = AlterConfigOpType.SET if wanted else AlterConfigOpType.DELETE
    entry = ConfigEntry("flush.messages", "1", incremental_operation=operation)
    resource = ConfigResource(
        ConfigResource.Type.TOPIC, COMMANDS_TOPIC, incremental_configs=[entry]
    )
    admin = _admin(bootstrap)  # a client without a reference would drop its request
    try:
        for result in admin.incremental_alter_configs([resource]).values():
            result.result(timeout=ANSWER_LIMIT_S)
    except KafkaException as error:
        raise LocalCloudError(f"can't configure topic {COMMANDS_TOPIC} ({error})") from error


def _create(
    admin: AdminClient, names: list[str], partitions: int, appends_time: bool, replicas: int
) -> None:
    stamps = {"message.timestamp.type": "LogAppendTime"} if appends_time else {}
    wanted = [
        NewTopic(
            name,
            num_partitions=partitions,
            replication_factor=replicas,
            config={"cleanup.policy": "delete", **SETTINGS[name], **stamps},
        )
        for name in names
    ]
    results = admin.create_topics(wanted, operation_timeout=ANSWER_LIMIT_S)
    for name, result in results.items():
        try:
            result.result(timeout=ANSWER_LIMIT_S)
        except KafkaException as error:
            code = error.args[0].code()
            if code != KafkaError.TOPIC_ALREADY_EXISTS:
                raise LocalCloudError(f"can't create topic {name} ({error})") from error
