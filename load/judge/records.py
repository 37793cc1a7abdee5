"""Parse the log's records without the ledger's code.

The model must not share the ledger's mistakes, so this module defines the format of commands
independently, from the description of the log, in plain JSON terms.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any, Final
from zlib import crc32

Command = dict[str, Any]

#: The known versions of the rules.
KNOWN_RULES: Final = (1, 2)
#: The largest amount of a command: 2**53 - 1.
MAX_AMOUNT: Final = 9_007_199_254_740_991
#: The maximum number of keys in an account's metadata.
MAX_METADATA_KEYS: Final = 50
#: The end of the year 9999, in microseconds since the Unix epoch.
LAST_TIME_US: Final = 253_402_300_799_999_999
_ACCOUNT: Final = re.compile(r"acc_[0-9a-f]{32}")

Types = tuple[type, ...]
Fields = dict[str, Types]

_TEXT: Final[Types] = (str,)
_MAYBE_TEXT: Final[Types] = (str, type(None))
_MAYBE_OBJECT: Final[Types] = (dict, type(None))
_NUMBER: Final[Types] = (int,)
_MAYBE_NUMBER: Final[Types] = (int, type(None))
_FLAG: Final[Types] = (bool,)
_WORDS: Final[Fields] = {"description": _MAYBE_TEXT}
_CASH: Final[Fields] = {"account_id": _TEXT, "amount": _NUMBER, "currency": _TEXT}
_MOVE: Final[Fields] = {
    "source_account_id": _TEXT,
    "destination_account_id": _TEXT,
    "amount": _NUMBER,
    "currency": _TEXT,
}
_BY_OPERATOR: Final[Fields] = {"by_operator": _FLAG, "note": _MAYBE_TEXT}
_HOLD: Final[Fields] = {"account_id": _TEXT, "hold_id": _TEXT}

#: The kinds of cash movements, and the direction of their money.
CASH: Final = {"deposit": "in", "withdrawal": "out"}

#: By kind: the required fields and the optional fields.
_FIELDS: Final[dict[str, tuple[Fields, Fields]]] = {
    "account_opening": (
        {"account_id": _TEXT, "currency": _TEXT},
        {"name": _MAYBE_TEXT, "metadata": _MAYBE_OBJECT},
    ),
    "account_update": ({"account_id": _TEXT}, {"name": _MAYBE_TEXT, "metadata": _MAYBE_OBJECT}),
    **dict.fromkeys(CASH, (_CASH, _WORDS)),
    "transfer": (_MOVE, _WORDS),
    "hold": (
        _CASH,
        _WORDS | {"destination_account_id": _MAYBE_TEXT, "expires_in_s": _MAYBE_NUMBER},
    ),
    "capture": (_HOLD, _WORDS | {"amount": _MAYBE_NUMBER}),
    "void": (_HOLD, {}),
    "hold_expiry": (_HOLD, {}),
    "reversal": (
        {"account_id": _TEXT, "reverses": _TEXT},
        _WORDS | {"amount": _MAYBE_NUMBER},
    ),
    "freeze": ({"account_id": _TEXT, "direction": _TEXT}, _BY_OPERATOR),
    "unfreeze": ({"account_id": _TEXT}, _BY_OPERATOR),
    "close": ({"account_id": _TEXT}, _BY_OPERATOR),
    "limits": (
        {"account_id": _TEXT},
        {
            "overdraft_limit": _MAYBE_NUMBER,
            "daily_amount": _MAYBE_NUMBER,
            "daily_count": _MAYBE_NUMBER,
            "note": _MAYBE_TEXT,
        },
    ),
    "credit_leg": (
        _MOVE | {"origin": _TEXT},
        _WORDS | {"reverses": _MAYBE_TEXT, "hold_id": _MAYBE_TEXT},
    ),
    "settlement": (
        {"account_id": _TEXT, "outcome": _TEXT, "completed_at_us": _NUMBER},
        {"reason": _MAYBE_TEXT, "reverses": _MAYBE_TEXT, "hold_id": _MAYBE_TEXT},
    ),
    "idempotency_verdict": (
        {
            "contested": _TEXT,
            "partition": _NUMBER,
            "offset": _NUMBER,
            "decided_in": _NUMBER,
            "decided_at": _NUMBER,
        },
        {"is_conflict": _FLAG, "account_id": _TEXT},
    ),
    "log_growth": (
        {"partitions_before": _NUMBER, "partitions": _NUMBER, "clock_us": _NUMBER},
        {"has_parked": _FLAG, "account_id": _TEXT},
    ),
    "parked_resolution": (
        {"account_id": _TEXT, "parked_id": _TEXT, "action": _TEXT, "note": _TEXT},
        {},
    ),
}
_COMMON: Final[Fields] = {"transaction_id": _TEXT, "user_id": _TEXT, "requested_at_us": _NUMBER}
_COMMON_OPTIONAL: Final[Fields] = {"fingerprint": _TEXT, "request_id": _TEXT, "rules": _NUMBER}
_WORDS_OF: Final = {
    "direction": ("debit", "credit", "both"),
    "origin": ("transfer", "capture", "reversal"),
    "outcome": ("completed", "rejected"),
    "action": ("replay", "discard"),
}


def read_command(value: bytes | None) -> Command | None:
    """Parse a record's value; return None if it is not a command."""
    if value is None:
        return None
    try:
        command = json.loads(value.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None
    if not isinstance(command, dict) or not isinstance(command.get("kind"), str):
        return None
    fields = _FIELDS.get(command["kind"])
    if fields is None:
        return None
    required, optional = _COMMON | fields[0], _COMMON_OPTIONAL | fields[1]
    if any(name not in command for name in required):
        return None
    types = required | optional
    if not all(_fits(command[name], types[name]) for name in types if name in command):
        return None
    if any(command[name] not in words for name, words in _WORDS_OF.items() if name in command):
        return None
    if "metadata" in types and not _are_texts(command.get("metadata"), command["kind"]):
        return None
    amount = command.get("amount")
    if amount is not None and not 1 <= amount <= MAX_AMOUNT:
        return None
    return command


def _fits(value: object, types: tuple[type, ...]) -> bool:
    # In Python, a boolean is an integer, but it is never an amount.
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _are_texts(metadata: dict[str, object] | None, kind: str) -> bool:
    """Return whether all metadata values are texts. In an update, null removes a key."""
    removes = kind == "account_update"
    values = (metadata or {}).values()
    return all(isinstance(value, str) or (value is None and removes) for value in values)


def rules_of(command: Command) -> int:
    """Return the version of the rules that decides a command."""
    return int(command.get("rules", 1))


def account_of(command: Command) -> str:
    """Return a command's account, which determines the partition."""
    if command["kind"] == "transfer":
        return str(command["source_account_id"])
    if command["kind"] == "credit_leg":
        return str(command["destination_account_id"])
    return str(command["account_id"])


def account_of_key(key: bytes | None) -> str:
    """Return the account in a record's key, or the empty string."""
    text = (key or b"").decode(errors="replace")
    return text if _ACCOUNT.fullmatch(text) else ""


def partition_of(account_id: str, partitions: int) -> int:
    """Return an account's partition: CRC-32 of its id modulo the partition count."""
    return crc32(account_id.encode()) % partitions


def parked_id_of(partition: int, offset: int, timestamp_ms: int) -> str:
    """Return the id of a parked record."""
    return _derived("prk_", str(partition), str(offset), str(timestamp_ms))


def hold_expiry_id_of(hold_id: str) -> str:
    """Return the id of the transaction that expires a hold."""
    return _derived("txn_", "hold-expiry", hold_id)


def _derived(prefix: str, *parts: str) -> str:
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part.encode())
    return prefix + digest.hexdigest()[:32]
