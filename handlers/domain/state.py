"""What a partition's writer holds in memory while it applies a batch.

Everything here is loaded from the database before the batch and written back after it.  The
objects are plain and mutable; the rules that change them are in the sibling modules.  Those of
which a batch has one or two a command are msgspec's: they are made in a third of a dataclass's
time, and the garbage collector, which has nothing to find in them, passes them over.
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
#: The leg by which the money of a refused move comes back to its source.
RETURN_LEG: Final = 3


class Account(msgspec.Struct, gc=False):
    """One account as its partition's writer sees it; amounts in minor units.

    Attributes
    ----------
    hash
        The last entry's link of the chain, or `chain.genesis`; 32 bytes.
    frozen_by_owner, frozen_by_operator
        Which directions are frozen: bits `DEBIT` and `CREDIT`.
    day, day_amount, day_count
        The UTC day (days since the epoch) that the velocity counters are of, and the counters.
    pending_out
        How much money of moves from this account has not arrived yet, in minor units.
    is_new, is_changed
        Whether the row must be inserted or updated at the end of the batch.
    is_restated
        Whether more changed than its money: its limits, freezes, or that it is closed.
    is_described
        Whether its name or metadata changed.
    metadata
        Its owner's keys and values; unset if it has some that this batch does not need.
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
        """What can be spent without an overdraft: the balance less what is held."""
        return self.balance - self.held

    @property
    def frozen(self) -> int:
        """The directions in which the account is frozen, by whomever."""
        return self.frozen_by_owner | self.frozen_by_operator


class Leg(msgspec.Struct, gc=False):
    """One leg of a transaction and its result.

    Leg 1 is the transaction itself, kept by the partition of the account it was asked of; leg 2 is
    what the destination of a move has of it.  A leg that is recorded here is never applied again.

    Attributes
    ----------
    account_id
        The account of this leg: the source of a move for leg 1, its destination for leg 2.
    counterparty_id
        The customer's account on the other side, if there is one.
    reversed_amount
        How much of it has been given back, or is on its way back, in minor units.
    posted_at_us, completed_at_us
        When this leg was applied, and when the whole transaction came to its end.
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
        What was captured of it or, while it is open, what of it is on its way to a destination on
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
    """A request that used another request's idempotency key."""

    transaction_id: str
    partition: int
    offset: int
    fingerprint: str
    user_id: str
    requested_at_us: int
    posted_at_us: int


class Record(NamedTuple):
    """One record of the log, as far as the rules care.

    ``timestamp_ms`` is the broker's, in milliseconds since the Unix epoch; ``value`` is the bytes
    of a command, or something that is not one.
    """

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class Parked(msgspec.Struct, gc=False):
    """A record that could not be applied, or one that waits behind such a record."""

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


#: What a rebuild has read ahead: the verdict about a record, by the record's partition and offset.
Verdicts = Mapping[tuple[int, int], IdempotencyVerdict]


class Message(NamedTuple):
    """A command to be produced after the commit.

    It goes to the partition of ``account_id`` or, if that is empty, to the sender's own.
    """

    account_id: str
    command: Command


@dataclass(slots=True)
class PartitionState:
    """The state of one partition during one batch, and what the batch did to it.

    Attributes
    ----------
    clock_us
        The partition's time: the highest record timestamp it has seen, microseconds.  It never
        runs back, so that the entries of an account are in order of time as well as of version.
    legs
        The legs that are known already, by (transaction id, leg).
    parked
        The queue of parked records of each account that has one, oldest first.
    has_parked, known_parked
        Whether this partition ever parked a record, and which of the batch's records it did.
    growing_to
        The partition count to come, where the partition has come to a growth's marker and waits.
    next_offset
        The offset behind what was applied before this batch: what lies before it comes again.
    expiring
        Open holds that have an expiry, by account: those that may fall due within the batch.
    verdicts
        In a rebuild, all that the log says of records that lost their transaction id to another
        partition; None where that is being decided.
    park_log, resolved
        What this batch parked, and what it changed about parked records.
    results
        The legs that reached a new status in this batch, in order: the events to publish.
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
        """Return an account through which this partition's cash of a currency comes and goes.

        Parameters
        ----------
        change
            What is to be added to its balance, in minor units: it has room for that.
        """
        return self._own_account(ids.clearing_account_id, "clearing", currency, change)

    def in_transit(self, currency: str, change: int) -> Account:
        """Return an account that holds this partition's money under way, with room for a change."""
        return self._own_account(ids.in_transit_account_id, "in_transit", currency, change)

    def _own_account(
        self,
        id_of: Callable[[int, str, int], str],
        kind: AccountKind,
        currency: str,
        change: int,
    ) -> Account:
        # A series without an end: one that is half full is passed over, so none is ever in the way.
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
