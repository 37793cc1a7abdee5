"""Build the log's commands from validated request bodies.

Each builder names the fields that make two requests the same under one idempotency key: everything
that the client sent, path included, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from functions.api import schemas as s
from functions.api.rights import Target
from handlers.accepting.intake import Asker, Envelope, envelope
from handlers.domain import commands as c
from handlers.domain.ids import account_id_of
from handlers.domain.money import is_currency
from handlers.platform.errors import InvalidInput

Moving = TypeVar("Moving", bound=c.Described)
Cash = TypeVar("Cash", bound=c.Cash)

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
    """Build a command that moves money.

    Parameters
    ----------
    found_at
        The account, where the ledger knows it and the client did not name it.
    asked
        The fields that the client sent, in the order that the fingerprint uses.
    """
    kind = str(sort.__struct_config__.tag)
    common = envelope(asker, kind, (*asked.values(), body.description, body.metadata))
    # The fingerprint is complete; the fields below were not in the request.
    fields: dict[str, Any] = asked
    if found_at is not None:
        fields["account_id"] = found_at
    metadata = _raw(body.metadata)
    return sort(**common, **fields, description=body.description, metadata=metadata)


def require_currency(currency: str) -> None:
    """Check that accounts can be kept in a currency.

    Raises
    ------
    InvalidInput
        If they can't.
    """
    if not is_currency(currency):
        raise InvalidInput.of("currency", "is not a supported ISO 4217 currency")


def require_other(destination_id: str | None, source_id: str) -> None:
    """Check that the destination is not the source.

    Raises
    ------
    InvalidInput
        If it is.
    """
    if destination_id == source_id:
        raise InvalidInput.of("destination_account_id", "must differ from the source account")


def opening(asker: Asker, _target: Target, body: s.NewAccount) -> c.AccountOpening:
    """Build the command that opens an account, whose id is derived from the transaction's."""
    require_currency(body.currency)
    # Requests from before metadata existed must keep their fingerprint.
    metadata = () if body.metadata is None else (body.metadata,)
    common = _envelope(asker, "account_opening", body.currency, body.name, *metadata)
    return c.AccountOpening(
        **common,
        account_id=account_id_of(common["transaction_id"]),
        currency=body.currency,
        name=body.name,
        metadata=body.metadata,
    )


def account_update(asker: Asker, target: Target, body: s.AccountChanges) -> c.AccountUpdate:
    """Build the command that changes an account's name or metadata.

    Raises
    ------
    InvalidInput
        If the body changes nothing.
    """
    if body == s.AccountChanges():
        raise InvalidInput.of("name", "or 'metadata' is required: there is nothing to change")
    return c.AccountUpdate(
        **_envelope(asker, "account_update", target.account_id, body),
        account_id=target.account_id,
        name=body.name,
        metadata=body.metadata,
    )


def cash(sort: type[Cash]) -> Callable[[Asker, Target, s.NewCash], Cash]:
    """Return the function that builds the commands of one kind of cash movement."""

    def make(asker: Asker, _target: Target, body: s.NewCash) -> Cash:
        require_currency(body.currency)
        return _moving(
            sort,
            asker,
            body,
            account_id=body.account_id,
            amount=body.amount,
            currency=body.currency,
        )

    return make


def transfer(asker: Asker, _target: Target, body: s.NewTransfer) -> c.Transfer:
    """Build a transfer."""
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


def hold(asker: Asker, _target: Target, body: s.NewHold) -> c.HoldPlacement:
    """Build the command that places a hold, whose id is derived from the transaction's."""
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


def capture(asker: Asker, target: Target, body: s.NewCapture) -> c.Capture:
    """Build the command that captures a hold."""
    return _moving(
        c.Capture, asker, body, target.account_id, hold_id=target.object_id, amount=body.amount
    )


def void(asker: Asker, target: Target, _body: s.NewVoid) -> c.Void:
    """Build the command that voids a hold."""
    return c.Void(
        **_envelope(asker, "void", target.object_id),
        account_id=target.account_id,
        hold_id=target.object_id,
    )


def reversal(asker: Asker, target: Target, body: s.NewReversal) -> c.Reversal:
    """Build a reversal, addressed to the account where the transaction left its money."""
    return _moving(
        c.Reversal, asker, body, target.account_id, reverses=target.object_id, amount=body.amount
    )


def freeze(asker: Asker, target: Target, body: s.NewFreeze) -> c.Freeze:
    """Build the command that freezes an account."""
    return c.Freeze(
        **_envelope(asker, "freeze", target.account_id, body.direction, body.reason),
        account_id=target.account_id,
        direction=body.direction,
        by_operator=target.by_operator,
        note=body.reason,
    )


def unfreeze(asker: Asker, target: Target, body: s.NewControl) -> c.Unfreeze:
    """Build the command that lifts a freeze."""
    return c.Unfreeze(
        **_envelope(asker, "unfreeze", target.account_id, body.reason),
        account_id=target.account_id,
        by_operator=target.by_operator,
        note=body.reason,
    )


def closing(asker: Asker, target: Target, body: s.NewControl) -> c.Closing:
    """Build the command that closes an account."""
    return c.Closing(
        **_envelope(asker, "close", target.account_id, body.reason),
        account_id=target.account_id,
        by_operator=target.by_operator,
        note=body.reason,
    )


def limits(asker: Asker, target: Target, body: s.NewLimits) -> c.Limits:
    """Build the command that sets an account's limits."""
    return c.Limits(
        **_envelope(asker, "limits", target.account_id, body),
        account_id=target.account_id,
        overdraft_limit=body.overdraft_limit,
        daily_amount=body.daily_amount,
        daily_count=body.daily_count,
        note=body.reason,
    )


def replay(asker: Asker, target: Target, body: s.Replay) -> c.ParkedResolution:
    """Build the command that retries a parked command."""
    return _resolution(asker, target, "replay", body.reason or "")


def discard(asker: Asker, target: Target, body: s.Discard) -> c.ParkedResolution:
    """Build the command that discards a parked command."""
    return _resolution(asker, target, "discard", body.reason)


def _resolution(
    asker: Asker, target: Target, action: c.Resolution, note: str
) -> c.ParkedResolution:
    return c.ParkedResolution(
        **_envelope(asker, "parked_resolution", target.object_id, action, note),
        account_id=target.account_id,
        parked_id=target.object_id,
        action=action,
        note=note,
    )
