"""Publishing outbox messages in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.adapters.kafka import Outbound, Producer
from handlers.ledger.events import Outgoing, headers_of

PUBLISH_TIMEOUT_S: Final = 10.0


class OutboxPublisher:
    """Publishes outbox messages by the process's producer, and waits for all of them."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer

    def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Publish messages in order.

        Raises
        ------
        Unavailable
            If any is not acknowledged; all of them may be published again, which does no harm.
        """
        pendings = self._producer.send(_outbound(one) for one in outgoing)
        self._producer.wait(pendings, PUBLISH_TIMEOUT_S)


def _outbound(one: Outgoing) -> Outbound:
    value = bytes(one.value)
    return Outbound(one.topic, one.partition, one.key.encode(), value, headers_of(value))
