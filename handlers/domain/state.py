"""The state that a partition's writer holds in memory while it applies a batch.

Everything here is loaded from the database before the batch and written back afterwards.  The
objects are plain and mutable; the rules that change them are in the sibling modules.  The objects
that a batch has many of are msgspec structs: they are created in a third of a dataclass's time, and
the garbage collector skips them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import msgspec

from handlers.domain import chain, ids
from handlers.domain.commands import Command, IdempotencyVerdict
from handlers.domain.money import HALF_FULL

AccountKind = Literal["customer", "clearing", "in_transit"]
Status = Literal["pending", "completed", "rejected"]

DEBIT: Final = 1
CREDIT: Final = 2
BOTH: Final = DEBIT | CREDIT
DAY_US: Final = 86_400_000_000
#: The leg that returns the money of a refused move to its source.
RETURN_LEG: Final = 3


class Account(msgspec.Struct, gc=False):
    """An account as its partition's writer sees it; amounts in minor units.

    Attributes
    ----------
    hash
        The last entry's hash in the chain, or `chain.genesis`; 32 bytes.
    frozen_by_owner, frozen_by_operator
        The frozen directions: bits `DEBIT` and `CREDIT`.
    day, day_amount, day_count
        The UTC day (days since the epoch) of the velocity counters, and the counters.
    pending_out
        Money of moves from this account that has not arrived yet, in minor units.
    is_new, is_changed
        Whether the row must be inserted or updated at the end of the batch.
    is_restated
        Whether more than its money changed: its limits, its freezes, or that it is closed.
    is_described
        Whether its name or metadata changed.
    metadata
        Its owner's keys and values; unset if there are some that this batch does not need.
    uuid
        The account's id as 16 bytes.
    """

    account_id: str
    kind: AccountKind
    currency: str
    created_at_us: int
    user_id: str | None = None
    name: str | None = None
    balance: int = 0
    held: int = 0
    overdraft_limit: int = 0
    daily_amount: int | None = None
    daily_count: int | None = None
    frozen_by_owner: int = 0
    frozen_by_operator: int = 0
    is_closed: bool = False
    version: int = 0
    hash: bytes = b""
    day: int = 0
    day_amount: int = 0
    day_count: int = 0
    pending_out: int = 0
    is_new: bool = False
    is_changed: bool = False
    is_restated: bool = False
    is_described: bool = False
    metadata: dict[str, str] | msgspec.UnsetType | None = None
    uuid: bytes = b""

    def __post_init__(self) -> None:
        if not self.uuid:
            self.uuid = bytes.fromhex(self.account_id[4:])
        if not self.hash:
            self.hash = chain.genesis(self.account_id)

    @property
    def available(self) -> int:
        """The amount that can be spent without an overdraft: the balance minus the held amount."""
        return self.balance - self.held

    @property
    def frozen(self) -> int:
        """The frozen directions, whoever froze them."""
        return self.frozen_by_owner | self.frozen_by_operator


class Leg(msgspec.Struct, gc=False):
    """One leg of a transaction and its result.

    Leg 1 is the transaction itself, on the partition of the requested account; leg 2 is the
    destination's side of a move.  A leg that is recorded here is never applied again.

    Attributes
    ----------
    account_id
        The leg's account: the source of a move for leg 1, its destination for leg 2.
    counterparty_id
        The customer's account on the other side, if there is one.
    reversed_amount
        How much has been reversed or is being reversed, in minor units.
    posted_at_us, completed_at_us
        When this leg was applied, and when the whole transaction became final.
    """

    transaction_id: str
    leg: int
    kind: str
    status: Status
    account_id: str
    user_id: str
    fingerprint: str
    partition: int
    offset: int
    requested_at_us: int
    posted_at_us: int
    reason: str | None = None
    counterparty_id: str | None = None
    amount: int | None = None
    currency: str | None = None
    balance_after: int | None = None
    description: str | None = None
    metadata: str | None = None
    hold_id: str | None = None
    reverses: str | None = None
    reversed_amount: int = 0
    completed_at_us: int | None = None
    request_id: str = ""
    is_new: bool = False
    is_changed: bool = False


class Hold(msgspec.Struct, gc=False):
    """Money set aside on an account; ``amount`` in minor units, times in microseconds.

    Attributes
    ----------
    captured_amount
        The captured amount or, while the hold is open, the amount in transit to a destination on
        another partition, which may still refuse it.
    """

    hold_id: str
    account_id: str
    amount: int
    currency: str
    created_at_us: int
    destination_id: str | None = None
    expires_at_us: int | None = None
    status: Literal["open", "captured", "voided", "expired"] = "open"
    captured_amount: int = 0
    closed_at_us: int | None = None
    is_new: bool = False
    is_changed: bool = False


class Posting(msgspec.Struct, frozen=True, gc=False):
    """An amount that moved from one account (debit) to another (credit)."""

    transaction_id: str
    leg: int
    debit_account_id: str
    credit_account_id: str
    amount: int
    currency: str
    debit_version: int
    debit_balance_after: int
    debit_hash: bytes
    credit_version: int
    credit_balance_after: int
    credit_hash: bytes
    posted_at_us: int


class Conflict(NamedTuple):
    """A request that reused another request's idempotency key."""

    transaction_id: str
    partition: int
    offset: int
    fingerprint: str
    user_id: str
    requested_at_us: int
    posted_at_us: int


