"""A ledger that is fed by a real topic."""

from __future__ import annotations

from collections.abc import Sequence

from functions.rebuild import Source
from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure, OutboxPublisher
from handlers.applying.topic_directory import TopicDirectory
from handlers.applying.writer import Writer
from handlers.domain.state import Record
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.log_history import LogHistory
from handlers.sharding.shards import Shards
from tests.integration.ledger.harness import Ledger, NoCache

MAX_ROUNDS = 50
BATCH_SIZE = 7


class Live:
    """A ledger fed by a real topic."""

    def __init__(self, url: str, source: Source) -> None:
        self.url = url
        self.source = source
        self.producer = Producer(source.brokers)
        self.ledger = Ledger(url)
        self.history = LogHistory(source.brokers, source.topic)
        self.is_publishing = True
        self.next_offset = [0] * source.partitions
        self.writer = Writer(
            Shards.only(self.ledger.database),
            self,
            NoCache(),
            TopicDirectory(source.brokers),
            commands_topic=source.topic,
            events_topic=source.topic + ".events",
            partitions=source.partitions,
        )

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        if not self.is_publishing:
            raise Unavailable
        return OutboxPublisher(self.producer).publish(outgoing)

    def produce(self, records: Sequence[Record]) -> None:
        self.producer.wait(
            self.producer.send(
                Outbound(self.source.topic, r.partition, r.key or b"", r.value or b"")
                for r in records
            )
        )

    def drain(self) -> None:
        """Apply what the topic has, until nothing new comes up."""
        for _ in range(MAX_ROUNDS):
            is_busy = False
            for partition in range(self.source.partitions):
                read = self.history.read(partition, self.next_offset[partition], 10_000)
                for start in range(0, len(read), BATCH_SIZE):
                    self.writer.apply([Record(*r) for r in read[start : start + BATCH_SIZE]])
                self.next_offset[partition] += len(read)
                is_busy = is_busy or bool(read)
            if not is_busy:
                return
        raise AssertionError("the topic does not drain")

    def close(self) -> None:
        self.history.close()
        self.producer.close()
        self.ledger.close()
