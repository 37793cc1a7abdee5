"""The hash that chains each entry of an account to the one before it (tamper evidence).

The hashed bytes are those of PostgreSQL's binary output functions, so that the audit can recompute
a chain in SQL: ``sha256(previous || int8send(version) || int8send(amount) ||
int8send(balance_after) || uuid_send(transaction_id) || int2send(leg) || uuid_send(counter_account)
|| timestamptz_send(posted_at))``.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import Final

# Microseconds between the Unix epoch and PostgreSQL's, 2000-01-01T00:00:00Z.
POSTGRES_EPOCH_US: Final = 946_684_800_000_000
_pack = struct.Struct(">32sqqq16sh16sq").pack


def genesis(account_id: str) -> bytes:
    """Return the hash that an account's first entry chains to: SHA-256 of its UUID."""
    return sha256(bytes.fromhex(account_id[4:])).digest()


def link(
    previous: bytes,
    version: int,
    amount: int,
    balance_after: int,
    transaction: bytes,
    leg: int,
    counter_account: bytes,
    posted_at_us: int,
) -> bytes:
    """Return an entry's hash.

    Parameters
    ----------
    previous
        Hash of the account's previous entry, or `genesis`; 32 bytes.
    version
        The entry's number within its account, from 1 without gaps.
    amount
        Signed amount in minor units: negative for a debit.
    balance_after
        The account's balance after the entry, in minor units.
    transaction
        UUID of the transaction, 16 bytes.
    leg
        The leg of the transaction that posted it.
    counter_account
        UUID of the account on the posting's other side, 16 bytes.
    posted_at_us
        The posting's time in microseconds since the Unix epoch.
    """
    return sha256(
        _pack(
            previous,
            version,
            amount,
            balance_after,
            transaction,
            leg,
            counter_account,
            posted_at_us - POSTGRES_EPOCH_US,
        )
    ).digest()
