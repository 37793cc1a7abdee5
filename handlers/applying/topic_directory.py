"""What there is to know of a topic itself."""

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
    """Tells a topic's incarnation: the id that a broker gives it when it is made.

    A topic that is deleted and made again, or lost with a broker that keeps nothing, starts anew at
    offset 0 under another id.
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
            Whether to ask the brokers even if it is known.

        Raises
        ------
        Unavailable
            If they don't answer.
        """
        if refresh or topic not in self._known:
            self._known[topic] = self._ask(topic)
        return self._known[topic]

    def records(self, topic: str, partition: int, start: int, end: int) -> list[Record]:
        """Return what the log has of the offsets from ``start`` up to, not including, ``end``.

        Raises
        ------
        Unavailable
            If the brokers don't answer.
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
