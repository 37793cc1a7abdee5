"""The tool that grows a log, as a process of its own that can be killed."""

from __future__ import annotations

import sys

from handlers.applying.topic_directory import TopicDirectory
from handlers.growing.grower import Grower, Patience
from handlers.growing.growths import LEASE_S, CannotGrow, Growing
from handlers.platform.kafka import Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.postgres import Database
from handlers.platform.topic_admin import TopicAdmin
from handlers.sharding.shards import Shards

#: Nobody in these tests waits for an acknowledgement for longer than that.
FENCE_S = 4.0
#: What stands between the addresses of several shards.
BETWEEN = "|"


def grower(
    url: str,
    bootstrap: str,
    topic: str,
    partitions: int,
    *,
    fence_s: float = FENCE_S,
    lease_s: float = LEASE_S,
    drain_s: float = 60,
) -> Grower:
    """Return what grows a test's log, whose ledger is in the databases of ``url``."""
    brokers = Brokers(bootstrap)
    databases = [Database(one, max_size=1) for one in url.split(BETWEEN)]
    return Grower(
        Growing(Shards(databases, topic, partitions), topic, lease_s=lease_s),
        TopicAdmin(brokers),
        TopicDirectory(brokers),
        Producer(brokers),
        commands_topic=topic,
        events_topic=topic + ".events",
        partitions=partitions,
        patience=Patience(fence_s=fence_s, drain_s=drain_s, marked_s=60),
        report=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    url, bootstrap, topic, configured, wanted, *lease = sys.argv[1:]
    lease_s = float(lease[0]) if lease else LEASE_S
    tool = grower(url, bootstrap, topic, int(configured), lease_s=lease_s)
    try:
        tool.grow(int(wanted))
    except CannotGrow as error:
        print(f"error: {error}", flush=True)
        sys.exit(1)
