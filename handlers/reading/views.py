"""The API's views of the ledger, and how to build them from rows and commands.

The structs here and in `handlers.domain.presentation` define the JSON of responses and of the
cache, and the OpenAPI document's schemas.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from handlers.domain import commands as c
from handlers.domain import presentation
from handlers.domain.ids import ACCOUNT, USER, hold_id_of
from handlers.domain.kinds import KINDS
from handlers.domain.presentation import NULL as NULL
from handlers.domain.presentation import PositionView as PositionView
from handlers.domain.presentation import TransactionView as TransactionView
from handlers.domain.state import BOTH, CREDIT, DEBIT, Leg, Status
from handlers.platform.clock import rfc3339_us

AccountStatus = Literal["open", "frozen", "closed"]
Frozen = Literal["debit", "credit", "both"]
ParkedStatus = Literal["parked", "replayed", "discarded"]

_FROZEN: Final[dict[int, Frozen | None]] = {0: None, DEBIT: "debit", CREDIT: "credit", BOTH: "both"}


class AccountView(msgspec.Struct, frozen=True, gc=False):
    """An account; amounts in minor units of its currency.

    ``available`` is the balance minus the held amount. It does not include the overdraft limit.
    """

    account_id: str
    user_id: str
    name: str | None
    metadata: dict[str, str] | None
    currency: str
    balance: int
    available: int
    held: int
    overdraft_limit: int
    daily_amount: int | None
    daily_count: int | None
    status: AccountStatus
    frozen: Frozen | None
    version: int
    created_at: str


def account_view(
    account_digits: str,
    user_digits: str,
    name: str | None,
    metadata: dict[str, str] | None,
    currency: str,
    balance: int,
    held: int,
    overdraft_limit: int,
    daily_amount: int | None,
    daily_count: int | None,
    frozen: int,
    is_closed: bool,
    version: int,
    created_at_us: int,
) -> AccountView:
    """Return an account's view from its row.

    Parameters
    ----------
    account_digits, user_digits
        The ids without their prefixes.
    metadata
        In any order. The view sorts the keys, so that equal accounts have equal JSON.
    frozen
        Who has frozen it, as the bits of `handlers.domain.state`.
    created_at_us
        Microseconds since the Unix epoch.
    """
    return AccountView(
        ACCOUNT + account_digits,
        USER + user_digits,
        name,
        None if metadata is None else dict(sorted(metadata.items())),
        currency,
        balance,
        balance - held,
        held,
        overdraft_limit,
        daily_amount,
        daily_count,
        "closed" if is_closed else "frozen" if frozen else "open",
        _FROZEN[frozen],
        version,
        rfc3339_us(created_at_us),
    )


def leg_view(leg: Leg, *, shows_metadata: bool) -> TransactionView:
    """Return the view of a leg for a reader.

    Parameters
    ----------
    shows_metadata
        Whether the reader requested the transaction or is an operator.
    """
    completed_at = None if leg.completed_at_us is None else rfc3339_us(leg.completed_at_us)
    requested_at = rfc3339_us(leg.requested_at_us)
    return presentation.leg_view(leg, requested_at, completed_at, shows_metadata)


#: Fields that follow from more than one field of a command, or from none.
_DERIVED: Final = {
    *("transaction_id", "kind", "status", "reason", "metadata", "position", "requested_at"),
    *("account_id", "source_account_id", "destination_account_id", "hold_id"),
}
#: Fields that the view copies from a command, if it has them.
_STATED: Final = [name for name in TransactionView.__struct_fields__ if name not in _DERIVED]


def command_view(
    command: c.AnyCommand,
    position: tuple[int, int],
    status: Status = "pending",
    reason: str | None = None,
) -> TransactionView:
    """Return the view of a command that is in the log but not in the ledger."""
    is_transfer = isinstance(command, c.Transfer)
    account = c.account_of(command) or msgspec.UNSET
    destination: str | None = getattr(command, "destination_account_id", None)
    hold: str | None = getattr(command, "hold_id", None)
    if isinstance(command, c.HoldPlacement):
        hold = hold_id_of(command.transaction_id)
    # An account's metadata does not belong to the transaction.
    metadata = command.metadata if isinstance(command, c.Described) else c.NO_METADATA
    return TransactionView(
        transaction_id=command.transaction_id,
        kind=c.kind_of(command),
        status=status,
        account_id=msgspec.UNSET if is_transfer else account,
        source_account_id=account if is_transfer else msgspec.UNSET,
        destination_account_id=destination or msgspec.UNSET,
        hold_id=hold or msgspec.UNSET,
        reason=reason,
        metadata=metadata if bytes(metadata) else NULL,
        position=PositionView(*position),
        requested_at=rfc3339_us(command.requested_at_us),
        **{name: getattr(command, name, None) for name in _STATED},
    )


#: ``return`` is the money of a refused transfer that comes back to its source.
EntryKind = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [*KINDS, "return"]})]


class EntryView(msgspec.Struct, frozen=True, gc=False):
    """One line of an account's history; ``amount`` is signed, in minor units.

    ``metadata`` is visible to the user who requested the transaction, and to operators.
    """

    version: int
    transaction_id: str
    kind: EntryKind
    amount: int
    balance_after: int
    counterparty_account_id: str | None
    description: str | None
    metadata: msgspec.Raw
    posted_at: str
    hash: str


class BalanceView(msgspec.Struct, frozen=True, gc=False):
    """An account's balance at a point in time."""

    balance: int
    held: int
    available: int
    version: int
    at: str


class StatementView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account's entries in a period, oldest first.

    ``closing_balance`` is ``opening_balance`` plus the entries' amounts.
    """

    account_id: str
    currency: str
    from_: str = msgspec.field(name="from")
    to: str
    opening_balance: int
    closing_balance: int
    entries: list[EntryView]


class ParkedView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record of the log that could not be applied, or that waits behind one.

    ``command`` is the record's value if that is JSON; otherwise ``value_base64`` has the bytes.
    """

    parked_id: str
    account_id: str | None
    position: PositionView
    error: str
    is_behind: bool
    status: ParkedStatus
    command: msgspec.Raw
    value_base64: str | None
    recorded_at: str
    parked_at: str
    resolved_by: str | None
    note: str | None
    resolved_at: str | None
