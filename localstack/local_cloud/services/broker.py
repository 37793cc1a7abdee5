"""The base class of the Kafka brokers, which creates their topics."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from local_cloud.services.base import Service
from local_cloud.services.topics import SETTINGS, broker_answers, create_topics


class Broker(Service):
    """A Kafka broker.

    Attributes
    ----------
    kind : str
        Its name in ``BROKER``.
    appends_time : bool
        Whether it stamps records with the time at which it appends them.
    """

    name = "broker"
    port_name = "kafka"
    kind: str
    appends_time = True

    @property
    @abstractmethod
    def durability(self) -> str:
        """A short description of what its records survive."""

    def nodes(self) -> Sequence[Broker]:
        """Return the nodes that hold the log together, each a service of its own."""
        return [self]

    def ready(self) -> bool:
        """Whether it answers a metadata request."""
        return super().ready() and broker_answers(self.instance.kafka_bootstrap)

    def after_start(self) -> None:
        """Create missing topics, and check existing ones."""
        self.check()

    def check(self) -> None:
        """Compare the topics' partition count: the functions are told the instance's."""
        create_topics(
            self.instance.kafka_bootstrap,
            self.instance.partitions,
            self.appends_time,
            self.instance.growing_to,
            self.instance.brokers,
        )

    def note(self) -> str:
        """Return the number of topics. `durability` is printed separately."""
        return f"{len(SETTINGS)} topics of {self.instance.partitions} partitions"
