"""The tool that grows a log, as a process of its own that can be killed."""

from __future__ import annotations

import sys

from handlers.adapters.kafka import Producer
from handlers.adapters.kafka_config import Brokers
from handlers.adapters.postgres import Database
from handlers.adapters.topic import TopicDirectory
from handlers.adapters.topic_admin import TopicAdmin
from handlers.growth import Grower, Patience
from handlers.ledger.growing import Growing

#: Nobody in these tests waits for an acknowledgement for longer than that.
FENCE_S = 4.0


def grower(
    url: str, bootstrap: str, topic: str, partitions: int, *, fence_s: float = FENCE_S
) -> Grower:
    """Return what grows a test's log."""
    brokers = Brokers(bootstrap)
    return Grower(
        Growing(Database(url, max_size=1), topic),
        TopicAdmin(brokers),
        TopicDirectory(brokers),
        Producer(brokers),
        commands_topic=topic,
        events_topic=topic + ".events",
        partitions=partitions,
        patience=Patience(fence_s=fence_s, drain_s=60, marked_s=60),
        report=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    url, bootstrap, topic, configured, wanted = sys.argv[1:]
    grower(url, bootstrap, topic, int(configured)).grow(int(wanted))
