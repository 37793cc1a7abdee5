"""Accounts: open and change them, read their balances and history."""

from __future__ import annotations

from typing import Final
from zlib import crc32

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import pages, query
from functions.api import schemas as s
from functions.api.command_routes import command_routes, serve, take
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id, json_response
from functions.api.operations import NOTHING_YET, OPENING, decided
from functions.api.statement_csv import statement_csv
from handlers.domain import ids
from handlers.domain.commands import AccountOpening
from handlers.platform.clock import EPOCH, LATEST
from handlers.platform.errors import Forbidden, IdempotencyConflict, Unavailable
from handlers.reading.accounts import AccountCursor
from handlers.reading.entries import LAST_VERSION
from handlers.reading.limits import LimitsView
from handlers.reading.metadata import reader_of
from handlers.reading.views import AccountView, BalanceView, EntryView, PositionView, StatementView

resource: Final = Resource("Accounts")
OPENING_WAIT_S: Final = 15.0
_body: Final = msgspec.json.Decoder(OPENING.body)
_version: Final = msgspec.json.Decoder(AccountView)


def _create_account(request: ApiRequest) -> Response:
    body = request.decode(_body)
    wanted = decided(OPENING, request.caller, request.asker(), NOTHING_YET, body)
    command = wanted.command
    assert isinstance(command, AccountOpening)
    position = take(request, wanted)
    result = wiring.waiter().wait([(command, position)], OPENING_WAIT_S)[0]
    headers = {"Location": request.path_to(f"/accounts/{command.account_id}")}
    if result is None:
        pending = s.PendingAccount(
            command.account_id,
            command.currency,
            command.name,
            command.metadata,
            "pending",
            PositionView(*position),
        )
        return json_response(pending, 202, headers)
    if result.status == "rejected":
        raise IdempotencyConflict
    account = wiring.accounts().find(command.account_id)
    if account is None:
        raise Unavailable("the account is open but can't be read right now")
    return json_response(account, 201, headers)


serve(
    resource,
    OPENING,
    _create_account,
    {201: AccountView, 202: s.PendingAccount},
    ("Idempotency-Key",),
)
command_routes(resource)


@resource.route(
    "GET",
    "/accounts",
    "List accounts",
    answers={200: list[AccountView]},
    errors=("forbidden",),
    parameters=("limit", "cursor", "user_id", "metadata"),
)
def list_accounts(request: ApiRequest) -> Response:
    """List your accounts, oldest first. Operators can name another user."""
    user_id = query.id_of(request, "user_id", ids.USER) or request.caller.user_id
    if user_id != request.caller.user_id and not request.caller.is_operator:
        raise Forbidden("only operators can list other users' accounts")
    after = pages.cursor_of(request, AccountCursor, AccountCursor())
    limit, metadata = pages.limit_of(request), query.metadata(request)
    page = wiring.accounts().of_user(user_id, after, limit, metadata)
    return pages.page_response(request, *page)


@resource.route(
    "GET",
    "/accounts/{account_id}",
    "Read an account",
    answers={200: AccountView, 304: None},
    errors=("not_found",),
    parameters=("If-None-Match",),
)
def get_account(request: ApiRequest, account_id: str) -> Response:
    """Return the account with its balance. `ETag` changes whenever any field changes."""
    checked_id(account_id, ids.ACCOUNT, "account")
    json = wiring.accounts().json(request.caller, account_id)
    # Holds and freezes don't change the version, so the tag covers the whole response.
    tag = f'"{_version.decode(json).version}-{crc32(json):08x}"'
    known = request.headers.get("if-none-match")
    if known is not None and _matches(known, tag):
        return Response("", {"ETag": tag}, 304)
    return json_response(json, 200, {"ETag": tag})


@resource.route(
    "GET",
    "/accounts/{account_id}/balance",
    "Read a balance",
    answers={200: BalanceView},
    errors=("not_found",),
    parameters=("at",),
)
def get_balance(request: ApiRequest, account_id: str) -> Response:
    """Return the balance at a point in time, or the latest balance without `at`.

    The latest balance includes every transaction that has been reported as completed, and `held` is
    the account's. At a point in time, a hold counts until it was closed or expired.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    at = query.time(request, "at")
    if at is None:
        return json_response(wiring.accounts().balance(account_id))
    return json_response(wiring.accounts().balance_at(account_id, at))


@resource.route(
    "GET",
    "/accounts/{account_id}/limits",
    "Read an account's limits",
    answers={200: LimitsView},
    errors=("not_found",),
)
def get_limits(request: ApiRequest, account_id: str) -> Response:
    """Return the account's limits and what is left of them today."""
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    return json_response(wiring.limits().find(account_id))


@resource.route(
    "GET",
    "/accounts/{account_id}/entries",
    "List entries",
    answers={200: list[EntryView]},
    errors=("not_found",),
    parameters=("limit", "cursor", "from", "to"),
)
def list_entries(request: ApiRequest, account_id: str) -> Response:
    """List the entries that moved money into or out of the account, newest first."""
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    start, end = query.period(request)
    (before,) = pages.cursor_of(request, tuple[int], (LAST_VERSION,))
    data, version = wiring.entries().page(
        account_id,
        start or EPOCH,
        end or LATEST,
        before,
        pages.limit_of(request),
        reader=reader_of(request.caller),
    )
    return pages.page_response(request, data, None if version is None else (version,))


@resource.route(
    "GET",
    "/accounts/{account_id}/statement",
    "Get a statement",
    answers={200: StatementView},
    errors=("not_found",),
    parameters=("statement_from", "statement_to", "format"),
)
def get_statement(request: ApiRequest, account_id: str) -> Response:
    """Return a period's opening and closing balance and the entries between, oldest first.

    Without `to` it includes every transaction that has been reported as completed.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    wiring.owners().require(request.caller, account_id)
    form = query.choice(request, "format", ("json", "csv"))
    statement = wiring.entries().statement(
        account_id,
        query.time(request, "from"),
        query.time(request, "to"),
        reader=reader_of(request.caller),
    )
    if form == "csv":
        name = f"statement-{account_id}.csv"
        return Response(
            statement_csv(statement),
            {
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{name}"',
            },
            200,
        )
    return json_response(statement)


def _matches(known: str, tag: str) -> bool:
    """Tell whether ``If-None-Match`` matches a tag (RFC 9110, section 13.1.2: weak comparison)."""
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in known.split(","))
