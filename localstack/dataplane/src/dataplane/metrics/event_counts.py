"""Counters of a mapping's events, which Lambda emits with the metric type EventCount.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dataplane.poller.events import Record


class EventCounts:
    """The counters of a mapping. Callers that change them hold the poller's lock."""

    __slots__ = (
        "dropped",
        "failed_invoke",
        "filtered_out",
        "invoked",
        "on_failure_destination_delivered",
        "polled",
    )

    def __init__(self) -> None:
        self.polled = 0
        self.filtered_out = 0
        self.invoked = 0
        self.failed_invoke = 0
        self.dropped = 0
        self.on_failure_destination_delivered = 0

    def poll(self, records: Sequence[Record]) -> None:
        """Count records that were read, and those of them that no filter lets pass."""
        self.polled += len(records)
        self.filtered_out += sum(1 for record in records if not record.encoded)

    def describe(self) -> dict[str, Any]:
        """Return everything, for the status file."""
        return {name: getattr(self, name) for name in self.__slots__}
