"""The OpenAPI 3.1 document, generated from the routes and the schemas that validate requests."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, get_args, get_origin

import msgspec
from chalice.app import Response

from functions.api import notifications
from functions.api import schemas as s
from functions.api.document_bounds import bound
from functions.api.endpoint import Operation, Resource
from functions.api.errors import CODES, GATEWAY, NO_TYPE, PROBLEM_JSON, TYPE_BASE, Row
from functions.api.examples import answer_example, body_example, transaction_example
from functions.api.http import JSON, ApiRequest, json_response
from functions.api.operations import BY_ITEM, OPERATIONS
from functions.api.parameters import PARAMETERS, PATH_PARAMETERS
from handlers.domain.scopes import SCOPES
from handlers.platform.random_ids import API_KEY_PREFIX
from handlers.reading.views import StatementView, TransactionView

resource: Final = Resource("Service")
VERSION: Final = "1.0.0"
#: The parts of the document that are used more than once, by kind and name.
Components = dict[str, dict[str, Any]]
#: The documented resources; the app sets them once all are registered.
_resources: list[Resource] = []

#: Errors of every route with a body.
_BODY_ERRORS: Final = (
    "malformed_json",
    "body_too_large",
    "unsupported_media_type",
)
#: Errors of every route; unknown query parameters are refused everywhere.
_ANY_ERRORS: Final = ("internal_error", "unavailable", "validation_failed", "repeated_header")
#: Errors outside any operation.
_NO_OPERATION: Final = ("no_such_route", "method_not_allowed")

_SESSION: Final = "bearer"
_API_KEY: Final = "apiKey"
_SECURITY_SCHEMES: Final = {
    _SESSION: {
        "type": "http",
        "scheme": "bearer",
        "description": "A session token, from `POST /sessions`. It has every scope.",
    },
    _API_KEY: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": API_KEY_PREFIX,
        "description": "An API key, from `POST /api-keys`. It needs one of the scopes that the "
        "operation names. If the operation names none, any key works. The scopes are: "
        + ", ".join(f"`{scope}`" for scope in SCOPES)
        + ".",
    },
}

_REASONS: Final = {
    200: "Done.",
    201: "Completed.",
    202: "Accepted: the command is in the log and will be applied.",
    204: "Done; the response has no body.",
    304: "Not modified.",
    503: "Try again shortly.",
}

_HEADERS: Final = {
    "X-Request-Id": "The request's id: yours, or a generated one.",
    "Location": "The path of the result, with its position in the log.",
    "Preference-Applied": "The wait that was applied.",
    "ETag": "Changes whenever the account does.",
    "Retry-After": "Seconds.",
    "WWW-Authenticate": "How to authenticate.",
    "x-amzn-Remapped-WWW-Authenticate": "`WWW-Authenticate` under API Gateway's name for it.",
    "Allow": "The allowed methods.",
}


def describe(resources: list[Resource]) -> None:
    """Set the resources that the document describes."""
    _resources[:] = resources
    document.cache_clear()


@resource.route(
    "GET", "/openapi.json", "This document", answers={200: dict[str, Any]}, is_public=True
)
def get_openapi(request: ApiRequest) -> Response:
    """Return this API's OpenAPI 3.1 document."""
    return json_response(document(request.path_to("")))


@cache
def document(base_path: str) -> bytes:
    """Return the document as JSON.

    Parameters
    ----------
    base_path
        The path before every route, such as ``/v1``.
    """
    operations = [operation for each in _resources for operation in each.operations]
    paths: dict[str, dict[str, Any]] = {}
    components = _components(operations)
    for operation in operations:
        described = paths.setdefault(operation.path, {})
        described[operation.method.lower()] = _operation(operation, components)
    tags = list(dict.fromkeys(operation.tag for operation in operations))
    # Copy it, because parts are shared and would be bounded twice.
    described = msgspec.to_builtins(_document(base_path, tags, paths, components))
    bound(described)
    return msgspec.json.encode(described)


def _document(
    base_path: str, tags: list[str], paths: dict[str, Any], components: Components
) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ledgerlane",
            "version": VERSION,
            "contact": {"name": "Ledgerlane"},
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Moves money between accounts and keeps the books correct. "
            "Amounts are integers in minor units of an ISO 4217 currency.",
        },
        "servers": [{"url": base_path or "/", "x-internal": False}],
        "security": [{_SESSION: []}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "webhooks": notifications.described(
            _reference(notifications.SCHEMA), components["schemas"]
        ),
        "x-without-operation": {
            str(CODES[code].status): _refusal([CODES[code]], components) for code in _NO_OPERATION
        },
        "components": components,
    }


