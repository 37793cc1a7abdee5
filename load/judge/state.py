"""The state of the ledger's model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from load.judge.records import Command


@dataclass
class Account:
    """A customer's account. Amounts are in minor units.

    ``entries`` are (transaction id, signed amount, balance after), oldest first. ``spent`` is what
    counts towards the daily limits: (amount, count) by UTC day. ``expiring`` are the open holds
    with an expiry, by id.
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
        """Return whether the account is frozen in a direction."""
        return direction in self.frozen_by_owner | self.frozen_by_operator


@dataclass
class Leg:
    """One side of a transaction."""

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
    """An amount set aside.

    If an open hold's ``captured_amount`` is not 0, a capture of that amount is in progress.
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
    """A record that is parked or about to be decided."""

    parked_id: str
    partition: int
    offset: int
    command: Command | None
    is_behind: bool


class Verdict(NamedTuple):
    """A record of the log about a command that lost its idempotency key.

    The command at (``partition``, ``offset``) found that another partition had taken the id
    ``contested`` when the record at (``decided_in``, ``decided_at``) was applied. That is the
    command itself, or the resolution that replayed it, which is on another partition if the log
    grew in between.
    """

    contested: str
    partition: int
    offset: int
    decided_in: int
    decided_at: int
    is_conflict: bool
