"""Request bodies are validated against the method's model, as API Gateway does."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from dataplane.http.body_models import problem_of
from dataplane.http.frontend import Frontend
from dataplane.http.protocol import Request
from dataplane.model import Deployment, GatewayResponse, RestApi, Route
from dataplane.process import package_folder, site_packages

# The model of AWS's page about request validation.
PET = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "Pet",
    "type": "object",
    "required": ["price", "type"],
    "properties": {
        "id": {"type": "integer"},
        "type": {"type": "string", "enum": ["dog", "cat", "fish"]},
        "price": {"type": "number", "minimum": 25.0, "maximum": 500.0, "exclusiveMaximum": True},
    },
}
PETS = {
    "type": "array",
    "items": {"$ref": "https://apigateway.amazonaws.com/restapis/a/models/Pet"},
}
SCHEMAS = {"Pet": json.dumps(PET), "Pets": json.dumps(PETS)}
GOOD = '{"price": 100, "type": "dog", "id": 1}'


class Echo:
    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        return {"statusCode": 200, "body": event["body"]}


class Api:
    """An API whose methods have models."""

    def __init__(self, **more: Any) -> None:
        json_only = (("application/json", "Pet"),)
        routes = (
            Route("POST", "/pet", "r1", "f", body_models=json_only),
            Route("POST", "/pets", "r2", "f", body_models=(("application/json", "Pets"),)),
            Route("POST", "/any", "r3", "f", body_models=(("$default", "Pet"),)),
            Route("POST", "/open", "r4", "f"),
        )
        models = tuple(SCHEMAS.items())
        self.api = RestApi("a", "n", "v1", routes, models=models, **more)
        self.lines: list[str] = []
        self._frontend = Frontend(self.api, {"f": Echo()}, "0", 80, note=self.lines.append)

    def post(
        self, path: str, body: str, content_type: str | None = "application/json"
    ) -> tuple[int, Any, str]:
        request = Request()
        request.method, request.url, request.body = "POST", f"/v1{path}".encode(), body.encode()
        if content_type is not None:
            request.headers = [(b"Content-Type", content_type.encode())]
        answer = self._frontend.answer(request, "127.0.0.1", keep_alive=True).decode()
        head, _, content = answer.partition("\r\n\r\n")
        return int(head.split()[1]), content, head


@pytest.fixture
def api() -> Api:
    return Api()


def test_a_body_that_matches_its_model_reaches_the_function(api: Api) -> None:
    assert api.post("/pet", GOOD)[:2] == (200, GOOD)
    assert api.post("/pets", f"[{GOOD}, {GOOD}]")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        '{"type": "dog"}',
        '{"price": 600, "type": "dog"}',
        # Draft 4: the maximum itself is excluded by a Boolean.
        '{"price": 500, "type": "dog"}',
        '{"price": 100, "type": "mouse"}',
        '{"price": NaN, "type": "dog"}',
        "no JSON",
        "[]",
        "[" * 100_000,
        # No body counts as an empty object.
        "",
    ],
)
def test_a_body_that_does_not_match_is_400_as_from_api_gateway(api: Api, body: str) -> None:
    status, content, head = api.post("/pet", body)

    assert (status, json.loads(content)) == (400, {"message": "Invalid request body"})
    assert "x-amzn-ErrorType: BadRequestException" in head


def test_a_model_that_refers_to_another_one_uses_it(api: Api) -> None:
    assert api.post("/pets", '[{"type": "dog"}]')[0] == 400


def test_a_body_of_another_content_type_is_not_validated(api: Api) -> None:
    assert api.post("/pet", "{}", "text/plain")[0] == 200
    assert api.post("/pet", "{}", "Application/JSON; charset=utf-8")[0] == 400
    # Without one, it is JSON.
    assert api.post("/pet", "{}", None)[0] == 400


def test_the_default_model_is_for_every_content_type(api: Api) -> None:
    assert api.post("/any", "{}", "text/plain")[0] == 400
    assert api.post("/any", GOOD, "text/plain")[0] == 200


def test_a_method_without_a_model_takes_anything(api: Api) -> None:
    assert api.post("/open", "anything")[0] == 200


def test_the_log_says_what_is_wrong_but_no_value(api: Api) -> None:
    api.post("/pet", '{"price": "secret", "type": "hidden"}')

    (line,) = api.lines
    assert "Request body does not match model schema for content type application/json" in line
    assert 'value is not of type "number"' in line
    assert "secret" not in line
    assert "hidden" not in line


def test_a_customized_response_can_tell_the_client_what_is_wrong() -> None:
    template = '{"errors": "$context.error.validationErrorString"}'
    own = GatewayResponse("BAD_REQUEST_BODY", 422, template=template)
    api = Api(gateway_responses=(own,))

    status, content, _ = api.post("/pet", '{"price": 1, "type": "dog"}')

    assert status == 422
    assert content == '{"errors": "[value is less than the minimum of 25.0]"}'


@pytest.mark.parametrize(
    "schema",
    ['{"type": "nothing"}', '{"$ref": "http://127.0.0.1:9/other"}', "[]", "no JSON"],
)
def test_a_model_that_can_not_validate_is_refused_and_nothing_is_fetched(schema: str) -> None:
    problem = problem_of({"Bad": schema}, "Bad")

    assert problem is not None
    assert problem.startswith("the model Bad is not supported: ")
    assert "\n" not in problem
    assert problem_of(SCHEMAS, "Pets") is None


def test_models_are_part_of_the_deployment(api: Api) -> None:
    assert Deployment.from_json(Deployment({}, api.api, ()).to_json()).api == api.api


def test_the_function_in_the_gateways_process_can_not_import_the_validator() -> None:
    code = (
        "import sys\n"
        f"sys.path[:0] = {[str(package_folder()), *site_packages()]!r}\n"
        "from dataplane.http import body_models\n"
        f"assert body_models.problem_of({SCHEMAS!r}, 'Pets') is None\n"
        "print([name for name in sys.modules if name.startswith('jsonschema')])\n"
    )

    found = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"
