"""The kinds of transactions, and the types of events that tell of them."""

from __future__ import annotations

from typing import Final

#: What happens to every kind.
_ENDS: Final = ("completed", "rejected")
#: Kinds that may bring money to another account: it leaves its source, and is received there.
_MOVES: Final = ("pending", *_ENDS, "received")

#: What may happen to a transaction of each kind.
_WHAT_HAPPENS: Final[dict[str, tuple[str, ...]]] = {
    "deposit": _ENDS,
    "withdrawal": _ENDS,
    "transfer": _MOVES,
    "hold": _ENDS,
    "capture": _MOVES,
    "void": _ENDS,
    "hold_expiry": _ENDS,
    "reversal": _MOVES,
    "account_opening": _ENDS,
    "freeze": _ENDS,
    "unfreeze": _ENDS,
    "close": _ENDS,
    "limits": _ENDS,
    "parked_resolution": _ENDS,
}

#: The kinds that a transaction may be of.
KINDS: Final = tuple(_WHAT_HAPPENS)
#: ``<kind>.<what happened>``: all types of events.
EVENT_TYPES: Final = tuple(
    f"{kind}.{happened}" for kind, all_of_it in _WHAT_HAPPENS.items() for happened in all_of_it
)
