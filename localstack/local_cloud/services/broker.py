"""What the Kafka brokers have in common: their topics."""

from __future__ import annotations

from abc import abstractmethod

from local_cloud.services.base import Service
from local_cloud.services.topics import SETTINGS, broker_answers, create_topics


class Broker(Service):
    """A Kafka broker of any make.

    Attributes
    ----------
    kind : str
        What ``BROKER`` calls it.
    appends_time : bool
        Whether it stamps records with the time it appended them.
    """

    name = "broker"
    port_name = "kafka"
    kind: str
    appends_time = True

    @property
    @abstractmethod
    def durability(self) -> str:
        """What its records survive, in a few words."""

    def ready(self) -> bool:
        """Whether it answers a metadata request."""
        return super().ready() and broker_answers(self.instance.kafka_bootstrap)

    def after_start(self) -> None:
        """Create the topics, or check those that are there."""
        create_topics(
            self.instance.kafka_bootstrap,
            self.instance.partitions,
            self.appends_time,
            self.instance.growing_to,
        )

    def note(self) -> str:
        """Say how many topics it has; its durability is said before."""
        return f"{len(SETTINGS)} topics of {self.instance.partitions} partitions"
