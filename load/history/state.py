"""What the model of the ledger remembers."""

from __future__ import annotations

from dataclasses import dataclass, field

from load.history.records import Command


@dataclass
class Account:
    """A customer's account; amounts in minor units.

    ``entries`` are (transaction id, signed amount, balance after), oldest first; ``spent`` is what
    counts against the limits of a day: (amount, count) by UTC day.
    """

    account_id: str
    user_id: str
    currency: str
    balance: int = 0
    held: int = 0
    overdraft_limit: int = 0
    daily_amount: int | None = None
    daily_count: int | None = None
    frozen_by_owner: set[str] = field(default_factory=set)
    frozen_by_operator: set[str] = field(default_factory=set)
    is_closed: bool = False
    spent: dict[int, tuple[int, int]] = field(default_factory=dict)
    on_the_way: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[str, int, int]] = field(default_factory=list)

    def is_frozen(self, direction: str) -> bool:
        """Tell whether anybody froze the account in a direction."""
        return direction in self.frozen_by_owner | self.frozen_by_operator


@dataclass
class Leg:
    """What one side of a transaction has of it."""

    kind: str
    account_id: str
    status: str
    reason: str | None
    amount: int | None
    fingerprint: str
    partition: int
    offset: int
    counterparty_id: str | None = None
    balance_after: int | None = None
    reverses: str | None = None
    reversed_amount: int = 0


@dataclass
class Hold:
    """Money set aside."""

    account_id: str
    amount: int
    currency: str
    destination_id: str | None
    expires_at_us: int | None
    status: str = "open"


@dataclass
class Waiting:
    """A record that is parked."""

    parked_id: str
    partition: int
    offset: int
    command: Command | None
    is_behind: bool
