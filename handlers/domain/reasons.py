"""Why a command was refused, as stable codes that clients can rely on."""

from __future__ import annotations

from typing import Final

INSUFFICIENT_FUNDS: Final = "insufficient_funds"
ACCOUNT_FROZEN: Final = "account_frozen"
ACCOUNT_CLOSED: Final = "account_closed"
CURRENCY_MISMATCH: Final = "currency_mismatch"
UNKNOWN_ACCOUNT: Final = "unknown_account"
LIMIT_EXCEEDED: Final = "limit_exceeded"
BALANCE_OVERFLOW: Final = "balance_overflow"
IDEMPOTENCY_CONFLICT: Final = "idempotency_conflict"
HOLD_NOT_OPEN: Final = "hold_not_open"
CAPTURE_PENDING: Final = "capture_pending"
AMOUNT_EXCEEDS_HOLD: Final = "amount_exceeds_hold"
UNKNOWN_HOLD: Final = "unknown_hold"
UNKNOWN_TRANSACTION: Final = "unknown_transaction"
NOT_REVERSIBLE: Final = "not_reversible"
EXCEEDS_ORIGINAL: Final = "exceeds_original"
BALANCE_NOT_ZERO: Final = "balance_not_zero"
HOLDS_OPEN: Final = "holds_open"
TRANSFERS_PENDING: Final = "transfers_pending"
OPERATOR_FREEZE: Final = "operator_freeze"
NOT_FROZEN: Final = "not_frozen"
OVERDRAFT_IN_USE: Final = "overdraft_in_use"
ALREADY_OPEN: Final = "already_open"
METADATA_TOO_LARGE: Final = "metadata_too_large"
NOT_PARKED: Final = "not_parked"
EXPIRY_NOT_DUE: Final = "expiry_not_due"
SAME_ACCOUNT: Final = "same_account"
DISCARDED: Final = "discarded"
STILL_FAILING: Final = "still_failing"
STILL_NEEDED: Final = "still_needed"

#: All reasons, for the documentation.
ALL: Final = tuple(value for name, value in list(globals().items()) if name.isupper())
