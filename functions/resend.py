"""The function that sends commands again that were lost with the log before they were applied.

An operator invokes it after the log was lost and made anew, while clients are kept out, with ``{}``
to count them and ``{"send": true}`` to send them. The archive has them. If it is stopped, invoke it
again: a command that comes twice is applied once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from functions import wiring
from handlers.archiving.resending import former_incarnation, unapplied
from handlers.platform.kafka import Outbound
from handlers.platform.segments import Logged
from handlers.sharding.progress import progress_of

#: How many commands are sent at once.
TOGETHER: Final = 1_000


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Count what the former log had and the ledger has not; send it if asked to."""
    topic = wiring.settings().commands_topic
    is_sent = bool(event.get("send"))
    present = wiring.topics().incarnation(topic, refresh=True)
    former = former_incarnation(wiring.archive(), present)
    counts: Counter[int] = Counter()
    if former is not None:
        reached = progress_of(wiring.shards(), topic)
        lost = unapplied(wiring.archive(), former, reached)
        for chunk in _chunks(lost):
            if is_sent:
                _send(topic, chunk)
            counts.update(partition for partition, _ in chunk)
    result = {
        "former": former,
        "present": present,
        "commands": {str(partition): count for partition, count in sorted(counts.items())},
        "sent": is_sent,
    }
    log = wiring.logger().warning if is_sent else wiring.logger().info
    log("the former log was compared with the ledger", extra=result)
    return result


def _send(topic: str, records: Iterable[tuple[int, Logged]]) -> None:
    producer = wiring.producer()
    producer.wait(
        producer.send(
            Outbound(topic, partition, record.key or b"", record.value or b"", _headers(record))
            for partition, record in records
        )
    )


def _headers(record: Logged) -> list[tuple[str, bytes]]:
    return [(name, value or b"") for name, value in record.headers]


def _chunks(records: Iterator[tuple[int, Logged]]) -> Iterator[list[tuple[int, Logged]]]:
    while chunk := list(islice(records, TOGETHER)):
        yield chunk
