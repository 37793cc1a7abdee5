"""What is made by API calls is served, and changes are followed, in an emulator of this module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dataplane.state_folder import read_json
from tests.integration.dataplane import own
from tests.integration.dataplane.conftest import wait_for
from tests.integration.dataplane.own import Account, eventually, proxy

pytestmark = pytest.mark.integration

CODE = """
def handler(event, context):
    return {"statusCode": 200, "body": "VERSION " + event["requestContext"]["stage"]}
"""
MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with own.own_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield Account(emulator)


def mock(account: Account, api: str, path: str) -> None:
    place = account.route(api, path, MOCK)
    account.gateway.put_method_response(**place, statusCode="200")
    templates = {"application/json": '{"mock": true}'}
    account.gateway.put_integration_response(**place, statusCode="200", responseTemplates=templates)


def stack_template(methods: tuple[str, ...], deployment: str) -> str:
    """Return the template of an API with MOCK methods at its root."""
    resources: dict[str, Any] = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "stacked"}},
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "DeploymentId": {"Ref": deployment},
                "StageName": "stacked",
                # Settings of a stage apply at once.
                "Variables": {"methods": str(len(methods))},
            },
        },
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": {"Ref": "Api"}},
            "DependsOn": list(methods),
        },
    }
    for method in methods:
        answer = {"StatusCode": "200", "ResponseTemplates": {"application/json": f'"{method}"'}}
        resources[method] = {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": method,
                "AuthorizationType": "NONE",
                "Integration": {"Type": "MOCK", "IntegrationResponses": [answer]},
            },
        }
    return json.dumps({"Resources": resources})


def test_a_stacks_stage_serves_its_deployment_and_not_what_has_changed_since(
    account: Account, tmp_path: Path
) -> None:
    stacks = account.emulator.client("cloudformation")
    stacks.create_stack(StackName="stacked", TemplateBody=stack_template(("GET",), "First"))
    stacks.get_waiter("stack_create_complete").wait(StackName="stacked", WaiterConfig={"Delay": 1})

    def update(deployment: str) -> None:
        body = stack_template(("GET", "PUT"), deployment)
        stacks.update_stack(StackName="stacked", TemplateBody=body)
        stacks.get_waiter("stack_update_complete").wait(
            StackName="stacked", WaiterConfig={"Delay": 1}
        )

    with own.plane(account.emulator, tmp_path, "--stack", "stacked") as address:
        url = f"{address}/stacked"
        assert httpx.get(url).json() == "GET"
        update("First")
        log = tmp_path / "plane" / "logs" / "supervisor.log"
        wait_for(lambda: log.read_text().count("ready:") == 2, 20, "the change is followed")
        assert httpx.put(url).status_code == 403
        update("Second")
        wait_for(lambda: httpx.put(url).status_code == 200, 20, "the new deployment is served")
    stacks.delete_stack(StackName="stacked")


def connects(address: str) -> bool:
    """Return whether an address takes a request; anything but a refusal is an error."""
    try:
        httpx.get(address, timeout=5)
    except httpx.ConnectError:
        return False
    return True


def debug_port(folder: Path) -> int | None:
    """Return where a debugger can attach to the only debugged function."""
    status = read_json(folder / "plane" / "status" / "gateway.0.json") or {}
    ports = [one["debug_port"] for one in status.get("invocations", {}).values()]
    return next((port for port in ports if port is not None), None)


def test_an_api_without_a_function_answers_what_it_can_and_refuses_the_rest(
    account: Account, tmp_path: Path
) -> None:
    api = account.api("mocks")
    mock(account, api, "/mock")
    queue: dict[str, Any] = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": "arn:aws:apigateway:eu-central-1:sqs:path/000000000000/q",
    }
    account.route(api, "/queue", queue)
    account.deploy(api, "only")
    with own.plane(account.emulator, tmp_path) as address:
        assert httpx.get(f"{address}/only/mock").json() == {"mock": True}
        refused = httpx.get(f"{address}/only/queue")
        assert refused.status_code == 501
        assert refused.json()["detail"] == "AWS integrations are not supported"
        (warning,) = own.ready(tmp_path)["warnings"]
        assert warning == "GET /queue answers 501: AWS integrations are not supported"
    account.gateway.delete_rest_api(restApiId=api)


def test_what_api_calls_make_and_change_is_followed(account: Account, tmp_path: Path) -> None:
    first = account.api("first")
    arn = account.function("answers", CODE.replace("VERSION", "one"))
    account.route(first, "/a", proxy(arn))
    account.deploy(first, "v1")
    with own.plane(account.emulator, tmp_path) as address:
        assert httpx.get(f"{address}/v1/a").text == "one v1"
        # Another deployment of the API, another stage, another API.
        account.route(first, "/b", proxy(arn))
        account.deploy(first, "v2")
        assert eventually(f"{address}/v2/b", 200).text == "one v2"
        # The first stage serves what was deployed to it.
        assert httpx.get(f"{address}/v1/b").status_code == 403
        second = account.api("second")
        account.route(second, "/c", proxy(account.function("more", CODE.replace("VERSION", "x"))))
        account.deploy(second, "v1")
        long_form = f"{address}/_aws/execute-api/{second}/v1/c"
        assert eventually(long_form, 200).text == "x v1"
        wait_for(lambda: f"/{second}/v1" in str(own.ready(tmp_path)["apis"]), 5, "announced")
        # Other code, and no concurrency at all.
        zipped = own.archive({"app.py": CODE.replace("VERSION", "two")})
        account.functions.update_function_code(FunctionName="answers", ZipFile=zipped)
        wait_for(lambda: httpx.get(f"{address}/v1/a").text == "two v1", 60, "the new code")
        account.functions.put_function_concurrency(
            FunctionName="answers", ReservedConcurrentExecutions=0
        )
        throttled = eventually(f"{address}/v1/a", 500)
        assert throttled.json() == {"message": "Internal server error"}
        assert throttled.elapsed.total_seconds() < 2
        account.functions.delete_function_concurrency(FunctionName="answers")
        eventually(f"{address}/v1/a", 200)
        # Without any API, connections are refused until there is one again.
        for api in (first, second):
            account.gateway.delete_rest_api(restApiId=api)
        wait_for(lambda: not connects(address), 20, "connections are refused")
        third = account.api("third")
        account.route(third, "/a", proxy(arn))
        account.deploy(third, "v3")
        wait_for(lambda: connects(address), 20, "connections are taken again")
        assert eventually(f"{address}/v3/a", 200).text == "two v3"
    account.gateway.delete_rest_api(restApiId=third)


def test_a_function_finds_its_layers(account: Account, tmp_path: Path) -> None:
    zipped = own.archive({"python/in_layer.py": "WHERE = 'layer'"})
    layer = account.functions.publish_layer_version(LayerName="l", Content={"ZipFile": zipped})
    code = """
