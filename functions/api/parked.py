"""Parked commands: for operators to look at, replay or discard."""

from __future__ import annotations

from typing import Final, get_args

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import commands, paging, query
from functions.api import schemas as s
from functions.api.accepted import accept
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id
from handlers.domain import ids
from handlers.domain.commands import Resolution
from handlers.domain.parking import NO_ACCOUNT
from handlers.errors import Forbidden
from handlers.queries.parked import ParkedCursor
from handlers.queries.views import ParkedStatus, ParkedView, TransactionView

resource: Final = Resource("Parked commands")
_ANSWERS: Final = {200: TransactionView, 201: TransactionView, 202: TransactionView}
_ERRORS: Final = ("not_found", "forbidden", "unavailable")

_replay: Final = msgspec.json.Decoder(s.Replay)
_discard: Final = msgspec.json.Decoder(s.Discard)


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
    _require_operator(request)
    status = query.choice(request, "status", get_args(ParkedStatus))
    account_id = query.id_of(request, "account_id", ids.ACCOUNT)
    after = paging.cursor_of(request, ParkedCursor, ParkedCursor())
    limit = paging.limit_of(request)
    return paging.page_response(request, *wiring.parked().page(status, account_id, after, limit))


@resource.route(
    "POST",
    "/parked/{parked_id}/replay",
    "Replay a parked command",
    body=s.Replay,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=("Idempotency-Key", "Prefer"),
)
def replay_parked(request: ApiRequest, parked_id: str) -> Response:
    """Try a parked command again, then those behind it."""
    return _resolve(request, parked_id, "replay", request.decode(_replay).reason)


@resource.route(
    "POST",
    "/parked/{parked_id}/discard",
    "Discard a parked command",
    body=s.Discard,
    answers=_ANSWERS,
    errors=_ERRORS,
    parameters=("Idempotency-Key", "Prefer"),
)
def discard_parked(request: ApiRequest, parked_id: str) -> Response:
    """Give a parked command up, for a reason; its transaction ends rejected."""
    return _resolve(request, parked_id, "discard", request.decode(_discard).reason)


def _resolve(
    request: ApiRequest, parked_id: str, action: Resolution, reason: str | None
) -> Response:
    _require_operator(request)
    checked_id(parked_id, ids.PARKED, "parked command")
    parked = wiring.parked().find(parked_id)
    command = commands.resolution(
        request.asker(), parked.account_id or NO_ACCOUNT, parked_id, action, reason or ""
    )
    wiring.trail().note(request.caller.user_id, action, parked_id, reason, request.request_id)
    return accept(request, command, parked.position.partition)


def _require_operator(request: ApiRequest) -> None:
    if not request.caller.is_operator:
        raise Forbidden("only operators work the parked commands")
