"""Freezing, unfreezing and closing accounts, and their limits: queued like money, in order."""

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
from handlers.errors import Forbidden
from handlers.queries.views import TransactionView

resource: Final = Resource("Controls")
_ANSWERS: Final = {200: TransactionView, 201: TransactionView, 202: TransactionView}
_ERRORS: Final = ("not_found", "unavailable")
_HEADERS: Final = ("Idempotency-Key", "Prefer")

_freeze: Final = msgspec.json.Decoder(s.NewFreeze)
_control: Final = msgspec.json.Decoder(s.NewControl)
_limits: Final = msgspec.json.Decoder(s.NewLimits)


@resource.route(
    "POST",
    "/accounts/{account_id}/freeze",
    "Freeze an account",
    body=s.NewFreeze,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def freeze_account(request: ApiRequest, account_id: str) -> Response:
    """Stop debits, credits or both; what an operator froze only an operator unfreezes."""
    body = request.decode(_freeze)
    by_operator = _authorise(request, account_id)
    command = commands.freeze(request.asker(), account_id, by_operator, body)
    _note(request, "freeze", account_id, body.reason)
    return accept(request, command)


@resource.route(
    "POST",
    "/accounts/{account_id}/unfreeze",
    "Unfreeze an account",
    body=s.NewControl,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def unfreeze_account(request: ApiRequest, account_id: str) -> Response:
    """Lift what froze the account."""
    body = request.decode(_control)
    by_operator = _authorise(request, account_id)
    command = commands.unfreeze(request.asker(), account_id, by_operator, body.reason)
    _note(request, "unfreeze", account_id, body.reason)
    return accept(request, command)


@resource.route(
    "POST",
    "/accounts/{account_id}/close",
    "Close an account",
    body=s.NewControl,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=_HEADERS,
)
def close_account(request: ApiRequest, account_id: str) -> Response:
    """Close the account for good; its balance must be 0, with nothing held or under way."""
    body = request.decode(_control)
    by_operator = _authorise(request, account_id)
    command = commands.closing(request.asker(), account_id, by_operator, body.reason)
    _note(request, "close", account_id, body.reason)
    return accept(request, command)


@resource.route(
    "PUT",
    "/accounts/{account_id}/limits",
    "Set an account's limits",
    body=s.NewLimits,
    answers=_ANSWERS,
    errors=(*_ERRORS, "forbidden"),
    parameters=_HEADERS,
)
def set_limits(request: ApiRequest, account_id: str) -> Response:
    """Set the overdraft limit and the limits of a day; operators only."""
    body = request.decode(_limits)
    if not _authorise(request, account_id):
        raise Forbidden("only operators set limits")
    command = commands.limits(request.asker(), account_id, body)
    _note(request, "limits", account_id, body.reason)
    return accept(request, command)


def _authorise(request: ApiRequest, account_id: str) -> bool:
    """See that the caller may act on the account; return whether as an operator."""
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    return request.caller.is_operator


def _note(request: ApiRequest, action: str, subject: str, reason: str | None) -> None:
    caller = request.caller
    if caller.is_operator:
        wiring.trail().note(caller.user_id, action, subject, reason, request.request_id)
