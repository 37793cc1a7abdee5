"""How a REST API's methods are protected, read from the session's emulator."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dataplane.discovery.emulator import Emulator
from dataplane.discovery.restapi import describe, read_stage
from dataplane.model import ApiKey, Authorizer, Deployment, Quota, RestApi, Route

pytestmark = pytest.mark.integration

URI = (
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-central-1:000000000000:function:{}/invocations"
)


class Made:
    """A REST API that is made step by step."""

    def __init__(self, emulator: Emulator, properties: dict[str, Any]) -> None:
        self.client = emulator.client("apigateway")
        self.id = self.client.create_rest_api(name="toy", **properties)["id"]
        (root,) = self.client.get_resources(restApiId=self.id)["items"]
        self._root = root["id"]

    def method(
        self, path: str, integration: dict[str, Any] | None = None, **properties: Any
    ) -> None:
        made = self.client.create_resource(
            restApiId=self.id, parentId=self._root, pathPart=path.strip("/")
        )
        place = {"restApiId": self.id, "resourceId": made["id"], "httpMethod": "GET"}
        self.client.put_method(**place, **{"authorizationType": "NONE", **properties})
        usual = {"type": "AWS_PROXY", "uri": URI.format("pets"), "integrationHttpMethod": "POST"}
        self.client.put_integration(**place, **(integration or usual))

    def read(self) -> tuple[RestApi, list[str]]:
        self.client.create_deployment(restApiId=self.id, stageName="v1")
        stage = self.client.get_stage(restApiId=self.id, stageName="v1")
        described = {**describe(self.client, self.id), "gateway_responses": []}
        warnings: list[str] = []
        api = read_stage(self.client, described, stage, warnings)
        assert Deployment.from_json(Deployment({}, api, ()).to_json()).api == api
        return api, warnings


Make = Callable[..., Made]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes REST APIs in the session's emulator, which are removed at the end."""
    endpoint = os.environ.get("LEDGERLANE_EMULATOR_URL")
    if not endpoint:
        pytest.skip("needs LEDGERLANE_EMULATOR_URL: run `make test`")
    emulator = Emulator(endpoint, "eu-central-1")
    made: list[Made] = []

    def make(**properties: Any) -> Made:
        made.append(Made(emulator, properties))
        return made[-1]

    yield make
    for one in made:
        one.client.delete_rest_api(restApiId=one.id)


def route(api: RestApi, path: str) -> Route:
    (found,) = [route for route in api.routes if route.resource_path == path]
    return found


def test_lambda_authorizers_are_read(make: Make) -> None:
    made = make()
    source = "method.request.header.Authorization, context.httpMethod"
    authorizer = made.client.create_authorizer(
        restApiId=made.id,
        name="a",
        type="REQUEST",
        authorizerUri=URI.format("authorize"),
        identitySource=source,
        authorizerResultTtlInSeconds=60,
    )["id"]
    made.method("/pets", authorizationType="CUSTOM", authorizerId=authorizer)
    api, warnings = made.read()
    sources = ("method.request.header.Authorization", "context.httpMethod")
    assert api.authorizers == (Authorizer(authorizer, "REQUEST", "authorize", sources, 60),)
    assert (route(api, "/pets").authorizer, route(api, "/pets").function) == (authorizer, "pets")
    assert api.functions == ("authorize", "pets")
    assert warnings == []


def test_api_keys_are_those_of_the_stages_usage_plans(make: Make) -> None:
    made = make()
    made.method("/pets", apiKeyRequired=True)
    made.client.create_deployment(restApiId=made.id, stageName="v1")
    values: dict[str, str] = {}
    plans: dict[str, str] = {}
    for name, stage, enabled in (
        ("ours", "v1", True),
        ("disabled", "v1", False),
        ("elsewhere", "v2", True),
    ):
        if stage == "v2":
            made.client.create_deployment(restApiId=made.id, stageName="v2")
        plan = made.client.create_usage_plan(
            name=name,
            apiStages=[{"apiId": made.id, "stage": stage}],
            throttle={"rateLimit": 5.0, "burstLimit": 2},
            quota={"limit": 10, "period": "WEEK", "offset": 1},
        )["id"]
        value = f"{name}-{uuid.uuid4().hex}"
        values[name] = value
        key = made.client.create_api_key(name=name, value=value, enabled=enabled)["id"]
        made.client.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
        plans[name] = plan
    api, warnings = made.read()
    (key,) = api.api_keys
    quota = Quota(10, "WEEK", 1)
    assert key == ApiKey(key.key_id, values["ours"], 5.0, 2, plans["ours"], quota)
    assert warnings == []
    assert route(api, "/pets").api_key_required