import in_layer
def handler(event, context):
    return {"statusCode": 200, "body": in_layer.WHERE}
"""
    arn = account.function("layered", code, Layers=[layer["LayerVersionArn"]])
    api = account.api("layered")
    account.route(api, "/a", proxy(arn))
    account.deploy(api, "layered")
    with own.plane(account.emulator, tmp_path) as address:
        assert httpx.get(f"{address}/layered/a").text == "layer"


def test_changed_code_of_a_watched_folder_runs_without_a_deployment_and_keeps_its_debugger(
    account: Account, tmp_path: Path
) -> None:
    arn = account.function("watched", CODE.replace("VERSION", "deployed"))
    api = account.api("watched")
    account.route(api, "/a", proxy(arn))
    account.deploy(api, "watched")
    source = tmp_path / "source"
    source.mkdir()
    (source / "app.py").write_text(CODE.replace("VERSION", "first"))
    watching = ("--watch", f"watched={source}", "--debug", "watched")
    with own.plane(account.emulator, tmp_path, *watching) as address:
        url = f"{address}/watched/a"
        assert httpx.get(url).text == "first watched"
        debugger = wait_for(lambda: debug_port(tmp_path), 5, "a debugger may attach")
        (source / "app.py").write_text(CODE.replace("VERSION", "second"))
        wait_for(lambda: httpx.get(url).text == "second watched", 60, "the changed code runs")
        wait_for(lambda: debug_port(tmp_path) == debugger, 10, "the debugger has its port again")
        # What the folder lacks is the artefact's.
        (source / "app.py").unlink()
        wait_for(lambda: httpx.get(url).text == "deployed watched", 60, "the deployed code runs")
