"""A Kafka poller that reads nothing: the data plane polls in LocalStack's place."""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.event_source_mapping.pollers.poller import (
    EmptyPollResultsException,
    Poller,
)


class IdleKafkaPoller(Poller):
    """Reports an empty source at every poll, so that LocalStack asks ever less often."""

    @classmethod
    def make(cls, arn: str, client: Any, processor: Any) -> IdleKafkaPoller:
        """Return the poller of a mapping; called by LocalStack with these names."""
        return cls(source_arn=arn, source_client=client, processor=processor)

    def event_source(self) -> str:
        """Return the name that Lambda gives to records of self-managed Kafka."""
        return "SelfManagedKafka"

    def poll_events(self) -> None:
        """Report that there is nothing.

        Raises
        ------
        EmptyPollResultsException
            Always.
        """
        raise EmptyPollResultsException(service="kafka")
