"""Holds: list and read them."""

from __future__ import annotations

from typing import Final, get_args

from chalice.app import Response

from functions import wiring
from functions.api import pages, query
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id, json_response
from handlers.domain import ids
from handlers.platform.errors import NotFound
from handlers.reading.accounts import may_see
from handlers.reading.holds import NO_HOLD, HoldCursor, HoldStatus, HoldView

resource: Final = Resource("Holds")


@resource.route(
    "GET",
    "/holds",
    "List holds",
    answers={200: list[HoldView]},
    errors=("not_found",),
    parameters=("limit", "cursor", "account_id", "hold_status"),
)
def list_holds(request: ApiRequest) -> Response:
    """List the holds on your accounts, newest first."""
    account_id = query.id_of(request, "account_id", ids.ACCOUNT)
    status = query.choice(request, "status", get_args(HoldStatus))
    user_id: str | None = request.caller.user_id
    if account_id is not None:
        wiring.owners().require(request.caller, account_id)
        user_id = None
    before = pages.cursor_of(request, HoldCursor, HoldCursor())
    limit = pages.limit_of(request)
    page = wiring.holds().page(user_id, account_id, status, before, limit)
    return pages.page_response(request, *page)


@resource.route(
    "GET", "/holds/{hold_id}", "Read a hold", answers={200: HoldView}, errors=("not_found",)
)
def get_hold(request: ApiRequest, hold_id: str) -> Response:
    """Return a hold, once it has been applied."""
    checked_id(hold_id, ids.HOLD, "hold")
    hold = wiring.holds().find(hold_id)
    if hold is None or not may_see(request.caller, wiring.owners().owner_of(hold.account_id)):
        raise NotFound(NO_HOLD)
    return json_response(hold)
