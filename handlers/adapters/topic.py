"""What there is to know of a topic itself."""

from __future__ import annotations

from typing import Final

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from handlers.adapters.kafka_config import Brokers, client_config
from handlers.errors import Unavailable

REQUEST_TIMEOUT_S: Final = 5.0


class TopicDirectory:
    """Tells a topic's incarnation: the id that a broker gives it when it is made.

    A topic that is deleted and made again, or lost with a broker that keeps nothing, starts anew at
    offset 0 under another id.
    """

    def __init__(self, brokers: Brokers) -> None:
        self._config = client_config(brokers)
        self._client: AdminClient | None = None
        self._known: dict[str, str] = {}

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return a topic's id.

        Parameters
        ----------
        refresh
            Whether to ask the brokers even if it is known.

        Raises
        ------
        Unavailable
            If they don't answer.
        """
        if refresh or topic not in self._known:
            self._known[topic] = self._ask(topic)
        return self._known[topic]

    def _ask(self, topic: str) -> str:
        if self._client is None:
            self._client = AdminClient(self._config)
        futures = self._client.describe_topics(
            TopicCollection([topic]), request_timeout=REQUEST_TIMEOUT_S
        )
        try:
            return str(futures[topic].result(timeout=REQUEST_TIMEOUT_S + 1).topic_id)
        except (KafkaException, TimeoutError) as error:
            raise Unavailable("the log can't be reached") from error
