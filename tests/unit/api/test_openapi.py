"""The document says what is served, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
import pytest

from app import RESOURCES, app
from functions.api import openapi, schemas
from functions.api.batch import ITEM
from functions.api.errors import CODES, GATEWAY, PROBLEM_JSON, TABLE
from functions.api.operations import BY_ITEM
from handlers.applying.events import Event
from handlers.domain import reasons
from handlers.domain.commands import AnyCommand
from handlers.domain.kinds import EVENT_TYPES, KINDS
from handlers.platform.errors import LedgerlaneError
from handlers.webhooks.signatures import HEADER
from tests.support.openapi import followed
from tests.unit.api.conftest import Api

#: Commands that are parts of others, or about no account.
FROM_THE_LEDGER = {"credit_leg", "settlement", "log_growth", "idempotency_verdict"}


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    answer = api.nobody.get("/openapi.json")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def test_every_route_is_described_with_its_methods(document: dict[str, Any]) -> None:
    described = {path: set(methods) for path, methods in document["paths"].items()}
    served = {path: {method.lower() for method in app.routes[path]} for path in app.routes}
    assert described == served
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = {
        (kind, name)
        for kind, name in re.findall(r'"#/components/(\w+)/([\w.-]+)"', json.dumps(document))
    }
    parts = document["components"]
    known = {(kind, name) for kind in parts.keys() - {"securitySchemes"} for name in parts[kind]}
    # Nor is there a part that nothing refers to.
    assert references == known


def test_what_refuses_a_request_stands_in_the_document_once(document: dict[str, Any]) -> None:
    own = [
        (path, method, status)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for status, response in operation["responses"].items()
        if int(status) >= 400 and "$ref" not in response
    ]
    # An unhealthy service says so in its own words, which are those of a healthy one.
    assert own == [("/health", "get", "503")]
    parameters = [
        parameter
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation["parameters"]
    ]
    assert all(parameter.keys() == {"$ref"} for parameter in parameters)


def test_an_item_of_a_batch_is_told_by_the_kind_that_is_read(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    mapping = schemas["Batch"]["properties"]["items"]["items"]["discriminator"]["mapping"]
    kinds = {
        kind: reference.rpartition("/")[2]
        for kind, reference in mapping.items()
        if schemas[reference.rpartition("/")[2]]["properties"]["kind"]["enum"] == [kind]
    }
    assert kinds.keys() == mapping.keys()
    assert [*kinds.values()] == [item.__name__ for item in BY_ITEM]


def test_an_object_without_named_fields_says_what_is_in_it(document: dict[str, Any]) -> None:
    def is_silent(schema: Any) -> bool:
        return "object" in schema.get("type", ()) and not (
            schema.keys() & {"properties", "additionalProperties"}
        )

    assert [path for path, schema in _objects("", document) if is_silent(schema)] == []


def _objects(path: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of the document with its path."""
    if isinstance(value, dict):
        yield path, value
    elif not isinstance(value, list):
        return
    for name, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _objects(f"{path}/{name}", child)


