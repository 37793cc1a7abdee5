"""Partitions that must be in one database, because their accounts once shared a partition.

The transactions of one partition's accounts have rows in common, which stay when a growth of the
log gives the accounts partitions of their own. Accounts that ever shared a partition have ones
that are equal modulo the greatest common divisor of all counts that the log had.
"""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from handlers.platform.postgres import Database, sql


class Together(NamedTuple):
    """The partitions that are ``residue`` modulo ``modulus``."""

    modulus: int
    residue: int

    def __contains__(self, partition: object) -> bool:
        """Tell whether a partition is among them."""
        return isinstance(partition, int) and partition % self.modulus == self.residue

    def among(self, partitions: int) -> list[int]:
        """Return the ones that a log with that many partitions has."""
        return list(range(self.residue, partitions, self.modulus))


class Counts(NamedTuple):
    """The partition count of a log's accounts, and the divisor of all counts that it had."""

    partitions: int
    modulus: int

    def with_partition(self, partition: int) -> Together:
        """Return the partitions that must stay with one."""
        return Together(self.modulus, partition % self.modulus)


def counts_of(home: Database, topic: str, configured: int) -> Counts:
    """Return a log's counts, from the home database.

    Parameters
    ----------
    configured
        The count until the ledger records one.
    """
    known = [count for (count,) in home.read(sql("sharding/counts"), {"topic": topic})]
    known = known or [configured]
    return Counts(max(known), gcd(*known))
