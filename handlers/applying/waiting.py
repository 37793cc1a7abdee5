"""Partitions whose next record waits, seen from the log and not from what consumes it.

A consumer that hangs, was disabled or can't sign in reports nothing, which looks like a consumer
with nothing to do. What its group committed, and how old the next record is, tells them apart.
"""

from __future__ import annotations

from typing import Final, Protocol

#: A record that waits for longer is in trouble: normally it takes less than a second.
PATIENCE_MS: Final = 5 * 60 * 1000


class Offsets(Protocol):
    """What is asked of the log; see `handlers.platform.topic_admin.TopicAdmin`."""

    def committed(self, name: str, group: str) -> dict[int, int]:
        """Return a group's committed offsets, by partition."""

    def older_than(self, name: str, at_ms: int) -> dict[int, int]:
        """Return the offset before which records are older, by partition."""


def waiting_partitions(log: Offsets, topic: str, group: str, now_ms: int) -> list[int]:
    """Return the partitions of a topic whose next record has waited too long for a group.

    Parameters
    ----------
    now_ms
        The time, in milliseconds since 1970.

    Raises
    ------
    Unavailable
        If the brokers don't respond.
    """
    done = log.committed(topic, group)
    old = log.older_than(topic, now_ms - PATIENCE_MS)
    # A group that has read nothing of a partition begins at its first record.
    return sorted(number for number, offset in old.items() if done.get(number, 0) < offset)
