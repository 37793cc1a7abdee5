"""The objects that a batch refers to, which must be loaded before it is applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.kinds import CASH_IN, CASH_OUT
from handlers.domain.ledger import Decoded
from handlers.domain.partitions import partition_of
from handlers.domain.state import Record

#: The functions that derive the ids of the ledger's own accounts.
SYSTEM_ACCOUNT_IDS: Final = (ids.clearing_account_id, ids.in_transit_account_id)

_CASH: Final = frozenset(c.BY_KIND[kind] for kind in (*CASH_IN, *CASH_OUT))


@dataclass(slots=True)
class References:
    """Ids of accounts, transactions and holds that a batch's commands name.

    Attributes
    ----------
    transactions
        Transactions that must be known to decide a command.
    own
        The commands' own ids, which are in the database only if a command is a repetition.
    described
        The accounts whose metadata a command changes.
    resolutions
        The accounts whose parked queues will be resolved.
    indirect
        Whether loaded objects may refer to further accounts: a hold to its capture's destination, a
        transaction to its reversal's.
    """

    accounts: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    holds: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    described: set[str] = field(default_factory=set)
    resolutions: set[str] = field(default_factory=set)
    indirect: bool = False


def references_of(batch: Iterable[tuple[Record, Decoded]], partitions: int) -> References:
    """Collect what a batch's commands refer to on their own partition."""
    found = References()
    for _, command in batch:
        if not isinstance(command, c.UndecodableError):
            _collect(found, command, partitions)
    return found


def own_accounts(partition: int, currencies: Iterable[str]) -> list[str]:
    """Return the partition's first clearing and in-transit accounts of the currencies."""
    return [make(partition, currency, 0) for currency in currencies for make in SYSTEM_ACCOUNT_IDS]


def _collect(found: References, command: c.AnyCommand, partitions: int) -> None:
    account_id = c.account_of(command)
    found.accounts.add(account_id)
    currency = getattr(command, "currency", None)
    if currency is not None:
        found.currencies.add(currency)
    if type(command) in _CASH:
        # Most commands are one of these, and refer to nothing else.
        found.own.add(command.transaction_id)
        return
    (found.own if isinstance(command, c.Transfer) else found.transactions).add(
        command.transaction_id
    )
    home = partition_of(account_id, partitions)
    # The source of a second leg may be asked to return the money within the same batch.
    for name in ("destination_account_id", "source_account_id"):
        other = getattr(command, name, None)
        if other is not None and partition_of(other, partitions) == home:
            found.accounts.add(other)
    match command:
        case c.HoldPlacement() if command.expires_in_s is not None:
            # The hold may expire within this batch, and the id of its expiry may be taken.
            hold_id = ids.hold_id_of(command.transaction_id)
            found.transactions.add(ids.hold_expiry_id(hold_id))
        case c.Capture() | c.Void() | c.HoldExpiry():
            found.holds.add(command.hold_id)
            found.indirect = True
        case c.Reversal():
            found.transactions.add(command.reverses)
            found.indirect = True
        case c.Settlement():
            found.indirect = True
            if command.hold_id is not None:
                found.holds.add(command.hold_id)
            if command.reverses is not None:
                found.transactions.add(command.reverses)
        case c.AccountUpdate():
            found.described.add(account_id)
        case c.ParkedResolution():
            found.resolutions.add(command.account_id)
            found.indirect = True
