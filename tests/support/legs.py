"""Rows of legs, as returned by a query."""

from __future__ import annotations

from typing import Any, Final

from handlers.domain.leg_columns import COLUMNS

_DEPOSIT: Final[dict[str, Any]] = {
    "leg": 1,
    "kind": "deposit",
    "status": "completed",
    "amount": 5,
    "currency": "EUR",
    "balance_after": 5,
    "reversed_amount": 0,
    "partition": 1,
    "offset": 1,
    "requested_at": bytes(8),
    "posted_at": bytes(8),
    "completed_at": bytes(8),
    "fingerprint": "",
    "request_id": "",
}


def leg_row(transaction_digits: str, account_id: str, **values: Any) -> tuple[Any, ...]:
    """Return a row of a completed deposit, with ``values`` replaced."""
    ids = {"transaction_id": transaction_digits, "account_id": account_id[4:]}
    known = _DEPOSIT | {name: bytes.fromhex(digits) for name, digits in ids.items()} | values
    return tuple(known.get(column.name) for column in COLUMNS)
