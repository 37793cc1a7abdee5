"""Answering for a command that goes into the log: 202, or what ``Prefer: wait`` saw of it."""

from __future__ import annotations

from chalice.app import Response

from functions import wiring
from functions.api import observe
from functions.api.http import ApiRequest, json_response
from handlers.adapters.kafka import Position
from handlers.domain import commands as c
from handlers.queries.views import TransactionView, command_view


def accept(request: ApiRequest, command: c.AnyCommand, partition: int | None = None) -> Response:
    """Put a command into the log and answer with its transaction.

    Returns
    -------
    Response
        202 while it is pending; 201 when the wait saw it completed, 200 when rejected.

    Raises
    ------
    Unavailable
        If the log did not take it.
    """
    position = take(request, command, partition)
    wait_s = request.wait_s()
    result = None
    if wait_s:
        result = wiring.waiter().wait([(command, position)], wait_s)[0]
    view = result or command_view(command, position)
    headers = {"Location": location(request, command.transaction_id, position)}
    if wait_s is not None:
        headers["Preference-Applied"] = f"wait={wait_s}"
    return json_response(view, status_of(view), headers)


def take(request: ApiRequest, command: c.AnyCommand, partition: int | None = None) -> Position:
    """Put a command into the log, and tell of it."""
    position = wiring.intake().accept(command, partition)
    observe.count("Accepted")
    request.log = {
        "transaction_id": command.transaction_id,
        "account_id": c.account_of(command),
        "partition": position.partition,
        "offset": position.offset,
    }
    return position


def status_of(view: TransactionView) -> int:
    """Return the status that a transaction is answered with."""
    if view.status == "pending":
        return 202
    return 201 if view.status == "completed" else 200


def location(request: ApiRequest, transaction_id: str, position: Position) -> str:
    """Return the path at which a transaction is found from now on, whatever becomes of it."""
    path = f"/transactions/{transaction_id}?position={position.partition}-{position.offset}"
    return request.path_to(path)