def test_the_words_of_reasons_kinds_and_event_types_are_in_the_document(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    of_reason = schemas["TransactionView"]["properties"]["reason"]["anyOf"]
    assert [one["enum"] for one in of_reason if "enum" in one] == [list(reasons.ALL)]
    assert {"insufficient_funds", "capture_pending", "idempotency_conflict"} <= set(reasons.ALL)
    kinds = {str(one.__struct_config__.tag) for one in get_args(AnyCommand)} - FROM_THE_LEDGER
    assert set(KINDS) == kinds
    assert schemas["TransactionView"]["properties"]["kind"]["enum"] == [*KINDS, "unknown"]
    assert schemas["EntryView"]["properties"]["kind"]["enum"] == [*KINDS, "return"]
    assert schemas["Event"]["properties"]["type"]["enum"] == list(EVENT_TYPES)
    assert schemas["DeliveryView"]["properties"]["event_type"]["enum"] == list(EVENT_TYPES)
    asked_for = schemas["NewWebhook"]["properties"]["events"]["items"]["enum"]
    assert set(EVENT_TYPES) < set(asked_for)
    assert {"*", "deposit.*"} < set(asked_for)


def test_what_is_sent_to_webhooks_is_described(document: dict[str, Any]) -> None:
    sent = document["webhooks"]["event"]["post"]
    body = sent["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Event"}
    example = msgspec.json.decode(msgspec.json.encode(body["example"]), type=Event)
    assert example.transaction.status == "completed"
    assert {one["name"] for one in sent["parameters"]} >= {HEADER, "Ledgerlane-Event-Id"}
    assert document["components"]["schemas"]["Event"]["properties"]["transaction"] == {
        "$ref": "#/components/schemas/TransactionView"
    }


def test_what_the_gateway_answers_by_itself_is_described(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for row in GATEWAY:
                described = followed(operation["responses"][str(row.status)], document)
                example = described["content"][PROBLEM_JSON]["examples"][row.code]["value"]
                assert (example["type"] == "about:blank") == (row.status == 431)
                assert "X-Request-Id" in described["headers"]
                assert ("Retry-After" in described["headers"]) == (row.status not in (400, 431))
    for status, code in (("404", "no_such_route"), ("405", "method_not_allowed")):
        described = followed(document["x-without-operation"][status], document)
        assert code in described["content"][PROBLEM_JSON]["examples"]


def test_every_path_parameter_is_described(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            parameters = [followed(one, document) for one in operation["parameters"]]
            described = {p["name"] for p in parameters if p["in"] == "path"}
            assert described == set(re.findall(r"\{(\w+)\}", path))


def test_public_routes_need_no_token_and_others_do(document: dict[str, Any]) -> None:
    for resource in RESOURCES:
        for operation in resource.operations:
            described = document["paths"][operation.path][operation.method.lower()]
            assert (described.get("security") == []) == operation.is_public
            assert ("401" in described["responses"]) == (
                not operation.is_public or "bad_credentials" in operation.errors
            )


def test_every_error_has_a_row_and_every_named_code_exists() -> None:
    # Those that callers of the API may meet; commands of an operator have errors of their own.
    direct = LedgerlaneError.__subclasses__()
    every = {*direct, *(kind for each in direct for kind in each.__subclasses__())}
    assert set(TABLE) == {kind for kind in every if kind.__module__ == "handlers.platform.errors"}
    for resource in RESOURCES:
        for operation in resource.operations:
            assert set(operation.errors) <= CODES.keys()


def test_examples_are_valid_by_their_own_schemas() -> None:
    seen = 0
    for resource in RESOURCES:
        for operation in resource.operations:
            if operation.body is None:
                continue
            schema = msgspec.json.schema_components([operation.body])[1]
            fields = schema[operation.body.__name__]["properties"]
            # What may be null as well has its examples one level deeper.
            known = [
                (name, example)
                for name, field in fields.items()
                for form in (field, *field.get("anyOf", []))
                for example in form.get("examples", [])
            ]
            kinds = {
                field.encode_name: field.type for field in msgspec.structs.fields(operation.body)
            }
            for name, example in known:
                msgspec.convert(example, kinds[name])
                seen += 1
    assert seen > 20


def test_every_example_of_a_body_is_accepted_as_one() -> None:
    document = json.loads(openapi.document("/v1"))
    seen = 0
    for resource in RESOURCES:
        for operation in resource.operations:
            if operation.body is None:
                continue
            described = document["paths"][operation.path][operation.method.lower()]
            example = described["requestBody"]["content"]["application/json"]["example"]
            msgspec.json.decode(json.dumps(example), type=operation.body)
            if operation.body is schemas.Batch:
                for item in example["items"]:
                    msgspec.convert(item, ITEM)
            seen += 1
    assert seen > 15


def test_every_example_of_an_answer_is_one_that_could_be_given() -> None:
    document = json.loads(openapi.document("/v1"))
    seen = 0
    for resource in RESOURCES:
        for operation in resource.operations:
            described = document["paths"][operation.path][operation.method.lower()]
            for status, answer in operation.answers.items():
                if not isinstance(answer, type) or get_origin(answer) is not None:
                    continue
                response = followed(described["responses"][str(status)], document)
                content = response["content"]["application/json"]
                encoded = msgspec.json.encode(content["example"])
                msgspec.json.decode(encoded, type=answer)
                seen += 1
    assert seen > 40
