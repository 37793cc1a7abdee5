"""Freezing, unfreezing and closing accounts, and their limits: queued like money, in order."""

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
from handlers.errors import Forbidden

resource: Final = Resource("Controls")
_ERRORS: Final = ("not_found", "unavailable")


@command_route(
    resource, "POST", "/accounts/{account_id}/freeze", "Freeze an account", s.NewFreeze, _ERRORS
)
def freeze_account(request: ApiRequest, body: s.NewFreeze, account_id: str) -> c.Freeze:
    """Stop debits, credits or both; what an operator froze only an operator unfreezes."""
    by_operator = _authorise(request, account_id)
    command = commands.freeze(request.asker(), account_id, by_operator, body)
    _note(request, "freeze", account_id, body.reason)
    return command


@command_route(
    resource,
    "POST",
    "/accounts/{account_id}/unfreeze",
    "Unfreeze an account",
    s.NewControl,
    _ERRORS,
)
def unfreeze_account(request: ApiRequest, body: s.NewControl, account_id: str) -> c.Unfreeze:
    """Lift what froze the account."""
    by_operator = _authorise(request, account_id)
    command = commands.unfreeze(request.asker(), account_id, by_operator, body.reason)
    _note(request, "unfreeze", account_id, body.reason)
    return command


@command_route(
    resource, "POST", "/accounts/{account_id}/close", "Close an account", s.NewControl, _ERRORS
)
def close_account(request: ApiRequest, body: s.NewControl, account_id: str) -> c.Closing:
    """Close the account for good; its balance must be 0, with nothing held or under way."""
    by_operator = _authorise(request, account_id)
    command = commands.closing(request.asker(), account_id, by_operator, body.reason)
    _note(request, "close", account_id, body.reason)
    return command


@command_route(
    resource,
    "PUT",
    "/accounts/{account_id}/limits",
    "Set an account's limits",
    s.NewLimits,
    (*_ERRORS, "forbidden"),
)
def set_limits(request: ApiRequest, body: s.NewLimits, account_id: str) -> c.Limits:
    """Set the overdraft limit and the limits of a day; operators only."""
    if not _authorise(request, account_id):
        raise Forbidden("only operators set limits")
    command = commands.limits(request.asker(), account_id, body)
    _note(request, "limits", account_id, body.reason)
    return command


def _authorise(request: ApiRequest, account_id: str) -> bool:
    """See that the caller may act on the account; return whether as an operator."""
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    return request.caller.is_operator


def _note(request: ApiRequest, action: str, subject: str, reason: str | None) -> None:
    caller = request.caller
    if caller.is_operator:
        wiring.trail().note(caller.user_id, action, subject, reason, request.request_id)
