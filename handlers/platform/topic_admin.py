"""Creates and grows topics, and checks their partition counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    OffsetSpec,
)
from confluent_kafka.cimpl import NewPartitions, NewTopic

from handlers.platform.errors import Unavailable
from handlers.platform.kafka_config import Brokers, client_config

REQUEST_TIMEOUT_S: Final = 20.0
_PATIENCE_S: Final = 5


class PartitionCountError(Exception):
    """A topic's partition count differs from the stage's configuration."""


class TopicAdmin:
    """Manages topics.

    Parameters
    ----------
    brokers
        The brokers of the topics.
    request_timeout_s
        How long to wait for each answer, in seconds.
    """

    def __init__(self, brokers: Brokers, request_timeout_s: float = REQUEST_TIMEOUT_S) -> None:
        self._client = AdminClient(client_config(brokers))
        self._timeout_s = request_timeout_s
        self._result_timeout_s = request_timeout_s + _PATIENCE_S
        # A client that signs in with tokens gets its first one when it is polled.
        self._client.poll(0)

    def ensure(
        self, topics: Mapping[str, Mapping[str, str]], *, partitions: int, replication: int
    ) -> list[str]:
        """Create the missing topics, and configure the others.

        Parameters
        ----------
        topics
            The settings of each topic.
        partitions
            The fixed partition count of each.
        replication
            The number of replicas of each record.

        Returns
        -------
        list of str
            The topics that were created now.

        Raises
        ------
        PartitionCountError
            If a topic exists with another count. Nothing was changed then.
        Unavailable
            If the brokers refuse or can't be reached.
        """
        try:
            present = self._client.list_topics(timeout=self._timeout_s).topics
            for name in sorted(topics.keys() & present.keys()):
                _check(name, len(present[name].partitions), partitions)
            missing = sorted(topics.keys() - present.keys())
            made = self._create(missing, topics, partitions, replication) if missing else []
            self._configure({name: topics[name] for name in topics if name not in made})
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the brokers refuse: {error}") from error
        return made

    def delete(self, names: Sequence[str]) -> None:
        """Delete topics with their records. Those that are not there are skipped.

        Raises
        ------
        Unavailable
            If the brokers refuse or can't be reached.
        """
        try:
            futures = self._client.delete_topics(list(names), request_timeout=self._timeout_s)
            for future in futures.values():
                _await_deleted(future, self._result_timeout_s)
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the brokers refuse: {error}") from error

    def grow(self, names: Sequence[str], partitions: int) -> None:
        """Add partitions until each topic has ``partitions``. Missing topics are skipped.

        Raises
        ------
        PartitionCountError
            If a topic already has more.
        Unavailable
            If the brokers refuse or can't be reached.
        """
        try:
            present = self._client.list_topics(timeout=self._timeout_s).topics
            counts = {name: len(present[name].partitions) for name in names if name in present}
            for name, count in counts.items():
                if count > partitions:
                    raise PartitionCountError(
                        f"topic {name} has {count} partitions already, more than {partitions}"
                    )
            wanted = [
                NewPartitions(name, partitions)
                for name, count in counts.items()
                if count < partitions
            ]
            if wanted:
                for future in self._client.create_partitions(
                    wanted, request_timeout=self._timeout_s
                ).values():
                    future.result(timeout=self._result_timeout_s)
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the brokers refuse: {error}") from error

    def ends(self, name: str, partitions: int) -> list[int]:
        """Return the end offsets of a topic's first partitions.

        Raises
        ------
        Unavailable
            If the brokers don't respond.
        """
        found = self._offsets(name, range(partitions), OffsetSpec.latest())
        return [found[number] for number in range(partitions)]

    def older_than(self, name: str, at_ms: int) -> dict[int, int]:
        """Return, for each partition of a topic, the offset before which records are older.

        Parameters
        ----------
        at_ms
            A time, in milliseconds since 1970.

        Raises
        ------
        Unavailable
            If the brokers don't respond.
        """
        try:
            partitions = self._client.list_topics(name, timeout=self._timeout_s).topics[name]
        except KafkaException as error:
            raise Unavailable(f"the partitions of {name} can't be read") from error
        numbers = list(partitions.partitions)
        first = self._offsets(name, numbers, OffsetSpec.for_timestamp(at_ms))
        ends = self._offsets(name, numbers, OffsetSpec.latest())
        # Without a younger record, the brokers answer -1.
        return {n: first[n] if first[n] >= 0 else ends[n] for n in numbers}

    def _offsets(self, name: str, partitions: Iterable[int], spec: OffsetSpec) -> dict[int, int]:
        try:
            asked = {TopicPartition(name, number): spec for number in partitions}
            answers = self._client.list_offsets(asked, request_timeout=self._timeout_s)
            return {
                place.partition: future.result(timeout=self._result_timeout_s).offset
                for place, future in answers.items()
            }
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the offsets of {name} can't be read") from error

    def committed(self, name: str, group: str) -> dict[int, int]:
        """Return a consumer group's committed offsets in a topic, by partition, where it has any.

        Raises
        ------
        Unavailable
            If the brokers don't respond.
        """
        try:
            (future,) = self._client.list_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group)], request_timeout=self._timeout_s
            ).values()
            places = future.result(timeout=self._result_timeout_s).topic_partitions
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the offsets of {group} can't be read") from error
        return {
            place.partition: place.offset
            for place in places
            if place.topic == name and place.offset >= 0
        }

    def commit(self, name: str, group: str, offsets: Mapping[int, int]) -> None:
        """Set a consumer group's offsets in a topic, by partition.

        Raises
        ------
        Unavailable
            If the group is in use, or the brokers don't respond.
        """
        places = [TopicPartition(name, partition, offset) for partition, offset in offsets.items()]
        if not places:
            return
        try:
            (future,) = self._client.alter_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group, places)], request_timeout=self._timeout_s
            ).values()
            done = future.result(timeout=self._result_timeout_s).topic_partitions
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(
                f"the offsets of {group} can't be set; is its mapping disabled? ({error})"
            ) from error
        for place in done:
            if place.error is not None:
                raise Unavailable(
                    f"the offset of {group} in {name}-{place.partition} can't be set; is its "
                    f"mapping disabled? ({place.error.str()})"
                )

    def _create(
        self,
        names: list[str],
        topics: Mapping[str, Mapping[str, str]],
        partitions: int,
        replication: int,
    ) -> list[str]:
        """Create topics; return those that were missing, since new ones may not be listed yet."""
        made = []
        wanted = [
            NewTopic(
                name,
                num_partitions=partitions,
                replication_factor=replication,
                config=dict(topics[name]),
            )
            for name in names
        ]
        futures = self._client.create_topics(wanted, request_timeout=self._timeout_s)
        for name, future in futures.items():
            try:
                future.result(timeout=self._result_timeout_s)
                made.append(name)
            except KafkaException as error:
                # An earlier attempt created it, but its response was lost.
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise
        return made

    def _configure(self, topics: Mapping[str, Mapping[str, str]]) -> None:
        """Set these settings and leave all others as they are."""
        resources: list[Any] = [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                name,
                incremental_configs=[
                    ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                    for key, value in settings.items()
                ],
            )
            for name, settings in topics.items()
        ]
        if not resources:
            return
        for future in self._client.incremental_alter_configs(
            resources, request_timeout=self._timeout_s
        ).values():
            future.result(timeout=self._result_timeout_s)


def _await_deleted(future: Future[None], timeout_s: float) -> None:
    try:
        future.result(timeout=timeout_s)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise


def _check(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise PartitionCountError(
            f"topic {name} has {found} partitions and the stage is configured for {wanted}. The "
            "count decides each account's partition, so it can't simply be changed; see "
            "'Growing the log' in docs/aws.md"
        )
