"""Parked commands: for operators to look at, replay or discard."""

from __future__ import annotations

from typing import Final

from chalice.app import Response

from functions import wiring
from functions.api import paging
from functions.api.accepted import command_routes
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest
from functions.api.rights import require_operator
from handlers.domain import ids
from handlers.errors import InvalidInput
from handlers.queries.parked import ParkedCursor
from handlers.queries.views import ParkedView

resource: Final = Resource("Parked commands")
STATUSES: Final = ("parked", "replayed", "discarded")


@resource.route(
    "GET",
    "/parked",
    "List parked commands",
    answers={200: list[ParkedView]},
    errors=("forbidden",),
    parameters=("limit", "cursor", "parked_status", "account_id"),
)
def list_parked(request: ApiRequest) -> Response:
    """List what could not be applied and what waits behind it, oldest first; operators only."""
    require_operator(request.caller)
    status = paging.choice_of(request, "status", STATUSES)
    account_id = request.query("account_id")
    if account_id is not None and not ids.is_id(account_id, ids.ACCOUNT):
        raise InvalidInput.of("account_id", "is not an account's id")
    after = paging.cursor_of(request, ParkedCursor, ParkedCursor())
    limit = paging.limit_of(request)
    return paging.page_response(*wiring.parked().page(status, account_id, after, limit))


command_routes(resource)
