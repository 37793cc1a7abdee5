"""Put a command into the log and answer 202, or with the result that ``Prefer: wait`` saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import operations, telemetry
from functions.api.endpoint import Resource, View
from functions.api.http import ApiRequest, json_response
from functions.api.operations import CommandOperation, Decided, decided
from handlers.domain import commands as c
from handlers.people.trail import Action
from handlers.platform.errors import LedgerlaneError
from handlers.platform.kafka import Position
from handlers.reading.views import TransactionView, command_view

ANSWERS: Final = {200: TransactionView, 201: TransactionView, 202: TransactionView}
HEADERS: Final = ("Idempotency-Key", "Prefer")


def command_routes(resource: Resource) -> None:
    """Register a resource's routes that put one command into the log, as the table lists them.

    These routes act on an existing object and answer with the command's transaction.
    """
    for operation in operations.OPERATIONS:
        if operation.tag == resource.tag and operation.names:
            serve(resource, operation, _view_of(operation), ANSWERS, HEADERS)


def serve(
    resource: Resource,
    operation: CommandOperation,
    view: View,
    answers: Mapping[int, Any],
    parameters: tuple[str, ...],
) -> None:
    """Register a view with its operation's name, route and documentation."""
    view.__name__, view.__doc__ = operation.name, operation.description
    resource.route(
        operation.method,
        operation.path,
        operation.summary,
        body=operation.body,
        answers=answers,
        errors=operation.errors,
        parameters=parameters,
    )(view)


def _view_of(operation: CommandOperation) -> View:
    decoder = msgspec.json.Decoder(operation.body)
    names, is_named_by_path = operation.names, operation.is_named_by_path

    def view(request: ApiRequest, **named: str) -> Response:
        body = request.decode(decoder)
        object_id = named[names] if is_named_by_path else getattr(body, names)
        return accept(request, decided(operation, request.caller, request.asker(), object_id, body))

    return view


def accept(request: ApiRequest, wanted: Decided) -> Response:
    """Put a command into the log and answer with its transaction.

    Returns
    -------
    Response
        202 while the transaction is pending; 201 if the wait saw it completed, 200 if rejected.

    Raises
    ------
    Unavailable
        If the log did not accept the command.
    """
    position = take(request, wanted)
    command = wanted.command
    wait_s = request.wait_s()
    result = None
    if wait_s:
        result = wiring.waiter().wait([(command, position)], wait_s)[0]
    view = result or command_view(command, position)
    headers = {"Location": location(request, command.transaction_id, position)}
    if wait_s is not None:
        headers["Preference-Applied"] = f"wait={wait_s}"
    return json_response(view, status_of(view), headers)


def take(request: ApiRequest, wanted: Decided) -> Position:
    """Put a command into the log, note it in the audit trail and count it."""
    command, partition, action = wanted
    if action is not None:
        _note(request, [action])
    position = wiring.intake().accept(command, partition)
    telemetry.count("Accepted")
    request.log = {
        "transaction_id": command.transaction_id,
        "account_id": c.account_of(command),
        "partition": position.partition,
        "offset": position.offset,
    }
    return position


def take_all(request: ApiRequest, wanted: list[Decided]) -> list[Position | LedgerlaneError]:
    """Put several commands into the log at once. Each succeeds or fails by itself.

    Returns
    -------
    list
        The positions in the log, in order, or the error for a command that was not accepted.

    Raises
    ------
    Unavailable
        If the audit trail can't be written. Nothing is accepted then.
    """
    actions = [each.action for each in wanted if each.action is not None]
    if actions:
        _note(request, actions)
    places = wiring.intake().accept_all([(each.command, each.partition) for each in wanted])
    telemetry.count("Accepted", sum(isinstance(place, Position) for place in places))
    return places


def _note(request: ApiRequest, actions: list[Action]) -> None:
    wiring.trail().note(request.caller, request.request_id, actions)


def status_of(view: TransactionView) -> int:
    """Return the HTTP status for a transaction."""
    if view.status == "pending":
        return 202
    return 201 if view.status == "completed" else 200


def location(request: ApiRequest, transaction_id: str, position: Position) -> str:
    """Return the path where the transaction can always be read, whatever its outcome."""
    path = f"/transactions/{transaction_id}?position={position.partition}-{position.offset}"
    return request.path_to(path)
