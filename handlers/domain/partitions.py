"""The mapping from accounts to partitions."""

from __future__ import annotations

from zlib import crc32


def partition_of(account_id: str, partitions: int) -> int:
    """Return the partition of an account's commands.

    This is librdkafka's ``consistent`` partitioner (CRC-32 of the key modulo the partition count),
    so any producer that uses the account id as the key reaches the same partition.

    Parameters
    ----------
    account_id
        The account's id, which is also the record's key.
    partitions
        The fixed partition count of the commands topic, at least 1.
    """
    return crc32(account_id.encode()) % partitions
