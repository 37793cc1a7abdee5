"""A log and a database in memory, to run the rules through every kind of failure.

The database keeps only what a commit would keep. An object that a rule changes without marking it
is lost, and a row that already exists or violates a constraint of the schema is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.ledger import PoisonError, apply_batch, decoded
from handlers.domain.money import MAX_AMOUNT, MAX_SYSTEM_BALANCE
from handlers.domain.partitions import partition_of
from handlers.domain.state import (
    Account,
    Conflict,
    Hold,
    Leg,
    Parked,
    PartitionState,
    Posting,
    Record,
    Verdicts,
)

#: The maximum number of system accounts of a kind, partition and currency in a test.
LONGEST_SERIES: Final = 64


class Log:
    """The commands topic: a list of records for each partition."""

    def __init__(self, partitions: int) -> None:
        self.partitions: list[list[Record]] = [[] for _ in range(partitions)]

    def append(
        self, partition: int, key: bytes | None, value: bytes | None, timestamp_ms: int
    ) -> Record:
        records = self.partitions[partition]
        record = Record(partition, len(records), timestamp_ms, key, value)
        records.append(record)
        return record

    def send(self, command: c.AnyCommand, timestamp_ms: int, account_id: str | None = None) -> None:
        key = account_id or c.account_of(command)
        partition = partition_of(key, len(self.partitions))
        self.append(partition, key.encode(), c.encode(command), timestamp_ms)


@dataclass
class Outboxed:
    """An outbox row: the messages of one committed batch."""

    partition: int
    messages: list[tuple[str, c.AnyCommand]]


@dataclass
class Database:
    """The committed state."""

    partitions: int
    accounts: dict[str, Account] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    transactions: dict[tuple[str, int], Leg] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    parked: dict[str, Parked] = field(default_factory=dict)
    worked_on: dict[str, int] = field(default_factory=dict)
    conflicts: set[tuple[str, int, int]] = field(default_factory=set)
    outbox: list[Outboxed] = field(default_factory=list)
    sent: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    clocks_us: dict[int, int] = field(default_factory=dict)
    next_offsets: dict[int, int] = field(default_factory=dict)
    verdicts: Verdicts | None = None

    def load(self, partition: int) -> PartitionState:
        """Return copies of everything that a partition's writer can read."""
        state = PartitionState(partition, self.partitions, self.clocks_us.get(partition, 0))
        state.verdicts = self.verdicts
        state.next_offset = self.next_offsets.get(partition, 0)
        for account_id, account in self.accounts.items():
            if self.owners[account_id] == partition:
                state.accounts[account_id] = copy(account)
        state.legs = {place: copy(leg) for place, leg in self.transactions.items()}
        state.holds = {
            hold_id: copy(hold)
            for hold_id, hold in self.holds.items()
            if self.owners[hold.account_id] == partition
        }
        for hold in state.holds.values():
            if hold.expires_at_us is not None:
                state.expiring.setdefault(hold.account_id, []).append(hold)
        queues: dict[str, list[Parked]] = defaultdict(list)
        for parked_id, parked in self.parked.items():
            if self.worked_on.get(parked_id, parked.record.partition) != partition:
                continue
            state.has_parked = True
            state.known_parked.add(parked_id)
            if parked.status == "parked":
                queues[parked.account_id or ""].append(copy(parked))
        state.parked = dict(queues)
        return state

    def apply(self, records: Sequence[Record]) -> None:
        """Apply records of one partition, and commit."""
        partition, following = records[0].partition, records[-1].offset + 1
        self.commit(run(self.load(partition), records, self))
        self.next_offsets[partition] = max(self.next_offsets.get(partition, 0), following)

    def grow(self, partitions: int) -> None:
        """Move the accounts and their queues to more partitions, like a growth."""
        before, self.partitions = self.partitions, partitions
        for account_id, account in self.accounts.items():
            if account.kind == "customer":
                self.owners[account_id] = partition_of(account_id, partitions)
        for parked_id, parked in self.parked.items():
            account_id = parked.account_id or ""
            worked_on = self.worked_on.get(parked_id, parked.record.partition)
            if account_id and worked_on == partition_of(account_id, before):
                self.worked_on[parked_id] = partition_of(account_id, partitions)
        self.clocks_us = dict.fromkeys(range(partitions), max(self.clocks_us.values()))

    def commit(self, state: PartitionState) -> None:
        """Store the objects that the batch marked as changed, checking the schema's constraints."""
        for account in state.accounts.values():
            self._write_account(state, account)
        for place, leg in state.legs.items():
            self._write_leg(place, leg)
        for hold in state.holds.values():
            self._write_hold(hold)
        self._write_postings(state.postings)
        for parked in state.park_log:
            assert parked.parked_id not in self.parked, "a record is parked twice"
            self.parked[parked.parked_id] = copy(parked)
        for parked in state.resolved:
            self.parked[parked.parked_id] = copy(parked)
        self.conflicts |= {_place_of(conflict) for conflict in state.conflicts}
        self.clocks_us[state.partition] = state.clock_us
        if state.messages:
            self._write_outbox(state)

    def _write_account(self, state: PartitionState, account: Account) -> None:
        account_id = account.account_id
        if account.is_new:
            assert account_id not in self.accounts, "an account is opened twice"
            self.owners[account_id] = state.partition
        elif not account.is_changed:
            return
        else:
            assert self.accounts[account_id].version <= account.version
        _check_account(account)
        stored = copy(account)
        stored.is_new = stored.is_changed = False
        stored.is_restated = stored.is_described = False
        self.accounts[account_id] = stored

    def _write_leg(self, place: tuple[str, int], leg: Leg) -> None:
        if leg.is_new:
            assert place not in self.transactions, "a leg is recorded twice"
        elif not leg.is_changed:
            return
        assert leg.amount is None or 0 < leg.amount <= MAX_AMOUNT
        assert (leg.status == "rejected") == (leg.reason is not None)
        assert (leg.status == "pending") == (leg.completed_at_us is None)
        assert 0 <= leg.reversed_amount <= (leg.amount or 0)
        stored = copy(leg)
        stored.is_new = stored.is_changed = False
        self.transactions[place] = stored

    def _write_hold(self, hold: Hold) -> None:
        if hold.is_new:
            assert hold.hold_id not in self.holds, "a hold is placed twice"
        elif not hold.is_changed:
            return
        assert hold.amount > 0
        assert 0 <= hold.captured_amount <= hold.amount
        assert (hold.status == "open") == (hold.closed_at_us is None)
        stored = copy(hold)
        stored.is_new = stored.is_changed = False
        self.holds[hold.hold_id] = stored

    def _write_postings(self, postings: Sequence[Posting]) -> None:
        known = {(posting.transaction_id, posting.leg) for posting in self.postings}
        for posting in postings:
            place = (posting.transaction_id, posting.leg)
            assert place not in known, "a leg is posted twice"
            known.add(place)
            self.postings.append(posting)

    def _write_outbox(self, state: PartitionState) -> None:
        messages: list[tuple[str, c.AnyCommand]] = []
        for account_id, command in state.messages:
            assert isinstance(command, c.CreditLeg | c.Settlement | c.IdempotencyVerdict)
            assert c.account_of(command) == account_id
            messages.append((account_id, command))
            place, content = sent_message(command)
            # A redelivered record loses its key again, with the same verdict.
            is_again = isinstance(command, c.IdempotencyVerdict) and self.sent.get(place) == content
            assert place not in self.sent or is_again, "two commits send the same message"
            self.sent[place] = content
        self.outbox.append(Outboxed(state.partition, messages))


