"""Publishes messages in order, independently for each partition of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from handlers.applying.events import Outgoing, TracedOutgoing, headers_of
from handlers.platform.kafka import Outbound, Producer, Undelivered
from handlers.platform.traceparent import NAME

#: Longer than the producer tries a record, so that each record's outcome is known by then.
PUBLISH_TIMEOUT_S: Final = 5.0
#: The maximum number of messages in flight: a tenth of the client's queue.
AT_ONCE: Final = 10_000

TopicPartition = tuple[str, int]


class Failure(NamedTuple):
    """A message that was not published.

    Attributes
    ----------
    place
        The message's index among those to publish.
    is_final
        Whether the log will never accept it.
    """

    place: int
    reason: str
    is_final: bool


class OutboxPublisher:
    """Publishes outbox messages with the process's producer, and waits for all of them."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer

    def publish(self, outgoing: Sequence[Outgoing]) -> list[Failure]:
        """Publish messages in order within each partition of the log.

        A failure in one partition does not affect the others.  After a failed message, all later
        messages of its partition count as failed too, even if the log has them: published again,
        they come after it. Only a permanent refusal does not stop the messages behind it.

        Returns
        -------
        list of Failure
            The failures in the order of places; empty if everything was published.
        """
        failures: list[Failure] = []
        shut: dict[TopicPartition, str] = {}
        for start in range(0, len(outgoing), AT_ONCE):
            places = range(start, min(start + AT_ONCE, len(outgoing)))
            failures += self._publish_some(outgoing, places, shut)
        failures.sort()
        return failures

    def _publish_some(
        self, outgoing: Sequence[Outgoing], places: Sequence[int], shut: dict[TopicPartition, str]
    ) -> list[Failure]:
        sent = [place for place in places if not shut or _target(outgoing[place]) not in shut]
        found_out = self._send([outgoing[place] for place in sent])
        if not shut and not any(found_out):
            return []
        outcomes = dict(zip(sent, found_out, strict=True))
        targets: dict[TopicPartition, list[int]] = {}
        for place in places:
            targets.setdefault(_target(outgoing[place]), []).append(place)
        failures = [
            Failure(place, shut[target], is_final=False)
            for target in targets.keys() & shut.keys()
            for place in targets[target]
        ]
        for target in targets.keys() - shut.keys():
            found = list(self._failures_of(outgoing, targets[target], outcomes))
            if found and not found[-1].is_final:
                shut[target] = found[-1].reason
            failures += found
        return failures

    def _failures_of(
        self,
        outgoing: Sequence[Outgoing],
        places: Sequence[int],
        outcomes: Mapping[int, Undelivered | None],
    ) -> Iterator[Failure]:
        """Find a partition's failures; from the first refusal on, send its messages one by one.

        Brokers refuse a whole batch because of one record, so only a record refused alone is at
        fault.
        """
        first = next((n for n, place in enumerate(places) if outcomes[place] is not None), None)
        if first is None:
            return
        outcome = outcomes[places[first]]
        if outcome is not None and outcome.is_final:
            outcome = None
        for place in places[first:]:
            if outcome is None or outcome.is_final:
                (outcome,) = self._send([outgoing[place]])
            if outcome is not None:
                yield Failure(place, outcome.reason, outcome.is_final)

    def _send(self, outgoing: Sequence[Outgoing]) -> list[Undelivered | None]:
        pendings = self._producer.send(_outbound(one) for one in outgoing)
        return self._producer.outcomes(pendings, PUBLISH_TIMEOUT_S)


def _target(message: Outgoing) -> TopicPartition:
    return message.topic, message.partition


def _outbound(one: Outgoing) -> Outbound:
    value = bytes(one.value)
    headers = headers_of(value)
    if type(one) is TracedOutgoing:
        headers = [*headers, (NAME, one.traceparent)]
    return Outbound(one.topic, one.partition, one.key.encode(), value, headers)
