"""Identifiers: opaque strings made of a prefix and 32 hexadecimal digits.

The digits are a UUID without its hyphens, so an id fits PostgreSQL's 16-byte ``uuid``, and the
prefix says what it names.  Ids that must be the same for every retry are derived with SHA-256.
Random ids are created at the edges (``handlers.platform.random_ids``), never here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final

USER: Final = "usr_"
ACCOUNT: Final = "acc_"
TRANSACTION: Final = "txn_"
HOLD: Final = "hld_"
WEBHOOK: Final = "whk_"
PARKED: Final = "prk_"
DELIVERY: Final = "dlv_"
API_KEY: Final = "key_"

PREFIX_LENGTH: Final = 4
#: A request's id and its time are taken one after the other.
RANDOM_WITHIN_MS: Final = 60_000
_PATTERN: Final = re.compile(r"(?:usr|acc|txn|hld|whk|prk|dlv|key)_[0-9a-f]{32}")


def is_id(value: str, prefix: str) -> bool:
    """Tell whether ``value`` is a well-formed id with this prefix."""
    return value.startswith(prefix) and _PATTERN.fullmatch(value) is not None


def digits(value: str) -> str:
    """Return an id's 32 hexadecimal digits, which PostgreSQL's ``uuid`` accepts."""
    return value[PREFIX_LENGTH:]


def derived(prefix: str, *parts: str) -> str:
    """Derive an id from text; the same text gives the same id.

    Parameters
    ----------
    prefix
        The type of the id, for example `TRANSACTION`.
    parts
        The text to derive it from.  The digest includes the lengths, so that ``("ab", "c")`` and
        ``("a", "bc")`` differ.

    Returns
    -------
    str
        ``prefix`` and the first 16 bytes of a SHA-256 digest, in hexadecimal.
    """
    framed = b""
    for part in parts:
        data = part.encode()
        framed += len(data).to_bytes(4, "big") + data
    return prefix + sha256(framed).hexdigest()[:32]


def keyed_transaction_id(user_id: str, idempotency_key: str) -> str:
    """Return the transaction id for a user's idempotency key."""
    return derived(TRANSACTION, "idempotency-key", user_id, idempotency_key)


def batched_transaction_id(user_id: str, idempotency_key: str, place: int) -> str:
    """Return the transaction id for an item of a batch with an idempotency key.

    No key that a client sends with a single transaction gives the same id.
    """
    return derived(TRANSACTION, "batch-item", user_id, idempotency_key, str(place))


def is_random(transaction_id: str, requested_at_us: int) -> bool:
    """Tell whether an id was made for one request, and not derived from a client's key.

    A random id begins with the time of its request and has the marks of a version 7 UUID. That a
    derived id looks the same happens once in a billion keys.

    Parameters
    ----------
    transaction_id
        A well-formed transaction id.
    requested_at_us
        When the request came, in microseconds since the Unix epoch.
    """
    number = digits(transaction_id)
    away_ms = int(number[:12], 16) - requested_at_us // 1000
    return abs(away_ms) <= RANDOM_WITHIN_MS and number[12] == "7" and number[16] in "89ab"


def account_id_of(transaction_id: str) -> str:
    """Return the id of the account opened by the opening with this transaction id."""
    return ACCOUNT + digits(transaction_id)


def hold_id_of(transaction_id: str) -> str:
    """Return the id of the hold placed by the command with this transaction id."""
    return HOLD + digits(transaction_id)


def parked_id(partition: int, offset: int, timestamp_ms: int) -> str:
    """Return a parked record's id. The time keeps a recreated topic's records distinct."""
    return derived(PARKED, str(partition), str(offset), str(timestamp_ms))


def hold_expiry_id(hold_id: str) -> str:
    """Return the transaction id of a hold's expiry, which happens at most once."""
    return derived(TRANSACTION, "hold-expiry", hold_id)


def verdict_id(partition: int, offset: int, decided_at: int) -> str:
    """Return the id of the verdict about a record, which is the same every time."""
    return derived(TRANSACTION, "idempotency-verdict", str(partition), str(offset), str(decided_at))


@lru_cache(maxsize=4096)
def clearing_account_id(partition: int, currency: str, number: int = 0) -> str:
    """Return the id of an account through which a partition's cash enters and leaves.

    Parameters
    ----------
    number
        The account's index in the partition's series; the next one is used when one is half full.
    """
    return derived(ACCOUNT, "clearing", *_place(partition, currency, number))


@lru_cache(maxsize=4096)
def in_transit_account_id(partition: int, currency: str, number: int = 0) -> str:
    """Return the id of an account that holds a partition's money in transit."""
    return derived(ACCOUNT, "in-transit", *_place(partition, currency, number))


def _place(partition: int, currency: str, number: int) -> tuple[str, ...]:
    place = (str(partition), currency)
    return (*place, str(number)) if number else place
