"""What the model of the ledger remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from load.judge.records import Command


@dataclass
class Account:
    """A customer's account; amounts in minor units.

    ``entries`` are (transaction id, signed amount, balance after), oldest first; ``spent`` is what
    counts against the limits of a day: (amount, count) by UTC day.  ``expiring`` are the open holds
    whose time will come, by id.
    """

    account_id: str
    user_id: str
    currency: str
    name: str | None = None
    metadata: dict[str, str] | None = None
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
    expiring: dict[str, Hold] = field(default_factory=dict)

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
    user_id: str
    requested_at_us: int
    posted_at_us: int
    completed_at_us: int | None
    counterparty_id: str | None = None
    balance_after: int | None = None
    hold_id: str | None = None
    reverses: str | None = None
    reversed_amount: int = 0


@dataclass
class Hold:
    """Money set aside.

    An open hold whose ``captured_amount`` is not 0 has a capture of that much under way.
    """

    hold_id: str
    account_id: str
    amount: int
    currency: str
    destination_id: str | None
    created_at_us: int
    expires_at_us: int | None
    status: str = "open"
    captured_amount: int = 0
    closed_at_us: int | None = None


@dataclass
class Waiting:
    """A record that is parked, or may have to be."""

    parked_id: str
    partition: int
    offset: int
    command: Command | None
    is_behind: bool


class Verdict(NamedTuple):
    """What the log says of a record that came too late for its idempotency key.

    The record at (``partition``, ``offset``) found the id ``contested`` taken by another partition
    when the record at (``decided_in``, ``decided_at``) was applied: itself, or the resolution that
    had it replayed, which lies elsewhere if the log grew meanwhile.
    """

    contested: str
    partition: int
    offset: int
    decided_in: int
    decided_at: int
    is_conflict: bool
