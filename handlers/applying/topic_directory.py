"""Facts about the topics themselves."""

from __future__ import annotations

from typing import Final

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from handlers.domain.state import Record
from handlers.platform.errors import Unavailable
from handlers.platform.kafka_config import Brokers, client_config
from handlers.platform.log_history import LogHistory, LogIncomplete

REQUEST_TIMEOUT_S: Final = 5.0


class TopicDirectory:
    """Returns a topic's incarnation: the id that the broker gave it at its creation.

    A topic that was deleted and recreated, or lost by a broker without storage, starts again at
    offset 0 under a new id.
    """

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers
        self._config = client_config(brokers)
        self._client: AdminClient | None = None
        self._known: dict[str, str] = {}
        self._histories: dict[str, LogHistory] = {}

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return a topic's id.

        Parameters
        ----------
        refresh
            Whether to ask the brokers even if the id is known.

        Raises
        ------
        Unavailable
            If the brokers don't respond.
        """
        if refresh or topic not in self._known:
            self._known[topic] = self._ask(topic)
        return self._known[topic]

    def records(self, topic: str, partition: int, start: int, end: int) -> list[Record]:
        """Return the log's records from offset ``start`` up to but not including ``end``.

        Raises
        ------
        Unavailable
            If the brokers don't respond.
        """
        if topic not in self._histories:
            self._histories[topic] = LogHistory(self._brokers, topic)
        try:
            found = self._histories[topic].read(partition, start, end - start)
        except LogIncomplete:
            return []
        return [Record(*record) for record in found if record.offset < end]

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
