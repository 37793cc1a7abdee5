"""Requests for each operation of the table, through its route and as a batch item."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from functions.api.operations import CommandOperation
from tests.support.http import Answer, Client

_CASH: Final = {"amount": 5, "currency": "EUR"}
_WHY: Final = {"reason": "because"}

#: A valid body of each operation, without the object's id. An operation that is missing here fails
#: every test that iterates over the table.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "create_account": {"currency": "EUR", "name": "Rent"},
    "update_account": {"name": "Rent", "metadata": {"a": "1", "b": None}},
    "create_deposit": _CASH | {"description": "Lunch", "metadata": {"b": "2", "a": "1"}},
    "create_withdrawal": _CASH | {"metadata": {"a": "1"}},
    "create_transfer": _CASH | {"destination_account_id": "acc_" + "9" * 32},
    "create_hold": _CASH | {"destination_account_id": "acc_" + "9" * 32, "expires_in": 600},
    "capture_hold": {"amount": 4, "description": "Taken"},
    "void_hold": {},
    "create_reversal": {"amount": 3, "description": "Given back"},
    "freeze_account": {"direction": "debit", **_WHY},
    "unfreeze_account": dict(_WHY),
    "close_account": dict(_WHY),
    "set_limits": {"daily_amount": 100, **_WHY},
    "replay_parked": dict(_WHY),
    "discard_parked": dict(_WHY),
}


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    body: dict[str, Any]

    def send(self, client: Client, **headers: str) -> Answer:
        """Send the request. Header names have underscores."""
        dashed = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.call(self.method, self.path, self.body, dashed)


def by_route(operation: CommandOperation, object_id: str, **changed: Any) -> Asked:
    """Return a request to the operation's route."""
    body = BODIES[operation.name] | changed
    path = operation.path
    if operation.is_named_by_path:
        path = path.replace(f"{{{operation.names}}}", object_id)
    elif operation.names:
        body = body | {operation.names: object_id}
    return Asked(operation.method, path, body)


def as_item(operation: CommandOperation, object_id: str, **changed: Any) -> dict[str, Any]:
    """Return a request with the operation as a batch item."""
    assert operation.item is not None
    kind = operation.item.__struct_config__.tag
    return {"kind": kind, operation.names: object_id, **BODIES[operation.name], **changed}


def batch(*items: dict[str, Any]) -> Asked:
    """Return a request with several items."""
    return Asked("POST", "/transactions/batch", {"items": list(items)})


def without_request_id(answer: Answer) -> tuple[int, dict[str, str], str]:
    """Return a response's content without the request id."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return answer.status, headers, re.sub(r'"request_id":"[^"]*"', "", answer.text)
