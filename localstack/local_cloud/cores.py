"""The cores of this machine, and which of them are reserved for the data plane's gateway.

The data plane decides which cores its gateways use (`dataplane.process.Room`). Services beside it
must keep off the same cores, so they apply the same rule. A test compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

#: With more cores than this, no core needs to be reserved.
FEW_CORES = 4
#: How many gateways the data plane runs by default.
GATEWAYS = 1


def work_in_batches(pid: int) -> None:
    """Set a process's scheduling policy to `SCHED_BATCH`.

    It then no longer preempts others when it wakes up.

    Parameters
    ----------
    pid
        The process. Its future children inherit the policy.
    """
    with suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


@dataclass(frozen=True)
class Room:
    """How this machine's cores are divided between the gateways and everything else.

    Attributes
    ----------
    every
        All cores that this process may use.
    gateways
        The cores reserved for gateways, one each; empty if the machine has many cores, or too
        few.
    """

    every: frozenset[int]
    gateways: tuple[int, ...]

    @classmethod
    def with_gateways(cls, count: int) -> Room:
        """Return the division of this machine's cores for `count` gateways."""
        cores = sorted(os.sched_getaffinity(0))
        is_scarce = count < len(cores) <= FEW_CORES
        return cls(frozenset(cores), tuple(cores[:count]) if is_scarce else ())

    @property
    def others(self) -> frozenset[int]:
        """The cores that are not reserved for gateways."""
        return self.every.difference(self.gateways)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Keep processes that are started in this context off the gateways' cores."""
        if not self.gateways:
            yield
            return
        _use_cores(self.others)
        try:
            yield
        finally:
            _use_cores(self.every)


def _use_cores(cores: Collection[int]) -> None:
    """Restrict this process to these cores; do nothing if the kernel refuses."""
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
