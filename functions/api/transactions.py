"""Transactions: list, read and reverse them."""

from __future__ import annotations

from typing import Final, get_args

from chalice.app import Response

from functions import wiring
from functions.api import pages, query
from functions.api.command_routes import command_routes
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id, json_response, position_of
from handlers.domain import ids
from handlers.domain.kinds import KINDS
from handlers.domain.state import Status
from handlers.platform.clock import monotonic_s
from handlers.platform.errors import InvalidInput, NotFound
from handlers.platform.kafka import Position
from handlers.reading.metadata import reader_of
from handlers.reading.transactions import Filter, TransactionCursor
from handlers.reading.views import TransactionView

resource: Final = Resource("Transactions")


@resource.route(
    "GET",
    "/transactions",
    "List transactions",
    answers={200: list[TransactionView]},
    errors=("not_found",),
    parameters=(
        "limit",
        "cursor",
        "account_id",
        "status",
        "kind",
        "from",
        "to",
        "min_amount",
        "max_amount",
        "metadata",
    ),
)
def list_transactions(request: ApiRequest) -> Response:
    """List the transactions of your accounts, newest first.

    Account openings, freezes and similar kinds are listed only when `kind` asks for them. The times
    are when the account's partition applied the transaction, and they order the list.
    """
    wanted = _wanted(request)
    user_id: str | None = request.caller.user_id
    if wanted.account_id is not None:
        wiring.owners().require(request.caller, wanted.account_id)
        user_id = None
    before = pages.cursor_of(request, TransactionCursor, wanted.first())
    limit = pages.limit_of(request)
    reader = reader_of(request.caller)
    page = wiring.transactions().page(user_id, wanted, before, limit, reader=reader)
    return pages.page_response(request, *page)


def _wanted(request: ApiRequest) -> Filter:
    start, end = query.period(request)
    least, greatest = query.amount(request, "min_amount"), query.amount(request, "max_amount")
    if least is not None and greatest is not None and least > greatest:
        raise InvalidInput.of("min_amount", "must not be greater than 'max_amount'")
    metadata = query.metadata(request)
    # Only the user who requested a transaction, and operators, may search its metadata.
    is_theirs_only = metadata is not None and not request.caller.is_operator
    return Filter(
        account_id=query.id_of(request, "account_id", ids.ACCOUNT),
        status=query.choice(request, "status", get_args(Status)),
        kind=query.choice(request, "kind", KINDS),
        start=start,
        end=end,
        min_amount=least,
        max_amount=greatest,
        metadata=metadata,
        asked_by=request.caller.user_id if is_theirs_only else None,
    )


@resource.route(
    "GET",
    "/transactions/{transaction_id}",
    "Read a transaction",
    answers={200: TransactionView},
    errors=("not_found", "unavailable"),
    parameters=("position", "Prefer"),
)
def get_transaction(request: ApiRequest, transaction_id: str) -> Response:
    """Return a transaction, even while it is pending.

    With the position from `Location`, an accepted transaction is always found.
    """
    checked_id(transaction_id, ids.TRANSACTION, "transaction")
    position = _position(request)
    wait_s = request.wait_s()
    view = wiring.transactions().view(request.caller, transaction_id, position)
    headers = {}
    if wait_s is not None:
        headers["Preference-Applied"] = f"wait={wait_s}"
        view = _awaited(request, view, position, wait_s)
    return json_response(view, 200, headers)


def _position(request: ApiRequest) -> Position | None:
    position = position_of(request.query("position"))
    if position is not None and position.partition >= wiring.partitioning().partitions:
        raise NotFound("there is no such position in the log")
    return position


def _awaited(
    request: ApiRequest, view: TransactionView, position: Position | None, wait_s: int
) -> TransactionView:
    """Wait until a pending transaction is final, then read it as the caller may see it."""
    if view.status != "pending":
        return view
    deadline_s = monotonic_s() + wait_s
    place = position
    # A retried request has a place of its own, which may be on another shard than the transaction.
    if view.position is not None:
        place = Position(view.position.partition, view.position.offset)
    if place is None:
        return view
    wiring.waiter().wait_for_id(view.transaction_id, place, deadline_s - monotonic_s())
    return wiring.transactions().view(request.caller, view.transaction_id, position)


command_routes(resource)
