"""Validation of request bodies against an API's models, which are JSON Schemas (draft 4).

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
"""

from __future__ import annotations

import base64
import functools
import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from dataplane.http.gateway_responses import GatewayError
from dataplane.http.media import bare_type
from dataplane.http.parameters import find_header
from dataplane.model import RestApi, Route

_DEFAULT_TYPE = "application/json"
_ANY_TYPE = "$default"
# As LocalStack recorded it of API Gateway (test_api_gateway_request_validator).
_NO_BODY = "{}"
_MAXIMUM_ERRORS = 5
# Messages say this instead of a value, because they are logged.
_MASK = "value"


class BodyModels:
    """The models of an API's methods, ready to validate.

    Raises
    ------
    ValueError
        If a model is not a JSON Schema, or refers to one that does not exist.
    """

    def __init__(self, api: RestApi) -> None:
        schemas = dict(api.models)
        used = {name for route in api.routes for _, name in route.body_models}
        self._validators = {name: _validator(schemas, name) for name in used}
        self._by_route = {
            id(route): dict(route.body_models) for route in api.routes if route.body_models
        }

    def check(self, route: Route, event: dict[str, Any]) -> None:
        """Validate a request's body with the model for its content type, if there is one.

        Parameters
        ----------
        event
            The proxy event.

        Raises
        ------
        GatewayError
            If the body is not valid.
        """
        by_type = self._by_route[id(route)]
        content_type = bare_type(find_header(event, "content-type") or _DEFAULT_TYPE)
        name = by_type.get(content_type) or by_type.get(_ANY_TYPE)
        if name is None:
            return
        errors = self._errors(name, event)
        if errors:
            told = f"[{', '.join(errors)}]"
            raise GatewayError(
                "BAD_REQUEST_BODY",
                reason="Request body does not match model schema for content type "
                f"{content_type}: {told}",
                validation=told,
            )

    def _errors(self, name: str, event: dict[str, Any]) -> list[str]:
        try:
            body = _parsed(event)
        except (ValueError, RecursionError):
            return ["the body is not JSON"]
        validator = self._validators[name]
        if validator.is_valid(body):
            return []
        found = zip(range(_MAXIMUM_ERRORS), validator.iter_errors(body), strict=False)
        return [error.message for _, error in found]


def problem_of(schemas: Mapping[str, str], name: str) -> str | None:
    """Return why a model can't validate anything; None if it can.

    Parameters
    ----------
    schemas
        The API's models by name, as JSON.
    """
    try:
        _validator(schemas, name)
    except ValueError as error:
        return f"the model {name} is not supported: {str(error).partition(chr(10))[0]}"
    return None


def prepare(api: RestApi) -> None:
    """Load what validating an API's bodies needs, while it can be imported."""
    if any(route.body_models for route in api.routes):
        _library()


def _validator(schemas: Mapping[str, str], name: str) -> Any:
    def retrieve(uri: str) -> Any:
        # .../restapis/API/models/NAME. Nothing is fetched from anywhere.
        return _schema(schemas, uri.rpartition("/")[2])

    return _library().Draft4Validator(_schema(schemas, name), retriever=retrieve, mask=_MASK)


def _schema(schemas: Mapping[str, str], name: str) -> Any:
    if name not in schemas:
        raise ValueError(f"there is no model {name}")
    return json.loads(schemas[name])


@functools.cache
def _library() -> Any:
    """Import the validator, and hide it from the function that may run in this process.

    A function must find only what is in its artefact, possibly another version of the same.
    """
    import jsonschema_rs

    for loaded in [key for key in sys.modules if key.partition(".")[0] == jsonschema_rs.__name__]:
        del sys.modules[loaded]
    return jsonschema_rs


def _parsed(event: dict[str, Any]) -> Any:
    text = event["body"] or _NO_BODY
    if event["isBase64Encoded"]:
        text = base64.b64decode(text)
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
