"""A transaction as its reader sees it, the same in the API's responses and in events."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from handlers.domain import reasons
from handlers.domain.kinds import KINDS
from handlers.domain.state import Leg, Status

NULL: Final = msgspec.Raw(b"null")
# A module constant is found faster than an attribute, and every event uses it.
_UNSET: Final = msgspec.UNSET
_Raw: Final = msgspec.Raw

#: ``unknown`` while neither the ledger nor the log can be read.
Kind = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [*KINDS, "unknown"]})]
Reason = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(reasons.ALL)})]


class PositionView(msgspec.Struct, frozen=True, gc=False):
    """A record's position in the log."""

    partition: int
    offset: int


class TransactionView(msgspec.Struct, frozen=True, gc=False):
    """A transaction as its account's owner sees it.

    A transfer has ``source_account_id`` and ``destination_account_id``. Other kinds have
    ``account_id`` and, if the money goes to another customer, ``destination_account_id``.
    ``metadata`` is visible to the user who requested the transaction, and to operators.
    """

    transaction_id: str
    kind: Kind
    status: Status
    amount: int | None
    currency: str | None
    account_id: str | msgspec.UnsetType = msgspec.UNSET
    source_account_id: str | msgspec.UnsetType = msgspec.UNSET
    destination_account_id: str | msgspec.UnsetType = msgspec.UNSET
    hold_id: str | msgspec.UnsetType = msgspec.UNSET
    reason: Reason | None = None
    balance_after: int | None = None
    description: str | None = None
    metadata: msgspec.Raw = msgspec.field(default_factory=lambda: NULL)
    position: PositionView | None = None
    requested_at: str | None = None
    completed_at: str | None = None
    reverses: str | None = None


def leg_view(
    leg: Leg, requested_at: str, completed_at: str | None, shows_metadata: bool
) -> TransactionView:
    """Return the view of a leg: the first leg is the payer's side, the second the payee's.

    Parameters
    ----------
    requested_at, completed_at
        The leg's times in RFC 3339.
    shows_metadata
        Whether the reader requested the transaction or is an operator.
    """
    account: str | msgspec.UnsetType = leg.account_id
    destination = leg.counterparty_id
    if leg.leg == 2:
        account, destination = destination or "", leg.account_id
    source: str | msgspec.UnsetType = _UNSET
    kind, metadata = leg.kind, leg.metadata
    if kind == "transfer":
        source, account = account, _UNSET
    elif not account:
        # A decision about a parked record without an account has no account either.
        account = _UNSET
    # Positional arguments take half the time of keywords, and every event is built here.
    return TransactionView(
        leg.transaction_id,
        kind,
        leg.status,
        leg.amount,
        leg.currency,
        account,
        source,
        destination or _UNSET,
        leg.hold_id or _UNSET,
        leg.reason,
        leg.balance_after,
        leg.description,
        _Raw(metadata.encode()) if shows_metadata and metadata is not None else NULL,
        PositionView(leg.partition, leg.offset),
        requested_at,
        completed_at,
        leg.reverses,
    )
