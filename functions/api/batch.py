"""Many commands by one request: each stands alone, and one wait covers all acknowledgements."""

from __future__ import annotations

from typing import Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import commands, observe
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.errors import problem_of
from functions.api.http import ApiRequest, decode, json_response
from functions.api.money import own_hold
from functions.api.transactions import reversible_at
from handlers.adapters.kafka import Position
from handlers.domain import commands as c
from handlers.errors import LedgerlaneError
from handlers.intake import Asker
from handlers.queries.views import TransactionView, command_view

resource: Final = Resource("Transactions")
_body: Final = msgspec.json.Decoder(s.Batch)
_item: Final = msgspec.json.Decoder(s.BatchItem)

Outcome = TransactionView | s.Problem
Read = s.BatchItem | LedgerlaneError
Made = c.AnyCommand | LedgerlaneError


@resource.route(
    "POST",
    "/transactions/batch",
    "Send many commands",
    body=s.Batch,
    answers={202: s.BatchAnswer},
    errors=("unavailable",),
    parameters=("Prefer",),
)
def create_batch(request: ApiRequest) -> Response:
    """Take 1 to 1,000 commands; the answer has a transaction or a problem for each, in order."""
    body = request.decode(_body)
    read = [_read(item) for item in body.items]
    wiring.owners().load(_accounts_of(read))
    made = [_made(request, item) for item in read]
    taken = [command for command in made if not isinstance(command, LedgerlaneError)]
    positions = iter(wiring.intake().accept_all(taken))
    outcomes: list[Outcome] = []
    waiting: list[tuple[int, c.AnyCommand, Position]] = []
    for n, command in enumerate(made):
        place = command if isinstance(command, LedgerlaneError) else next(positions)
        if isinstance(command, LedgerlaneError) or isinstance(place, LedgerlaneError):
            assert isinstance(place, LedgerlaneError)
            outcomes.append(problem_of(place, request.request_id))
            continue
        outcomes.append(command_view(command, place))
        waiting.append((n, command, place))
    observe.count("Accepted", len(waiting))
    request.log = {"items": len(made), "accepted": len(waiting)}
    headers = _wait(request, outcomes, waiting)
    return json_response(s.BatchAnswer(outcomes), 202, headers)


def _wait(
    request: ApiRequest,
    outcomes: list[Outcome],
    waiting: list[tuple[int, c.AnyCommand, Position]],
) -> dict[str, str]:
    wait_s = request.wait_s()
    if wait_s is None:
        return {}
    if wait_s and waiting:
        results = wiring.waiter().wait([(command, at) for _n, command, at in waiting], wait_s)
        for (n, _command, _at), result in zip(waiting, results, strict=True):
            if result is not None:
                outcomes[n] = result
    return {"Preference-Applied": f"wait={wait_s}"}


def _read(item: msgspec.Raw) -> Read:
    try:
        found: s.BatchItem = decode(_item, bytes(item))
        return found
    except LedgerlaneError as error:
        return error


def _accounts_of(read: list[Read]) -> set[str]:
    """Name the accounts that must be the caller's, to learn their owners by one query."""
    found: set[str] = set()
    for item in read:
        if isinstance(item, s.TransferItem):
            found.add(item.source_account_id)
        elif isinstance(item, s.DepositItem | s.WithdrawalItem | s.HoldItem):
            found.add(item.account_id)
    return found


def _made(request: ApiRequest, item: Read) -> Made:
    if isinstance(item, LedgerlaneError):
        return item
    asker = Asker(request.caller.user_id, request.request_id, item.idempotency_key)
    try:
        return _command(request, asker, item)
    except LedgerlaneError as error:
        return error


def _command(request: ApiRequest, asker: Asker, item: s.BatchItem) -> c.AnyCommand:
    owners = wiring.owners()
    if isinstance(item, s.CaptureItem):
        return commands.capture(asker, own_hold(request, item.hold_id), item.hold_id, item)
    if isinstance(item, s.VoidItem):
        return commands.void(asker, own_hold(request, item.hold_id), item.hold_id)
    if isinstance(item, s.ReversalItem):
        account_id = reversible_at(request, item.transaction_id)
        if request.caller.is_operator:
            wiring.trail().note(
                asker.user_id, "reverse", item.transaction_id, item.description, asker.request_id
            )
        return commands.reversal(asker, account_id, item.transaction_id, item)
    if isinstance(item, s.TransferItem):
        owners.require_own(request.caller, item.source_account_id)
        return commands.transfer(asker, item)
    owners.require_own(request.caller, item.account_id)
    if isinstance(item, s.DepositItem):
        return commands.cash(c.Deposit, asker, item)
    if isinstance(item, s.WithdrawalItem):
        return commands.cash(c.Withdrawal, asker, item)
    return commands.hold(asker, item)
