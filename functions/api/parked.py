"""Parked commands: operators can list, replay or discard them."""

from __future__ import annotations

from typing import Final, get_args

from chalice.app import Response

from functions import wiring
from functions.api import pages, query
from functions.api.command_routes import command_routes
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest
from functions.api.rights import require_operator
from handlers.domain import ids
from handlers.reading.parked import ParkedCursor
from handlers.reading.views import ParkedStatus, ParkedView

resource: Final = Resource("Parked commands")


@resource.route(
    "GET",
    "/parked",
    "List parked commands",
    answers={200: list[ParkedView]},
    errors=("forbidden",),
    parameters=("limit", "cursor", "parked_status", "account_id"),
)
def list_parked(request: ApiRequest) -> Response:
    """List parked commands and those behind them, oldest first. Requires the operator role."""
    require_operator(request.caller)
    status = query.choice(request, "status", get_args(ParkedStatus))
    account_id = query.id_of(request, "account_id", ids.ACCOUNT)
    after = pages.cursor_of(request, ParkedCursor, ParkedCursor())
    limit = pages.limit_of(request)
    return pages.page_response(request, *wiring.parked().page(status, account_id, after, limit))


command_routes(resource)
