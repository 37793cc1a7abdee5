"""Deposits, withdrawals, transfers and holds."""

from __future__ import annotations

from typing import Final

from functions import wiring
from functions.api import commands
from functions.api import schemas as s
from functions.api.accepted import command_route
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id
from handlers.domain import commands as c
from handlers.domain import ids

resource: Final = Resource("Money")


@command_route(resource, "POST", "/deposits", "Deposit", s.NewDeposit)
def create_deposit(request: ApiRequest, body: s.NewDeposit) -> c.Deposit:
    """Bring money in from outside."""
    wiring.owners().require_own(request.caller, body.account_id)
    return commands.cash(c.Deposit, request.asker(), body)


@command_route(resource, "POST", "/withdrawals", "Withdraw", s.NewWithdrawal)
def create_withdrawal(request: ApiRequest, body: s.NewWithdrawal) -> c.Withdrawal:
    """Take money out; refused if it is more than is available."""
    wiring.owners().require_own(request.caller, body.account_id)
    return commands.cash(c.Withdrawal, request.asker(), body)


@command_route(resource, "POST", "/transfers", "Transfer", s.NewTransfer)
def create_transfer(request: ApiRequest, body: s.NewTransfer) -> c.Transfer:
    """Move money from your account to any other."""
    wiring.owners().require_own(request.caller, body.source_account_id)
    return commands.transfer(request.asker(), body)


@command_route(resource, "POST", "/holds", "Place a hold", s.NewHold)
def create_hold(request: ApiRequest, body: s.NewHold) -> c.HoldPlacement:
    """Set money aside, to be captured or voided; it counts against what is available."""
    wiring.owners().require_own(request.caller, body.account_id)
    return commands.hold(request.asker(), body)


@command_route(resource, "POST", "/holds/{hold_id}/capture", "Capture a hold", s.NewCapture)
def capture_hold(request: ApiRequest, body: s.NewCapture, hold_id: str) -> c.Capture:
    """Take what is held, or a part of it; the rest is released."""
    account_id = own_hold(request, hold_id)
    return commands.capture(request.asker(), account_id, hold_id, body)


@command_route(resource, "POST", "/holds/{hold_id}/void", "Void a hold", s.NewVoid)
def void_hold(request: ApiRequest, body: s.NewVoid, hold_id: str) -> c.Void:
    """Release a hold without taking anything."""
    account_id = own_hold(request, hold_id)
    return commands.void(request.asker(), account_id, hold_id)


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
