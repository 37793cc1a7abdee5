"""Answering for a command that goes into the log: 202, or what ``Prefer: wait`` saw of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import observe
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, json_response
from functions.api.schemas import Body
from handlers.adapters.kafka import Position
from handlers.domain import commands as c
from handlers.queries.views import TransactionView, command_view

#: Takes the request, its body and what the path names; makes the command.
Maker = Callable[..., c.AnyCommand]

ANSWERS: Final = {200: TransactionView, 201: TransactionView, 202: TransactionView}
HEADERS: Final = ("Idempotency-Key", "Prefer")


def command_route(
    resource: Resource,
    method: str,
    path: str,
    summary: str,
    body: type[Body],
    errors: tuple[str, ...] = ("not_found", "forbidden", "unavailable"),
) -> Callable[[Maker], Maker]:
    """Register a route that puts one command into the log, and answers with its transaction.

    What is decorated takes the request, its checked body and the path's parameters by name, sees
    whether the caller may, and returns the command.  Its name and docstring are the operation's.

    Parameters
    ----------
    body
        The schema of the request's body.
    errors
        The codes that the route may fail with besides those that every route may.
    """
    decoder = msgspec.json.Decoder(body)

    def register(make: Maker) -> Maker:
        @wraps(make)
        def view(request: ApiRequest, **named: Any) -> Response:
            return accept(request, make(request, request.decode(decoder), **named))

        resource.route(
            method, path, summary, body=body, answers=ANSWERS, errors=errors, parameters=HEADERS
        )(view)
        return make

    return register


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
