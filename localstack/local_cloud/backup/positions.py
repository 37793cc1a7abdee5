"""How far the ledger has applied the log, and where the apply function goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from handlers.platform.bounds import APPLY_GROUP, COMMANDS_TOPIC
from local_cloud.backup.index import Copy, Index
from local_cloud.backup.log_reader import ANSWER_LIMIT_S, LogReader
from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError

#: The broker keeps a killed consumer in its group until its session ends, which for any consumer is
#: less than this, and takes no positions meanwhile.
MEMBERS_LIMIT_S = 60.0
# A restored backup may be older than the column that says which shard has the partition.
_PROGRESS = """\
select partition, incarnation, next_offset from ledger.partition_progress p
where topic = %s and incarnation <> '' and to_jsonb(p) ->> 'shard' is null order by partition
"""


@dataclass(frozen=True)
class Position:
    """The ledger's progress in a partition.

    Parameters
    ----------
    incarnation : str
        The topic that it applied last.
    next_offset : int
        The first offset there that it has not applied.
    """

    incarnation: str
    next_offset: int


@dataclass(frozen=True)
class Named:
    """A command that was accepted and is not applied.

    Parameters
    ----------
    partition, offset : int
        Its position in the log.
    name : str
        Its kind and its transaction's id, or what else is known of it.
    """

    partition: int
    offset: int
    name: str


def positions(instance: Instance) -> dict[int, Position]:
    """Return the ledger's progress by partition; empty before its first migration."""
    urls = map(instance.database_url_of, instance.shard_numbers)
    return {
        partition: Position(incarnation, next_offset)
        for url in urls
        for partition, incarnation, next_offset in _progress(url)
    }


def _progress(url: str) -> list[tuple[int, str, int]]:
    with psycopg.connect(url, connect_timeout=10) as connection:
        try:
            return connection.execute(_PROGRESS, [COMMANDS_TOPIC]).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return []


def go_on_from(instance: Instance, reached: dict[int, Position]) -> int:
    """Have the apply function go on where the ledger ends, and return how many records follow.

    In another incarnation of the topic it begins at the first record: offsets mean nothing there,
    and what it applied already it knows by the transactions' ids. Nothing may consume meanwhile.

    Raises
    ------
    LocalCloudError
        If the broker refuses.
    """
    log = LogReader(instance.kafka_bootstrap, COMMANDS_TOPIC)
    try:
        ends, incarnation = log.ends(), log.incarnation
    finally:
        log.close()
    starts = [0] * len(ends)
    for partition, position in reached.items():
        if position.incarnation == incarnation and partition < len(ends):
            starts[partition] = min(position.next_offset, ends[partition])
    places = [TopicPartition(COMMANDS_TOPIC, *place) for place in enumerate(starts)]
    admin = AdminClient({"bootstrap.servers": instance.kafka_bootstrap, "log_level": 0})
    deadline = time.monotonic() + MEMBERS_LIMIT_S
    while (problem := _set_offsets(admin, places)) is not None:
        if time.monotonic() >= deadline:
            raise LocalCloudError(
                f"the broker does not set the positions of {APPLY_GROUP} ({problem})",
                "run `make down` and repeat",
            )
        time.sleep(0.5)
    return sum(ends) - sum(starts)


def _set_offsets(admin: AdminClient, places: list[TopicPartition]) -> Exception | None:
    """Set the group's positions; return what is in the way, such as a member that was killed."""
    request = ConsumerGroupTopicPartitions(APPLY_GROUP, places)
    try:
        (future,) = admin.alter_consumer_group_offsets([request]).values()
        found = future.result(timeout=ANSWER_LIMIT_S).topic_partitions
    except (KafkaException, TimeoutError) as error:
        return error
    # A refusal stands at the partition that it is about.
    return next((KafkaException(place.error) for place in found if place.error is not None), None)


def unapplied(backup: Copy, index: Index, reached: dict[int, Position]) -> Iterator[Named]:
    """Yield what a copy of the log has and the ledger has not applied."""
    incarnation = index.latest
    for partition, end in enumerate(index.ends(incarnation)):
        position = reached.get(partition, Position(incarnation, 0))
        # Of an earlier or a later topic it can't be told by offsets.
        if position.incarnation == incarnation and position.next_offset < end:
            for record in backup.read(index, incarnation, partition, position.next_offset):
                yield Named(partition, record.offset, _name(record.value))


def _name(value: bytes | None) -> str:
    try:
        command = json.loads(value or b"")
        kind = command["kind"]
    except (ValueError, TypeError, KeyError):
        return "a record that is no command"
    return f"{kind} {command.get('transaction_id') or command.get('account_id') or ''}".strip()