def _components(operations: list[Operation]) -> Components:
    return {
        "securitySchemes": _SECURITY_SCHEMES,
        "schemas": _schemas(operations),
        "parameters": PARAMETERS | PATH_PARAMETERS,
        "headers": {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        },
        # Routes and the document add the error responses that they use.
        "responses": {},
    }


def _component(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _operation(operation: Operation, components: Components) -> dict[str, Any]:
    parameters = [f"path_{name}" for name in re.findall(r"\{(\w+)\}", operation.path)]
    parameters += (*operation.parameters, "X-Request-Id")
    schemas = components["schemas"]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": re.sub(r"\s+", " ", operation.description),
        "tags": [operation.tag],
        "parameters": [_component("parameters", name) for name in parameters],
        "responses": _responses(operation, components),
    }
    if operation.is_public:
        described["security"] = []
    else:
        described["security"] = _security(operation)
    if operation.body is not None:
        schema = schemas[operation.body.__name__]
        described["requestBody"] = {
            # If no field is required, the body itself can be left out.
            "required": bool(schema.get("required") or schema.get("minProperties")),
            "content": {
                JSON: {
                    "schema": _reference(operation.body),
                    "example": body_example(operation.body.__name__, schemas),
                }
            },
        }
    return described


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Return the security requirements: a session, or a key with any one of the scopes.

    For a scheme other than OAuth 2, a requirement lists roles that are all required (OpenAPI 3.1,
    4.8.30). Scopes are alternatives, so each is a requirement of its own.
    """
    if operation.scopes == SCOPES:
        return [{_SESSION: []}, {_API_KEY: []}]
    return [{_SESSION: []}, *({_API_KEY: [str(scope)]} for scope in operation.scopes)]


def _responses(operation: Operation, components: Components) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in sorted(operation.answers.items()):
        described = _answered(operation, status, answer, components["schemas"])
        # Every command has the same responses.
        if answer is TransactionView and "Location" in described["headers"]:
            described = _shared(f"Transaction{status}", described, components)
        responses[str(status)] = described
    for status, rows in _errors(operation).items():
        known = responses.get(str(status))
        if known is None:
            responses[str(status)] = _refusal(rows, components)
            continue
        problems = _problems(rows)
        for part in ("headers", "content"):
            known[part] = known.get(part, {}) | problems[part]
    return responses


def _answered(
    operation: Operation, status: int, answer: Any, schemas: dict[str, Any]
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": _REASONS[status],
        "headers": _headers(operation, status),
    }
    if isinstance(answer, str):
        described["content"] = {answer: {"schema": {"type": "string"}}}
    elif answer is not None:
        described["content"] = {JSON: _answer(answer, status, schemas)}
        if answer is StatementView:
            described["content"]["text/csv"] = {"schema": {"type": "string"}}
    return described


def _refusal(rows: list[Row], components: Components) -> dict[str, str]:
    """Return a reference to the response for the errors with one status."""
    names = ["".join(map(str.capitalize, row.code.split("_"))) for row in rows]
    return _shared(f"{'Or'.join(names)}{rows[0].status}", _problems(rows), components)


def _shared(name: str, response: dict[str, Any], components: Components) -> dict[str, str]:
    if components["responses"].setdefault(name, response) != response:
        raise ValueError(f"two responses have the name {name}")
    return _component("responses", name)


def _problems(rows: list[Row]) -> dict[str, Any]:
    """Return the response object for errors with the same status."""
    content = {
        "schema": _reference(s.Problem),
        "examples": {row.code: {"value": _example(row)} for row in rows},
    }
    return {
        "description": "; ".join(row.title for row in rows) + ".",
        "headers": _error_headers(rows[0].status),
        "content": {PROBLEM_JSON: content},
    }


def _errors(operation: Operation) -> dict[int, list[Row]]:
    codes = [*operation.errors, *_ANY_ERRORS]
    if not operation.is_public:
        codes.append("unauthenticated")
        if operation.scopes != SCOPES:
            codes.append("forbidden")
        if operation.is_limited:
            codes.append("too_many_requests")
    if "unavailable" in operation.errors:
        codes.append("overloaded")
    if operation.body is not None:
        codes += _BODY_ERRORS
    if "{" in operation.path:
        codes.append("not_found")
    grouped: dict[int, list[Row]] = {}
    for row in dict.fromkeys((*(CODES[code] for code in codes), *GATEWAY)):
        grouped.setdefault(row.status, []).append(row)
    return dict(sorted(grouped.items()))


def _headers(operation: Operation, status: int) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if operation.body is not None and status in (200, 201, 202) and not operation.is_public:
        names.append("Location")
    if "Prefer" in operation.parameters and status < 300:
        names.append("Preference-Applied")
    if "If-None-Match" in operation.parameters and status in (200, 304):
        names.append("ETag")
    return _described(names)


def _error_headers(status: int) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if status in (429, 502, 503, 504):
        names.append("Retry-After")
    if status == 401:
        names += ["WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"]
    if status == 405:
        names.append("Allow")
    return _described(names)


def _described(names: list[str]) -> dict[str, Any]:
    return {name: _component("headers", name) for name in names}


def _example(row: Row) -> s.Problem:
    # API Gateway refuses oversized headers before it reads any response template.
    kind = NO_TYPE if row.status == 431 else TYPE_BASE + row.code
    return s.Problem(kind, row.title, row.status, row.title + ".", row.code, "req_1")


def _reference(schema: Any) -> dict[str, Any]:
    return _component("schemas", schema.__name__)


def _answer(answer: Any, status: int, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _answer_schema(answer)
    if answer is TransactionView:
        return {"schema": schema, "example": transaction_example(status)}
    if get_origin(answer) is dict:
        return {"schema": schema}
    return {"schema": schema, "example": answer_example(schema, schemas)}


def _answer_schema(answer: Any) -> dict[str, Any]:
    """Return a response's schema. A list type stands for a page of a list."""
    if get_origin(answer) is list:
        return {
            "type": "object",
            "required": ["data", "next_cursor"],
            "properties": {
                "data": {"type": "array", "items": _reference(get_args(answer)[0])},
                "next_cursor": {"type": ["string", "null"]},
            },
        }
    if get_origin(answer) is dict:
        return {"type": "object", "additionalProperties": True}
    return _reference(answer)


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    named: list[Any] = [s.Problem, notifications.SCHEMA, *BY_ITEM]
    for operation in operations:
        for schema in (operation.body, *operation.answers.values()):
            if get_origin(schema) is list:
                named.append(get_args(schema)[0])
            elif isinstance(schema, type) and get_origin(schema) is None:
                named.append(schema)
    _, components = msgspec.json.schema_components(
        dict.fromkeys(named), ref_template=_component("schemas", "{name}")["$ref"]
    )
    # The items of a batch are decoded one by one, so the schema of the batch does not know them.
    components["Batch"]["properties"]["items"]["items"] = {
        "oneOf": [_reference(item) for item in BY_ITEM],
        # Without a mapping, the schemas' names would be the kinds (OpenAPI 3.1, 4.8.25.4).
        "discriminator": {
            "propertyName": "kind",
            "mapping": {item.__struct_config__.tag: _reference(item)["$ref"] for item in BY_ITEM},
        },
    }
    components["BatchAnswer"]["properties"]["items"]["items"] = {
        "anyOf": [_reference(TransactionView), _reference(s.Problem)]
    }
    # A body that changes nothing is refused.
    components[s.AccountChanges.__name__]["minProperties"] = 1
    _describe_metadata(components)
    _require_reasons(components)
    return components


def _require_reasons(components: dict[str, Any]) -> None:
    """Mark operators' reasons as required, which requests are checked for after authorization."""
    for operation in OPERATIONS:
        if operation.audited is not None and operation.audited.is_operators_only:
            required = components[operation.body.__name__].setdefault("required", [])
            required += {operation.audited.reason} - set(required)


def _describe_metadata(components: dict[str, Any]) -> None:
    """Describe the views' raw JSON, which their types don't."""
    kinds = {
        "metadata": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
        "command": {"type": ["object", "null"], "additionalProperties": True},
    }
    for name in ("TransactionView", "EntryView", "ParkedView"):
        properties = components[name]["properties"]
        for field, schema in kinds.items():
            if field in properties:
                properties[field] = schema
