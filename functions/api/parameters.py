"""The query parameters and headers of the API, described once for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final, get_args

from functions.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from functions.api.parked import STATUSES
from functions.api.transactions import KINDS
from handlers.domain.state import Status
from handlers.webhooks.deliveries import DeliveryStatus


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {**_query(name, description, **schema), "in": "header"}


PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "How many at most.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
    },
    "cursor": _query("cursor", "`next_cursor` of the page before."),
    "account_id": _query("account_id", "Of this account only.", pattern="^acc_[0-9a-f]{32}$"),
    "user_id": _query("user_id", "Of this user; for operators.", pattern="^usr_[0-9a-f]{32}$"),
    "status": _query("status", "With this status only.", enum=list(get_args(Status))),
    "kind": _query("kind", "Of this kind only.", enum=list(KINDS)),
    "parked_status": _query("status", "With this status only.", enum=list(STATUSES)),
    "delivery_status": _query(
        "status", "With this status only.", enum=list(get_args(DeliveryStatus))
    ),
    "from": _query("from", "From this time, included.", format="date-time"),
    "to": _query("to", "Until this time, excluded.", format="date-time"),
    "at": _query("at", "As of this time; now by default.", format="date-time"),
    "format": _query("format", "JSON by default.", enum=["json", "csv"]),
    "position": _query(
        "position",
        "`<partition>-<offset>`, as `Location` gives it.",
        pattern=r"^[0-9]{1,9}-[0-9]{1,18}$",
    ),
    "Idempotency-Key": _header(
        "Idempotency-Key",
        "Makes a retry safe: the same key is the same transaction. 1 to 255 printable ASCII "
        "characters.",
        minLength=1,
        maxLength=255,
        pattern="^[ -~]+$",
    ),
    "Prefer": _header(
        "Prefer", "`wait=N`: hold the answer until the result is there, N seconds at most (20)."
    ),
    "If-None-Match": _header("If-None-Match", "The `ETag` that you have."),
    "X-Request-Id": _header("X-Request-Id", "Your id of the request, for the logs."),
}

_PREFIXES: Final = {
    "account_id": "acc",
    "hold_id": "hld",
    "transaction_id": "txn",
    "parked_id": "prk",
    "webhook_id": "whk",
    "delivery_id": "dlv",
}


def path_parameter(name: str) -> dict[str, Any]:
    """Describe a parameter of a path: an id."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{_PREFIXES[name]}_[0-9a-f]{{32}}$"},
    }
