"""The query parameters and headers of the API, described once for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, get_args

from functions.api.lengths import MAX_IDEMPOTENCY_KEY, MAX_METADATA_KEY, MAX_METADATA_VALUE
from functions.api.pages import DEFAULT_LIMIT, MAX_LIMIT
from functions.api.query import EXAMPLE_TIME, METADATA
from handlers.domain.kinds import KINDS
from handlers.domain.money import EXPONENTS, MAX_AMOUNT
from handlers.domain.state import Status
from handlers.reading.holds import HoldStatus
from handlers.reading.views import ParkedStatus
from handlers.webhooks.deliveries import DeliveryStatus


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _time(name: str, description: str) -> dict[str, Any]:
    return {**_query(name, description, format="date-time"), "example": EXAMPLE_TIME}


def _amount(name: str, description: str) -> dict[str, Any]:
    return _query(name, description, type="integer", minimum=1, maximum=MAX_AMOUNT)


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {**_query(name, description, **schema), "in": "header"}


PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "limit": _query(
        "limit",
        "The maximum number of results.",
        type="integer",
        minimum=1,
        maximum=MAX_LIMIT,
        default=DEFAULT_LIMIT,
    ),
    "cursor": _query(
        "cursor",
        "`next_cursor` of the previous page. A cursor belongs to its list: repeat the other "
        "parameters of the previous page, except `limit`.",
    ),
    "account_id": _query("account_id", "Only for this account.", pattern="^acc_[0-9a-f]{32}$"),
    "user_id": _query(
        "user_id",
        "Only for this user. Requires the operator role.",
        pattern="^usr_[0-9a-f]{32}$",
    ),
    "status": _query("status", "Only with this status.", enum=list(get_args(Status))),
    "kind": _query("kind", "Only of this kind.", enum=list(KINDS)),
    "hold_status": _query("status", "Only with this status.", enum=list(get_args(HoldStatus))),
    "parked_status": _query("status", "Only with this status.", enum=list(get_args(ParkedStatus))),
    "delivery_status": _query(
        "status", "Only with this status.", enum=list(get_args(DeliveryStatus))
    ),
    "from": _time("from", "From this time, inclusive."),
    "to": _time("to", "Until this time, exclusive. It may be in the future."),
    "statement_from": _time(
        "from", "From this time, inclusive. Default: the account's opening. Not in the future."
    ),
    "statement_to": _time(
        "to",
        "Until this time, exclusive. Default: everything so far. It may be in the future; the "
        "statement's own `to` then says how far it goes.",
    ),
    "at": _time(
        "at",
        "At this time, inclusive. Default: now. It may be any time up to the service's clock or "
        "the newest record in the account's partition, whichever is later, so it may be any "
        "transaction's `completed_at`.",
    ),
    "min_amount": _amount("min_amount", "At least this amount, in minor units."),
    "max_amount": _amount("max_amount", "At most this amount, in minor units."),
    "metadata": {
        "name": "metadata",
        "in": "query",
        "description": "`metadata.<key>=<value>`: only with this value for this metadata key. "
        "Several must all match. Only operators and the user who requested a transaction can "
        "search its metadata.",
        "style": "form",
        "explode": True,
        "schema": {
            "type": "object",
            "patternProperties": {
                rf"^metadata\.[^\u0000]{{1,{MAX_METADATA_KEY}}}$": {
                    "type": "string",
                    "maxLength": MAX_METADATA_VALUE,
                    "pattern": r"^[^\u0000]*$",
                }
            },
            "additionalProperties": False,
        },
    },
    "currency": _query("currency", "Only in this currency.", enum=sorted(EXPONENTS)),
    "format": _query("format", "Default: JSON.", enum=["json", "csv"]),
    "position": _query(
        "position",
        "`<partition>-<offset>`, from the `Location` header.",
        pattern=r"^[0-9]{1,9}-[0-9]{1,18}$",
    ),
    "Idempotency-Key": _header(
        "Idempotency-Key",
        "Makes a retry safe: the same key always means the same transaction. "
        f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters.",
        minLength=1,
        maxLength=MAX_IDEMPOTENCY_KEY,
        pattern="^[ -~]+$",
    ),
    "Prefer": _header("Prefer", "`wait=N`: wait up to N seconds for the result, at most 20."),
    "If-None-Match": _header("If-None-Match", "The `ETag` of the version you have."),
    "X-Request-Id": _header("X-Request-Id", "Your id for the request, for the logs."),
}


def query_names(parameters: Iterable[str]) -> frozenset[str]:
    """Return the names of a route's query parameters in a URL.

    Parameters
    ----------
    parameters
        Keys of `PARAMETERS`; headers are ignored.

    Returns
    -------
    frozenset of str
        `METADATA` stands for every name that starts with it.
    """
    described = (PARAMETERS[name] for name in parameters)
    return frozenset(
        METADATA if one["schema"]["type"] == "object" else one["name"]
        for one in described
        if one["in"] == "query"
    )


_PREFIXES: Final = {
    "account_id": "acc",
    "hold_id": "hld",
    "transaction_id": "txn",
    "parked_id": "prk",
    "webhook_id": "whk",
    "delivery_id": "dlv",
    "key_id": "key",
}


#: The parameters of paths, all of them ids. Some share their name with a query parameter.
PATH_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    f"path_{name}": {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{prefix}_[0-9a-f]{{32}}$"},
    }
    for name, prefix in _PREFIXES.items()
}
