"""Examples for the OpenAPI document, generated from its schemas so that they stay in step."""

from __future__ import annotations

from typing import Any, Final

_ID: Final = "019aab54d2f07c3e8f6a1b2c3d4e5f60"
_OTHER_ID: Final = "019aab54e8417d21a0b9c8d7e6f5a4b3"
_TIME: Final = "2026-11-22T09:30:00.250000Z"

#: Example values by field name.
_FIELDS: Final[dict[str, Any]] = {
    "account_id": "acc_" + _ID,
    "source_account_id": "acc_" + _ID,
    "destination_account_id": "acc_" + _OTHER_ID,
    "counterparty_account_id": "acc_" + _OTHER_ID,
    "transaction_id": "txn_" + _ID,
    "user_id": "usr_" + _ID,
    "hold_id": "hld_" + _ID,
    "parked_id": "prk_" + _ID,
    "webhook_id": "whk_" + _ID,
    "delivery_id": "dlv_" + _ID,
    "key_id": "key_" + _ID,
    "event_id": f"evt_{_ID}-1-completed",
    "type": "deposit.completed",
    "request_id": "req_" + _ID,
    "email": "ada@example.com",
    "name": "Ada",
    "amount": 1250,
    "balance": 1250,
    "available": 1250,
    "balance_after": 1250,
    "opening_balance": 0,
    "closing_balance": 1250,
    "captured_amount": 0,
    "overdraft_left": 0,
    "daily_amount_used": 25_000,
    "daily_amount_left": 75_000,
    "daily_count_used": 2,
    "daily_count_left": 18,
    "accounts": 1,
    "debit": 0,
    "credit": 1250,
    "next_offset": 42,
    "currency": "EUR",
    "kind": "deposit",
    "metadata": {"order": "4711"},
    "expires_in": 3600,
    "overdraft_limit": 0,
    "daily_amount": 100_000,
    "daily_count": 20,
    "idempotency_key": "order-4711",
    "reason": "requested by the customer",
    "partition": 3,
    "offset": 41,
    "version": 1,
    "hash": "9f" * 32,
    "token": "llt_shown-once",
    "key": "llk_shown-once",
    "from": _TIME,
    "to": _TIME,
    "at": _TIME,
    "events": "deposit.*",
    "last_status": 200,
    "resolved_by": "usr_" + _ID,
    "value_base64": "eyJraW5kIjo=",
    "url": "https://example.com/ledger-events",
    "secret": "whsec_shown-once",
}
_TRANSACTION: Final = {
    "transaction_id": "txn_" + _ID,
    "kind": "deposit",
    "amount": 1250,
    "currency": "EUR",
    "account_id": "acc_" + _ID,
    "description": "Rent for May",
    "metadata": {"order": "4711"},
    "position": {"partition": 3, "offset": 41},
    "requested_at": _TIME,
    "reverses": None,
}
#: The other fields of a transaction, by the response status.
_OUTCOMES: Final[dict[int, dict[str, Any]]] = {
    200: {"status": "rejected", "reason": "insufficient_funds"},
    201: {"status": "completed", "reason": None, "balance_after": 1250, "completed_at": _TIME},
    202: {"status": "pending", "reason": None, "balance_after": None, "completed_at": None},
}


def body_example(name: str, components: dict[str, Any]) -> Any:
    """Return an example request body with every field filled in."""
    return _of({"$ref": name}, components, "", is_answer=False)


def transaction_example(status: int) -> dict[str, Any]:
    """Return an example transaction for a response status."""
    outcome = _OUTCOMES[status]
    example = _TRANSACTION | {"balance_after": None, "completed_at": _TIME} | outcome
    return example


def answer_example(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Return an example response body."""
    return _of(schema, components, "", is_answer=True)


def _of(schema: dict[str, Any], components: dict[str, Any], name: str, *, is_answer: bool) -> Any:
    if "$ref" in schema:
        title = schema["$ref"].rsplit("/", 1)[-1]
        if title == "TransactionView":
            return transaction_example(201)
        return _of(components[title], components, name, is_answer=is_answer)
    for word in ("const", "example"):
        if word in schema:
            return schema[word]
    if "examples" in schema:
        return schema["examples"][0]
    if name in _FIELDS and _fits(_FIELDS[name], schema):
        return _FIELDS[name]
    if "enum" in schema:
        return schema["enum"][0]
    if name.endswith("_at"):
        return _TIME
    return _by_kind(schema, components, name, is_answer=is_answer)


def _by_kind(
    schema: dict[str, Any], components: dict[str, Any], name: str, *, is_answer: bool
) -> Any:
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _of(schema[word][0], components, name, is_answer=is_answer)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        required = schema.get("required", [])
        return {
            field: _of(inner, components, field, is_answer=is_answer)
            for field, inner in fields.items()
            # A response omits a field without a default where it does not apply.
            if not is_answer or field in required or "default" in inner
        }
    if kind == "array":
        return [_of(schema["items"], components, name, is_answer=is_answer)]
    plain: dict[str | None, Any] = {"integer": schema.get("minimum", 0), "boolean": False}
    return plain.get(kind, None if kind == "null" else name or "text")


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether a schema accepts this type of value."""
    kinds = {str: "string", int: "integer", dict: "object"}
    choices = [schema, *schema.get("anyOf", [])]
    if any("$ref" in choice for choice in choices):
        return False
    for choice in choices:
        named = choice.get("type")
        if kinds[type(value)] in (named if isinstance(named, list) else [named]):
            return "enum" not in choice or value in choice["enum"]
    return False
