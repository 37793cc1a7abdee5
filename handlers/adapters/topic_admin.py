"""Making topics, and refusing those whose partition count is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)
from confluent_kafka.cimpl import NewTopic

from handlers.adapters.kafka_config import Brokers, client_config
from handlers.errors import Unavailable

REQUEST_TIMEOUT_S: Final = 20.0
_RESULT_TIMEOUT_S: Final = REQUEST_TIMEOUT_S + 5


class PartitionCountError(Exception):
    """A topic has another partition count than the stage is configured for."""


class TopicAdmin:
    """Looks after topics.

    Parameters
    ----------
    brokers
        Where they are.
    """

    def __init__(self, brokers: Brokers) -> None:
        self._client = AdminClient(client_config(brokers))
        # A client that signs in by tokens gets the first one when it is polled.
        self._client.poll(0)

    def ensure(
        self, topics: Mapping[str, Mapping[str, str]], *, partitions: int, replication: int
    ) -> list[str]:
        """Make the topics that are missing, and give the others these settings.

        Parameters
        ----------
        topics
            Each topic's settings.
        partitions
            The fixed partition count of each.
        replication
            How many brokers keep each record.

        Returns
        -------
        list of str
            The topics that were made now.

        Raises
        ------
        PartitionCountError
            If one is there with another count; nothing was changed then.
        Unavailable
            If the brokers don't do it.
        """
        try:
            present = self._client.list_topics(timeout=REQUEST_TIMEOUT_S).topics
            for name in sorted(topics.keys() & present.keys()):
                _check(name, len(present[name].partitions), partitions)
            missing = sorted(topics.keys() - present.keys())
            made = self._create(missing, topics, partitions, replication) if missing else []
            self._configure({name: topics[name] for name in topics if name not in made})
        except (KafkaException, TimeoutError) as error:
            raise Unavailable(f"the brokers refuse: {error}") from error
        return made

    def _create(
        self,
        names: list[str],
        topics: Mapping[str, Mapping[str, str]],
        partitions: int,
        replication: int,
    ) -> list[str]:
        """Make topics; return those that were not there after all, though not yet listed."""
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
        futures = self._client.create_topics(wanted, request_timeout=REQUEST_TIMEOUT_S)
        for name, future in futures.items():
            try:
                future.result(timeout=_RESULT_TIMEOUT_S)
                made.append(name)
            except KafkaException as error:
                # An earlier attempt whose answer was lost.
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise
        return made

    def _configure(self, topics: Mapping[str, Mapping[str, str]]) -> None:
        """Set what is asked for and leave every other setting alone."""
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
            resources, request_timeout=REQUEST_TIMEOUT_S
        ).values():
            future.result(timeout=_RESULT_TIMEOUT_S)


def _check(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise PartitionCountError(
            f"topic {name} has {found} partitions and the stage is configured for {wanted}: an "
            "account's partition follows from the count, so it can't just change; see "
            "'Growing the log' in docs/aws.md"
        )
