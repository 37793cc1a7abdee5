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
        "How many at most.",
        type="integer",
        minimum=1,
        maximum=MAX_LIMIT,
        default=DEFAULT_LIMIT,
    ),
    "cursor": _query(
        "cursor",
        "`next_cursor` of the page before. It belongs to its list: the other parameters, `limit` "
        "aside, are those of the page before.",
    ),
    "account_id": _query("account_id", "Of this account only.", pattern="^acc_[0-9a-f]{32}$"),
    "user_id": _query("user_id", "Of this user; for operators.", pattern="^usr_[0-9a-f]{32}$"),
    "status": _query("status", "With this status only.", enum=list(get_args(Status))),
    "kind": _query("kind", "Of this kind only.", enum=list(KINDS)),
    "hold_status": _query("status", "With this status only.", enum=list(get_args(HoldStatus))),
    "parked_status": _query("status", "With this status only.", enum=list(get_args(ParkedStatus))),
    "delivery_status": _query(
        "status", "With this status only.", enum=list(get_args(DeliveryStatus))
    ),
    "from": _time("from", "From this time, included."),
    "to": _time("to", "Until this time, excluded. It may lie in the future."),
    "statement_from": _time(
        "from", "From this time, included; from the opening by default. Not in the future."
    ),
    "statement_to": _time(
        "to",
        "Until this time, excluded; all that has happened by default. Where it lies in the future "
        "the statement is of what has happened, and its own `to` says until when.",
    ),
    "at": _time(
        "at",
        "As of this time, included; the latest by default. Refused if it lies in the future: later "
        "than the service's clock and than the newest record of the account's partition, so that "
        "`completed_at` of any transaction may be asked for.",
    ),
    "min_amount": _amount("min_amount", "Of this amount or more, in minor units."),
    "max_amount": _amount("max_amount", "Of this amount or less, in minor units."),
    "metadata": {
        "name": "metadata",
        "in": "query",
        "description": "`metadata.<key>=<value>`: with this value of this key of its metadata; "
        "several must all fit. A transaction's metadata is found by who asked for it, and by "
        "operators.",
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
    "currency": _query("currency", "In this currency only.", enum=sorted(EXPONENTS)),
    "format": _query("format", "JSON by default.", enum=["json", "csv"]),
    "position": _query(
        "position",
        "`<partition>-<offset>`, as `Location` gives it.",
        pattern=r"^[0-9]{1,9}-[0-9]{1,18}$",
    ),
    "Idempotency-Key": _header(
        "Idempotency-Key",
        "Makes a retry safe: the same key is the same transaction. "
        f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters.",
        minLength=1,
        maxLength=MAX_IDEMPOTENCY_KEY,
        pattern="^[ -~]+$",
    ),
    "Prefer": _header(
        "Prefer", "`wait=N`: hold the answer until the result is there, N seconds at most (20)."
    ),
    "If-None-Match": _header("If-None-Match", "The `ETag` that you have."),
    "X-Request-Id": _header("X-Request-Id", "Your id of the request, for the logs."),
}


def query_names(parameters: Iterable[str]) -> frozenset[str]:
    """Return the names that a route's query parameters have in a URL.

    Parameters
    ----------
    parameters
        Keys of `PARAMETERS`; those of headers are passed over.

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


#: The parameters of paths, all ids. Some have the name of a query parameter.
PATH_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    f"path_{name}": {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{prefix}_[0-9a-f]{{32}}$"},
    }
    for name, prefix in _PREFIXES.items()
}
