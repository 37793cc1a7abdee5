"""Growing the log's partition count: what a partition does at a growth's marker.

The count decides each account's partition, so a new count moves accounts. Their order is kept only
if everything sent by the old count is applied before anything sent by the new one. The log itself
marks the boundary: with a marker in every partition, old and new. A partition stops at its marker
until the growth is completed (`handlers.growing.growths`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from handlers.domain import commands as c
from handlers.domain.ids import TRANSACTION, derived
from handlers.domain.partitions import partition_of
from handlers.domain.postings import UnforeseenError
from handlers.domain.state import PartitionState

State = Literal["fenced", "marking", "done"]


class Growth(NamedTuple):
    """A growth of the log. ``clock_us`` and ``has_parked`` are None until it is marked."""

    partitions_before: int
    partitions: int
    state: State
    clock_us: int | None = None
    has_parked: bool | None = None


#: The key of a marker's record, which concerns no account.
KEY = b""


def marker(
    partition: int, partitions_before: int, partitions: int, clock_us: int, *, has_parked: bool
) -> c.LogGrowth:
    """Return the marker for one partition, which is the same every time.

    Parameters
    ----------
    clock_us
        The latest time of all partitions, microseconds since the Unix epoch: time must not run
        backwards for an account on its new partition.
    has_parked
        Whether any partition ever parked a command, since queues move with their accounts.
    """
    return c.LogGrowth(
        transaction_id=derived(TRANSACTION, "log-growth", str(partition), str(partitions)),
        user_id="",
        requested_at_us=clock_us,
        partitions_before=partitions_before,
        partitions=partitions,
        clock_us=clock_us,
        has_parked=has_parked,
    )


def mark(state: PartitionState, command: c.LogGrowth) -> None:
    """Stop a partition at a marker. An old or repeated marker changes nothing.

    Raises
    ------
    UnforeseenError
        If the marker does not continue from this partition's count.
    """
    if command.partitions <= state.partitions:
        state.duplicates += 1
        return
    if command.partitions_before != state.partitions or state.growing_to not in (
        None,
        command.partitions,
    ):
        raise UnforeseenError(
            f"a marker of growth from {command.partitions_before} to {command.partitions} does not"
            f" continue from {state.partitions} partitions"
        )
    state.growing_to = command.partitions
    state.clock_us = max(state.clock_us, command.clock_us)
    state.has_parked = state.has_parked or command.has_parked


def moved(account_ids: list[str], partitions_before: int, partitions: int) -> list[tuple[str, int]]:
    """Return the accounts whose partition changes with the new count, with the new partition."""
    return [
        (account_id, there)
        for account_id in account_ids
        if (there := partition_of(account_id, partitions))
        != partition_of(account_id, partitions_before)
    ]
