"""Bounds of each value in the OpenAPI document, by the name of its field or header.

Nothing here validates requests: `functions.api.schemas` does, with the lengths from
`functions.api.lengths`.  Responses are not validated at run time, so one table documents their
bounds. Clients can size columns and buffers by it, and the tests check every response against the
document.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, get_args

import msgspec

from functions.api import schemas
from functions.api.errors import CODES, GATEWAY
from functions.api.lengths import MAX_METADATA_VALUE, MAX_REQUEST_ID, MAX_TEXT
from functions.api.pages import MAX_CURSOR_LENGTH, MAX_LIMIT
from functions.api.schemas import Body
from handlers.domain import ids
from handlers.domain.commands import MAX_METADATA_KEYS
from handlers.domain.kinds import EVENT_TYPES
from handlers.domain.money import EXPONENTS
from handlers.domain.parking import MAX_ERROR_LENGTH
from handlers.domain.scopes import SCOPES
from handlers.domain.state import AccountKind
from handlers.platform.bounds import MAX_BATCH, MAX_PARTITIONS
from handlers.platform.clock import MAX_TIME_LENGTH
from handlers.platform.random_ids import API_KEY_PREFIX, TOKEN_PREFIX
from handlers.platform.traceparent import NAME as TRACE
from handlers.reading.entries import MAX_STATEMENT_ENTRIES
from handlers.webhooks.signatures import HEADER, SECRET_PREFIX

Schema = dict[str, Any]

#: API Gateway's limit for the request line and headers together.
MAX_HEAD: Final = 10_240
#: API Gateway's limit for a response.
MAX_ANSWER: Final = 10 * 1024 * 1024
_INT64: Final = 2**63 - 1
_INT32: Final = 2**31 - 1
_ANY_TEXT: Final = r"^[\s\S]*$"


def _text(max_length: int, pattern: str = _ANY_TEXT) -> Schema:
    return {"maxLength": max_length, "pattern": pattern}


def _id(prefix: str) -> Schema:
    return _text(len(prefix) + 32, f"^{prefix}[0-9a-f]{{32}}$")


_TIME: Final[Schema] = {"format": "date-time", "maxLength": MAX_TIME_LENGTH}
_TIMES: Final = ("at", "from", "to")
_ACCOUNT: Final = _id(ids.ACCOUNT)
_CODES: Final = sorted({row.code for row in (*CODES.values(), *GATEWAY)})
#: Text fields and headers by name; ``[]`` is an item of a list, ``{}`` any field.  What clients
#: send themselves is in `_sent_texts`.
_TEXTS: Final[dict[str, Schema]] = {
    "account_id": _ACCOUNT,
    "source_account_id": _ACCOUNT,
    "destination_account_id": _ACCOUNT,
    "counterparty_account_id": _ACCOUNT,
    "user_id": _id(ids.USER),
    "resolved_by": _id(ids.USER),
    "transaction_id": _id(ids.TRANSACTION),
    "reverses": _id(ids.TRANSACTION),
    "hold_id": _id(ids.HOLD),
    "parked_id": _id(ids.PARKED),
    "webhook_id": _id(ids.WEBHOOK),
    "delivery_id": _id(ids.DELIVERY),
    "key_id": _id(ids.API_KEY),
    "event_id": _text(200, "^[!-~]+$"),
    "Ledgerlane-Event-Id": _text(200, "^[!-~]+$"),
    "Ledgerlane-Delivery-Id": _id(ids.DELIVERY),
    "Ledgerlane-Webhook-Id": _id(ids.WEBHOOK),
    TRACE: _text(55, "^00-[0-9a-f]{32}-[0-9a-f]{16}-01$"),
    HEADER: _text(200, "^t=[0-9]+,v1=[0-9a-f]{64}$"),
    "event_type": {"enum": list(EVENT_TYPES)},
    "events[]": _text(64, r"^(\*|[a-z_]+\.(\*|[a-z]+))$"),
    "scopes[]": {"enum": list(SCOPES)},
    "currency": _text(3, "^[A-Z]{3}$"),
    "hash": _text(64, "^[0-9a-f]{64}$"),
    "token": _text(64, f"^{TOKEN_PREFIX}[A-Za-z0-9_-]+$"),
    "key": _text(64, f"^{API_KEY_PREFIX}[A-Za-z0-9_-]+$"),
    "secret": _text(100, f"^{SECRET_PREFIX}[!-~]+$"),
    "note": _text(MAX_TEXT),
    "metadata{}": _text(MAX_METADATA_VALUE),
    "error": _text(MAX_ERROR_LENGTH),
    "last_error": _text(MAX_ERROR_LENGTH),
    "value_base64": _text(MAX_ANSWER, "^[A-Za-z0-9+/]*=*$"),
    "next_cursor": _text(MAX_CURSOR_LENGTH, "^[!-~]*$"),
    "position": {"maxLength": 28},
    "cursor": _text(MAX_CURSOR_LENGTH, "^[!-~]+$"),
    "type": _text(100, "^[!-~]+$"),
    "title": _text(200),
    # A problem quotes the invalid value, however long.
    "detail": _text(MAX_ANSWER),
    "code": {"enum": _CODES},
    "field": _text(MAX_ANSWER),
    "message": _text(MAX_ANSWER),
    "request_id": _text(MAX_REQUEST_ID, "^[ -~]*$"),
    "X-Request-Id": _text(MAX_REQUEST_ID, f"^[ -~]{{1,{MAX_REQUEST_ID}}}$"),
    "Location": _text(300, "^/[!-~]*$"),
    "Preference-Applied": _text(32, "^wait=[0-9]+$"),
    "ETag": _text(100, '^"[!-~]+"$'),
    "Retry-After": _text(10, "^[0-9]+$"),
    "WWW-Authenticate": _text(200, "^Bearer[ -~]*$"),
    "x-amzn-Remapped-WWW-Authenticate": _text(200, "^Bearer[ -~]*$"),
    "Allow": _text(200, "^[A-Z]+(, [A-Z]+)*$"),
}
#: Request headers: values that the ledger does not understand are ignored, so only API Gateway's
#: limit for all headers together applies.
_SENT: Final[dict[str, Schema]] = {
    "?Prefer": _text(MAX_HEAD),
    "?If-None-Match": _text(MAX_HEAD),
    "?X-Request-Id": _text(MAX_HEAD),
}
#: Responses that are not JSON.
_DOCUMENT: Final = _text(MAX_ANSWER)
#: Integer fields by name: minimum and maximum.
_INTEGERS: Final[dict[str, tuple[int, int]]] = {
    "status": (400, 599),
    # A webhook's server may return any three-digit status.
    "last_status": (100, 999),
    "partition": (0, _INT32),
    "attempts": (0, _INT32),
    **dict.fromkeys(("offset", "next_offset", "version", "accounts"), (0, _INT64)),
    **dict.fromkeys(("captured_amount", "held", "overdraft_limit"), (0, _INT64)),
    **dict.fromkeys(("daily_amount", "daily_amount_used", "daily_count"), (0, _INT64)),
    **dict.fromkeys(("daily_count_used",), (0, _INT64)),
}
#: Lists by the name of their field.
_LISTS: Final[dict[str, int]] = {
    "data": MAX_LIMIT,
    "items": MAX_BATCH,
    # At most one for each parameter in a request line.
    "errors": MAX_HEAD,
    "scopes": 50,
    "events": 50,
    "currencies": len(EXPONENTS),
    "kinds": len(get_args(AccountKind)),
    "positions": MAX_PARTITIONS,
    "entries": MAX_STATEMENT_ENTRIES,
}


def bound(node: Any, name: str = "") -> None:
    """Add bounds to every schema below a part of the document that has none yet.

    Parameters
    ----------
    name
        The name of the field or header that this part describes.

    Raises
    ------
    KeyError
        If a text or list has no bounds and the tables above don't list it.
    """
    if isinstance(node, list):
        for each in node:
            bound(each, name)
    if not isinstance(node, dict):
        return
    types = node.get("type")
    if isinstance(types, str | list):
        _bound_schema(node, [types] if isinstance(types, str) else types, name)
    for key, value in node.items():
        match key:
            case "example" | "examples" | "default" | "enum" | "const" | "patternProperties":
                continue
            case "properties" | "headers":
                for field, schema in value.items():
                    bound(schema, field)
            case "items" if isinstance(value, dict):
                bound(value, f"{name}[]")
            case "additionalProperties" if isinstance(value, dict):
                bound(value, f"{name}{{}}")
            case "schema":
                bound(value, f"?{node['name']}" if "in" in node else name)
            case "anyOf" | "oneOf" | "allOf":
                bound(value, name)
            case _:
                bound(value)


def _writable(pattern: str) -> str:
    """Drop ranges above U+FFFF, which ECMAScript supports only with a flag."""
    return re.sub("[\U00010000-\U0010ffff](-[\U00010000-\U0010ffff])?", "", pattern)


def _known_text(schema: Schema, name: str) -> Schema:
    if not name:
        return _DOCUMENT
    if name in _SENT:
        return _SENT[name]
    if name.removeprefix("?") in _TIMES or name.endswith("_at"):
        return _TIME
    if "pattern" in schema and "maxLength" in schema:
        return {}
    name = name.removeprefix("?")
    return _TEXTS.get(name) or _sent_texts()[name]


@cache
def _sent_texts() -> dict[str, Schema]:
    """Return the bounds of texts from clients, which also hold where a response shows them."""
    bodies = [
        body for body in vars(schemas).values() if isinstance(body, type) and issubclass(body, Body)
    ]
    _, components = msgspec.json.schema_components(bodies)
    return {
        name: _text(kind["maxLength"])
        for component in components.values()
        for name, schema in component.get("properties", {}).items()
        for kind in schema.get("anyOf", [schema])
        if kind.get("type") == "string" and "maxLength" in kind
    }


def _bound_schema(schema: Schema, types: list[str], name: str) -> None:
    if "string" in types and not schema.keys() & {"enum", "const"}:
        known = _known_text(schema, name)
        if "enum" in known and "null" in types:
            known = {"enum": [*known["enum"], None]}
        for word, value in known.items():
            # The schema that validates wins; this only fills in what it leaves out.
            if not (word == "pattern" and "format" in schema):
                schema.setdefault(word, value)
        if "pattern" in schema:
            schema["pattern"] = _writable(schema["pattern"])
    if "integer" in types:
        least, greatest = _INTEGERS.get(name.removeprefix("?"), (-_INT64, _INT64))
        schema.setdefault("minimum", least)
        schema.setdefault("maximum", greatest)
        schema.setdefault("format", "int32" if schema["maximum"] <= _INT32 else "int64")
    if "array" in types:
        schema.setdefault("maxItems", _LISTS[name])
    if "object" in types and name == "metadata":
        schema.setdefault("maxProperties", MAX_METADATA_KEYS)
