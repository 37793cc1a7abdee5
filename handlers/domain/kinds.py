"""The table of transaction kinds and their properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """The properties of a kind of transaction.

    Attributes
    ----------
    cash
        Whether its money enters or leaves the ledger; None if it does neither.
    moves_money
        Whether it posts an amount when it completes.
    states_amount
        Whether a client always gives the amount, so that even a refusal has one.
    may_travel
        Whether it can send money to another account, and so be pending in between and received.
    is_reversible
        Whether it can be reversed.
    is_of_hold
        Whether it places or ends a hold.
    is_listed
        Whether lists of transactions include it by default, because it is about money.
    """

    name: str
    cash: Literal["in", "out"] | None = None
    moves_money: bool = False
    states_amount: bool = False
    may_travel: bool = False
    is_reversible: bool = False
    is_of_hold: bool = False
    is_listed: bool = False

    @property
    def event_types(self) -> tuple[str, ...]:
        """The types of its events: ``<kind>.<what happened>``."""
        happens = ("pending", *_ENDS, "received") if self.may_travel else _ENDS
        return tuple(f"{self.name}.{happened}" for happened in happens)


_ENDS: Final = ("completed", "rejected")


def _cash(name: str, direction: Literal["in", "out"]) -> Kind:
    return Kind(
        name,
        cash=direction,
        moves_money=True,
        states_amount=True,
        is_reversible=True,
        is_listed=True,
    )


_TABLE: Final = (
    _cash("deposit", "in"),
    _cash("withdrawal", "out"),
    Kind(
        "transfer",
        moves_money=True,
        states_amount=True,
        may_travel=True,
        is_reversible=True,
        is_listed=True,
    ),
    Kind("hold", states_amount=True, is_of_hold=True, is_listed=True),
    Kind(
        "capture",
        moves_money=True,
        may_travel=True,
        is_reversible=True,
        is_of_hold=True,
        is_listed=True,
    ),
    Kind("void", is_of_hold=True, is_listed=True),
    Kind("hold_expiry", is_of_hold=True, is_listed=True),
    Kind("reversal", moves_money=True, may_travel=True, is_listed=True),
    Kind("account_opening"),
    Kind("account_update"),
    Kind("freeze"),
    Kind("unfreeze"),
    Kind("close"),
    Kind("limits"),
    Kind("parked_resolution"),
)

#: The names of all kinds.
KINDS: Final = tuple(kind.name for kind in _TABLE)
#: All types of events.
EVENT_TYPES: Final = tuple(event_type for kind in _TABLE for event_type in kind.event_types)
CASH_IN: Final = tuple(kind.name for kind in _TABLE if kind.cash == "in")
CASH_OUT: Final = tuple(kind.name for kind in _TABLE if kind.cash == "out")
STATING_AMOUNT: Final = tuple(kind.name for kind in _TABLE if kind.states_amount)
MOVING_MONEY: Final = tuple(kind.name for kind in _TABLE if kind.moves_money)
TRAVELLING: Final = tuple(kind.name for kind in _TABLE if kind.may_travel)
REVERSIBLE: Final = tuple(kind.name for kind in _TABLE if kind.is_reversible)
OF_HOLDS: Final = tuple(kind.name for kind in _TABLE if kind.is_of_hold)
UNLISTED: Final = tuple(kind.name for kind in _TABLE if not kind.is_listed)