def test_a_request_validator_makes_parameters_required(make: Make) -> None:
    made = make()
    validator = made.client.create_request_validator(
        restApiId=made.id, name="v", validateRequestParameters=True, validateRequestBody=False
    )["id"]
    parameters = {"method.request.querystring.page": True, "method.request.header.X": False}
    made.method("/pets", requestParameters=parameters, requestValidatorId=validator)
    made.method("/dogs", requestParameters=parameters)
    api, _ = made.read()
    assert route(api, "/pets").required_parameters == ("method.request.querystring.page",)
    assert route(api, "/dogs").required_parameters == ()


def test_a_request_validator_has_bodies_checked_against_the_methods_model(make: Make) -> None:
    made = make()
    validator = made.client.create_request_validator(
        restApiId=made.id, name="v", validateRequestParameters=False, validateRequestBody=True
    )["id"]
    schema = '{"type": "object"}'
    made.client.create_model(
        restApiId=made.id, name="Pet", contentType="application/json", schema=schema
    )
    models = {"application/json": "Pet"}
    made.method("/checked", requestModels=models, requestValidatorId=validator)
    made.method("/unchecked", requestModels=models)
    made.method("/any", requestModels={"application/json": "Empty"}, requestValidatorId=validator)
    api, warnings = made.read()
    assert route(api, "/checked").body_models == (("application/json", "Pet"),)
    assert route(api, "/unchecked").body_models == ()
    assert route(api, "/any").body_models == ()
    assert dict(api.models)["Pet"] == schema
    assert warnings == []


def test_what_is_not_supported_is_named_at_the_route_and_at_the_start(make: Make) -> None:
    made = make()
    validator = made.client.create_request_validator(
        restApiId=made.id, name="v", validateRequestParameters=False, validateRequestBody=True
    )["id"]
    pool = "arn:aws:cognito-idp:eu-central-1:000000000000:userpool/p"
    cognito = made.client.create_authorizer(
        restApiId=made.id, name="c", type="COGNITO_USER_POOLS", providerARNs=[pool]
    )["id"]
    made.client.create_model(
        restApiId=made.id, name="Bad", contentType="application/json", schema='{"type": "nothing"}'
    )
    made.method("/signed", authorizationType="AWS_IAM")
    made.method("/users", authorizationType="COGNITO_USER_POOLS", authorizerId=cognito)
    made.method("/body", requestModels={"application/json": "Bad"}, requestValidatorId=validator)
    made.method("/any", requestModels={"application/json": "Empty"}, requestValidatorId=validator)
    queue = {"type": "AWS", "uri": "arn:aws:apigateway:eu-central-1:sqs:path/0/q"}
    made.method("/queue", {**queue, "integrationHttpMethod": "POST"})
    api, warnings = made.read()
    assert {route.resource_path: route.refusal for route in api.routes if route.refusal} == {
        "/signed": "authorization by AWS_IAM is not supported",
        "/users": "authorization by COGNITO_USER_POOLS is not supported",
        "/body": "the model Bad is not supported: "
        "value is not valid under any of the schemas listed in the 'anyOf' keyword",
        "/queue": "AWS integrations are not supported",
    }
    assert "GET /signed answers 501: authorization by AWS_IAM is not supported" in warnings
    assert len(warnings) == 4


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"policy": '{"Statement": []}'}, "resource policies"),
        ({"disableExecuteApiEndpoint": True}, "mutual TLS"),
        ({"endpointConfiguration": {"types": ["PRIVATE"]}}, "private APIs"),
    ],
)
def test_what_protects_a_whole_api_refuses_all_of_it(
    make: Make, properties: dict[str, Any], named: str
) -> None:
    made = make(**properties)
    made.method("/pets")
    api, (warning,) = made.read()
    assert named in str(route(api, "/pets").refusal)
    assert named in warning