class Record(NamedTuple):
    """One record of the log, with the fields that the rules need.

    ``timestamp_ms`` is the broker's, in milliseconds since the Unix epoch; ``value`` is the bytes
    of a command, or of something else. ``traceparent`` says which trace it belongs to; no rule
    reads it, and what the rules send on carries it.
    """

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    traceparent: str | None = None


class Parked(msgspec.Struct, gc=False):
    """A record that could not be applied, or that waits behind one."""

    parked_id: str
    account_id: str | None
    record: Record
    error: str
    is_behind: bool
    status: Literal["parked", "replayed", "discarded"] = "parked"
    resolved_by: str | None = None
    note: str | None = None
    resolved_at_us: int | None = None
    parked_at_us: int = 0


#: Verdicts that a rebuild has read in advance, by the losing record's partition and offset.
Verdicts = Mapping[tuple[int, int], IdempotencyVerdict]


class Message(NamedTuple):
    """A command to produce after the commit.

    It goes to the partition of ``account_id`` or, if that is empty, to the sender's own.
    """

    account_id: str
    command: Command


@dataclass(slots=True)
class PartitionState:
    """The state of one partition during one batch, and the batch's changes to it.

    Attributes
    ----------
    clock_us
        The partition's time: the highest record timestamp so far, in microseconds.  It never runs
        backwards, so an account's entries are in order of time as well as of version.
    legs
        The known legs, by (transaction id, leg).
    parked
        The queue of parked records of each account that has one, oldest first.
    has_parked, known_parked
        Whether this partition ever parked a record, and which of the batch's records it parked.
    growing_to
        The next partition count, if the partition has reached a growth's marker and waits.
    next_offset
        The offset after the last applied record: records before it are redeliveries.
    expiring
        Open holds that may expire within the batch, by account.
    verdicts
        In a rebuild, all verdicts about records that lost their transaction id to another
        partition; None while that is being decided.
    park_log, resolved
        The records that this batch parked, and its changes to parked records.
    results
        The legs that reached a new status in this batch, in order, which become events.
    """

    partition: int
    partitions: int
    clock_us: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)
    legs: dict[tuple[str, int], Leg] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    parked: dict[str, list[Parked]] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    results: list[Leg] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    has_parked: bool = False
    known_parked: set[str] = field(default_factory=set)
    growing_to: int | None = None
    next_offset: int = 0
    expiring: dict[str, list[Hold]] = field(default_factory=dict)
    verdicts: Verdicts | None = None
    park_log: list[Parked] = field(default_factory=list)
    resolved: list[Parked] = field(default_factory=list)
    duplicates: int = 0

    def clearing(self, currency: str, change: int) -> Account:
        """Return an account through which this partition's cash in a currency enters and leaves.

        Parameters
        ----------
        change
            The change to its balance, in minor units, for which the account must have room.
        """
        return self._own_account(ids.clearing_account_id, "clearing", currency, change)

    def in_transit(self, currency: str, change: int) -> Account:
        """Return an account for this partition's money in transit, with room for a change."""
        return self._own_account(ids.in_transit_account_id, "in_transit", currency, change)

    def _own_account(
        self,
        id_of: Callable[[int, str, int], str],
        kind: AccountKind,
        currency: str,
        change: int,
    ) -> Account:
        # The series has no end: half-full accounts are skipped, so there is always room.
        number = 0
        while True:
            account_id = id_of(self.partition, currency, number)
            account = self.accounts.get(account_id)
            if account is None:
                account = Account(account_id, kind, currency, self.clock_us, is_new=True)
                self.accounts[account_id] = account
                return account
            if -HALF_FULL <= account.balance + change <= HALF_FULL:
                return account
            number += 1