def sent_message(command: c.AnyCommand) -> tuple[tuple[str, str], tuple[Any, ...]]:
    """Convert a command that the ledger sends to itself to the model's form."""
    match command:
        case c.CreditLeg():
            amount, destination_id = command.amount, command.destination_account_id
            content = (destination_id, amount, command.rules, command.hold_id)
            return ("credit_leg", command.transaction_id), content
        case c.Settlement():
            outcome = (command.account_id, command.outcome, command.rules, command.hold_id)
            return ("settlement", command.transaction_id), outcome
        case c.IdempotencyVerdict():
            place = ("idempotency_verdict", f"{command.partition}-{command.offset}")
            return place, (command.contested, command.decided_at, command.is_conflict)
    raise AssertionError(f"the ledger must not send {command!r} to itself")


def _place_of(conflict: Conflict) -> tuple[str, int, int]:
    return conflict.transaction_id, conflict.partition, conflict.offset


def _check_account(account: Account) -> None:
    assert account.held >= 0
    assert account.pending_out >= 0
    assert 0 <= account.overdraft_limit <= MAX_AMOUNT
    assert abs(account.balance) <= MAX_SYSTEM_BALANCE
    if account.kind == "customer":
        assert account.balance + account.overdraft_limit >= account.held, "overspent"
        assert abs(account.balance) <= MAX_AMOUNT, "out of range"
    assert not account.is_closed or (account.balance == 0 and account.held == 0)


def run(state: PartitionState, records: Sequence[Record], database: Database) -> PartitionState:
    """Apply records like the writer: retry with failed records as poison until it succeeds."""
    poison: dict[tuple[int, str], str] = {}
    batch = [(record, decoded(record)) for record in records]
    # Each round adds a position: that of a record, or of one that a resolution replays.
    for _ in range(len(records) * (len(database.parked) + len(records) + 1) + 1):
        try:
            apply_batch(state, batch, poison)
        except PoisonError as error:
            place, reason = error.place, str(error)
        else:
            return state
        assert place not in poison, "a poisoned record is applied again"
        poison[place] = reason
        state = database.load(state.partition)
    raise AssertionError("applying keeps failing")


def own_account_ids(
    partitions: int, currencies: Sequence[str]
) -> dict[str, tuple[str, int, str, int]]:
    """Return the kind, partition and currency of each system account, by id.

    Each (kind, partition, currency) has a series. The first account's id has no number.
    """
    return {
        ids.derived(ids.ACCOUNT, name, str(partition), currency, *number): (
            kind,
            partition,
            currency,
            int("".join(number) or 0),
        )
        for kind, name in (("clearing", "clearing"), ("in_transit", "in-transit"))
        for partition in range(partitions)
        for currency in currencies
        for number in [(), *((str(n),) for n in range(1, LONGEST_SERIES))]
    }
