"""Deposits, withdrawals, transfers and holds."""

from __future__ import annotations

from typing import Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import commands
from functions.api import schemas as s
from functions.api.accepted import accept
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id
from handlers.domain import ids
from handlers.queries.views import TransactionView

resource: Final = Resource("Money")

_ANSWERS: Final = {
    200: TransactionView,
    201: TransactionView,
    202: TransactionView,
}
_ERRORS: Final = ("not_found", "forbidden", "unavailable")
_HEADERS: Final = ("Idempotency-Key", "Prefer")

_deposit: Final = msgspec.json.Decoder(s.NewDeposit)
_withdrawal: Final = msgspec.json.Decoder(s.NewWithdrawal)
_transfer: Final = msgspec.json.Decoder(s.NewTransfer)
_hold: Final = msgspec.json.Decoder(s.NewHold)
_capture: Final = msgspec.json.Decoder(s.NewCapture)
_void: Final = msgspec.json.Decoder(s.NewVoid)


@resource.route(
    "POST",
    "/deposits",
    "Deposit",
    body=s.NewDeposit,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def create_deposit(request: ApiRequest) -> Response:
    """Bring money in from outside."""
    body = request.decode(_deposit)
    wiring.owners().require_own(request.caller, body.account_id)
    return accept(request, commands.deposit(request.asker(), body))


@resource.route(
    "POST",
    "/withdrawals",
    "Withdraw",
    body=s.NewWithdrawal,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def create_withdrawal(request: ApiRequest) -> Response:
    """Take money out; refused if it is more than is available."""
    body = request.decode(_withdrawal)
    wiring.owners().require_own(request.caller, body.account_id)
    return accept(request, commands.withdrawal(request.asker(), body))


@resource.route(
    "POST",
    "/transfers",
    "Transfer",
    body=s.NewTransfer,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def create_transfer(request: ApiRequest) -> Response:
    """Move money from your account to any other."""
    body = request.decode(_transfer)
    wiring.owners().require_own(request.caller, body.source_account_id)
    return accept(request, commands.transfer(request.asker(), body))


@resource.route(
    "POST",
    "/holds",
    "Place a hold",
    body=s.NewHold,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def create_hold(request: ApiRequest) -> Response:
    """Set money aside, to be captured or voided; it counts against what is available."""
    body = request.decode(_hold)
    wiring.owners().require_own(request.caller, body.account_id)
    return accept(request, commands.hold(request.asker(), body))


@resource.route(
    "POST",
    "/holds/{hold_id}/capture",
    "Capture a hold",
    body=s.NewCapture,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def capture_hold(request: ApiRequest, hold_id: str) -> Response:
    """Take what is held, or a part of it; the rest is released."""
    body = request.decode(_capture)
    account_id = own_hold(request, hold_id)
    return accept(request, commands.capture(request.asker(), account_id, hold_id, body))


@resource.route(
    "POST",
    "/holds/{hold_id}/void",
    "Void a hold",
    body=s.NewVoid,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def void_hold(request: ApiRequest, hold_id: str) -> Response:
    """Release a hold without taking anything."""
    request.decode(_void)
    account_id = own_hold(request, hold_id)
    return accept(request, commands.void(request.asker(), account_id, hold_id))


def own_hold(request: ApiRequest, hold_id: str) -> str:
    """Return the account of a hold that is the caller's.

    Raises
    ------
    NotFound
        If there is none, or it is on another user's account.
    """
    checked_id(hold_id, ids.HOLD, "hold")
    account_id = wiring.holds().account_of(hold_id)
    wiring.owners().require_own(request.caller, account_id)
    return account_id
