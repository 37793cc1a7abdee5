"""From validated bodies to commands of the log.

What makes two requests the same under one idempotency key is named here for each kind: everything
that the client asked for, path included, and nothing else.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from functions.api import schemas as s
from handlers.domain import commands as c
from handlers.domain.ids import account_id_of
from handlers.domain.money import is_currency
from handlers.errors import InvalidInput
from handlers.intake import Asker, Envelope, envelope

Moving = TypeVar("Moving", bound=c.Described)
Cash = TypeVar("Cash", c.Deposit, c.Withdrawal)

_metadata: Final = msgspec.json.Encoder(order="deterministic")


def _raw(metadata: dict[str, str] | None) -> msgspec.Raw:
    return c.NO_METADATA if metadata is None else msgspec.Raw(_metadata.encode(metadata))


def _envelope(asker: Asker, kind: str, *asked: Any) -> Envelope:
    return envelope(asker, kind, asked)


def _moving(
    sort: type[Moving],
    asker: Asker,
    body: s.Described,
    found_at: str | None = None,
    **asked: str | int | None,
) -> Moving:
    """Make a command that moves money.

    Parameters
    ----------
    found_at
        The account, where the ledger knows it and the client did not name it.
    asked
        The command's fields that the client asked for, in the order that makes the fingerprint.
    """
    tag = str(sort.__struct_config__.tag)
    common = envelope(asker, tag, (*asked.values(), body.description, body.metadata))
    # The fingerprint is made: what follows is the command's, and not what was asked for.
    fields: dict[str, Any] = asked
    if found_at is not None:
        fields["account_id"] = found_at
    metadata = _raw(body.metadata)
    return sort(**common, **fields, description=body.description, metadata=metadata)


def require_currency(currency: str) -> None:
    """See that accounts can be kept in a currency.

    Raises
    ------
    InvalidInput
        If not.
    """
    if not is_currency(currency):
        raise InvalidInput.of("currency", "is not a currency of ISO 4217 that accounts can have")


def require_other(destination_id: str | None, source_id: str) -> None:
    """See that money does not go to where it comes from.

    Raises
    ------
    InvalidInput
        If it does.
    """
    if destination_id == source_id:
        raise InvalidInput.of("destination_account_id", "must be another account than the source")


def opening(asker: Asker, body: s.NewAccount) -> c.AccountOpening:
    """Make the command that opens an account; its id follows from the transaction's."""
    require_currency(body.currency)
    common = _envelope(asker, "account_opening", body.currency, body.name)
    return c.AccountOpening(
        **common,
        account_id=account_id_of(common["transaction_id"]),
        currency=body.currency,
        name=body.name,
    )


def cash(sort: type[Cash], asker: Asker, body: s.NewDeposit | s.NewWithdrawal) -> Cash:
    """Make the command of a deposit or a withdrawal."""
    require_currency(body.currency)
    return _moving(
        sort,
        asker,
        body,
        account_id=body.account_id,
        amount=body.amount,
        currency=body.currency,
    )


def transfer(asker: Asker, body: s.NewTransfer) -> c.Transfer:
    """Make the command of a transfer."""
    require_currency(body.currency)
    require_other(body.destination_account_id, body.source_account_id)
    return _moving(
        c.Transfer,
        asker,
        body,
        source_account_id=body.source_account_id,
        destination_account_id=body.destination_account_id,
        amount=body.amount,
        currency=body.currency,
    )


def hold(asker: Asker, body: s.NewHold) -> c.HoldPlacement:
    """Make the command that places a hold; its id follows from the transaction's."""
    require_currency(body.currency)
    require_other(body.destination_account_id, body.account_id)
    return _moving(
        c.HoldPlacement,
        asker,
        body,
        account_id=body.account_id,
        amount=body.amount,
        currency=body.currency,
        destination_account_id=body.destination_account_id,
        expires_in_s=body.expires_in,
    )


def capture(asker: Asker, account_id: str, hold_id: str, body: s.NewCapture) -> c.Capture:
    """Make the command that captures a hold."""
    return _moving(c.Capture, asker, body, account_id, hold_id=hold_id, amount=body.amount)


def void(asker: Asker, account_id: str, hold_id: str) -> c.Void:
    """Make the command that voids a hold."""
    return c.Void(**_envelope(asker, "void", hold_id), account_id=account_id, hold_id=hold_id)


def reversal(asker: Asker, account_id: str, reverses: str, body: s.NewReversal) -> c.Reversal:
    """Make the command that reverses a transaction where it left its money."""
    return _moving(c.Reversal, asker, body, account_id, reverses=reverses, amount=body.amount)


def freeze(asker: Asker, account_id: str, by_operator: bool, body: s.NewFreeze) -> c.Freeze:
    """Make the command that freezes an account."""
    return c.Freeze(
        **_envelope(asker, "freeze", account_id, body.direction, body.reason),
        account_id=account_id,
        direction=body.direction,
        by_operator=by_operator,
        note=body.reason,
    )


def unfreeze(asker: Asker, account_id: str, by_operator: bool, reason: str | None) -> c.Unfreeze:
    """Make the command that lifts a freeze."""
    return c.Unfreeze(
        **_envelope(asker, "unfreeze", account_id, reason),
        account_id=account_id,
        by_operator=by_operator,
        note=reason,
    )


def closing(asker: Asker, account_id: str, by_operator: bool, reason: str | None) -> c.Closing:
    """Make the command that closes an account."""
    return c.Closing(
        **_envelope(asker, "close", account_id, reason),
        account_id=account_id,
        by_operator=by_operator,
        note=reason,
    )


def limits(asker: Asker, account_id: str, body: s.NewLimits) -> c.Limits:
    """Make the command that sets an account's limits."""
    return c.Limits(
        **_envelope(asker, "limits", account_id, body),
        account_id=account_id,
        overdraft_limit=body.overdraft_limit,
        daily_amount=body.daily_amount,
        daily_count=body.daily_count,
        note=body.reason,
    )


def resolution(
    asker: Asker, account_id: str, parked_id: str, action: c.Resolution, note: str
) -> c.ParkedResolution:
    """Make the command that carries an operator's decision about a parked command."""
    return c.ParkedResolution(
        **_envelope(asker, "parked_resolution", parked_id, action, note),
        account_id=account_id,
        parked_id=parked_id,
        action=action,
        note=note,
    )
