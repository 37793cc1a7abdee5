"""The cores of this machine, and which of them the data plane's gateway has to itself.

The data plane decides by itself which cores its gateways keep to (`dataplane.process.Room`). What
is started beside it has to leave the same ones alone, and so decides by the same rule; a test
compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

#: With more cores than this the kernel has room enough.
FEW_CORES = 4
#: How many gateways the data plane runs, unless it is told otherwise.
GATEWAYS = 1


def work_in_batches(pid: int) -> None:
    """Tell the kernel that a process works through batches, with nobody waiting for each.

    It then no longer interrupts others when it wakes up.

    Parameters
    ----------
    pid
        The process, with whatever it starts from now on.
    """
    with suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


@dataclass(frozen=True)
class Room:
    """The cores of this machine beside some gateways.

    Attributes
    ----------
    every
        All cores that this process may use.
    gateways
        Those that the gateways keep to, one each; none where there are cores enough, or too few.
    """

    every: frozenset[int]
    gateways: tuple[int, ...]

    @classmethod
    def with_gateways(cls, count: int) -> Room:
        """Return the cores of this machine beside so many gateways."""
        cores = sorted(os.sched_getaffinity(0))
        is_scarce = count < len(cores) <= FEW_CORES
        return cls(frozenset(cores), tuple(cores[:count]) if is_scarce else ())

    @property
    def others(self) -> frozenset[int]:
        """The cores that the gateways leave to the others."""
        return self.every.difference(self.gateways)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Have what is started meanwhile, with all its threads, keep off the gateways' cores."""
        if not self.gateways:
            yield
            return
        _use_cores(self.others)
        try:
            yield
        finally:
            _use_cores(self.every)


def _use_cores(cores: Collection[int]) -> None:
    """Have this process run on these cores alone; where the kernel refuses, it runs where it
    did."""
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
