"""What the local stage's template promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dataplane.discovery.gateway_responses import from_properties
from dataplane.http.gateway_responses import GatewayResponses
from dataplane.model import RestApi
from functions.api.cors import EXPOSED_HEADERS
from functions.api.endpoint import SECURITY_HEADERS
from functions.api.errors import CODES, GATEWAY, PROBLEM_JSON, TYPE_BASE
from functions.api.schemas import Problem
from infra.cdk.build_asset import ROOT, Asset
from infra.cdk.routes import Route
from tests.infra.synthesis import TOY, synthesize

Template = dict[str, Any]
HANDLERS = {
    "ledgerlane-local-api": "app.app",
    "ledgerlane-local-apply": "functions.apply.handler",
    "ledgerlane-local-audit": "functions.audit.handler",
    "ledgerlane-local-sweeper": "functions.sweeper.handler",
    "ledgerlane-local-webhooks": "functions.webhooks.handler",
    "ledgerlane-local-migrate": "functions.migrate.handler",
    **{
        f"ledgerlane-local-{name}": f"functions.{name}.handler"
        for name in ("grow", "move", "offsets", "operator", "rebuild", "replay")
    },
}


def resources(template: Template, kind: str) -> dict[str, Template]:
    return {name: r for name, r in template["Resources"].items() if r["Type"] == kind}


def only(template: Template, kind: str) -> Template:
    (resource,) = resources(template, kind).values()
    return resource


def functions(template: Template) -> dict[str, Template]:
    found = resources(template, "AWS::Lambda::Function").values()
    return {function["Properties"]["FunctionName"]: function for function in found}


def function_id(template: Template, name: str) -> str:
    found = resources(template, "AWS::Lambda::Function").items()
    return next(i for i, function in found if function["Properties"]["FunctionName"] == name)


def routes_of(template: Template) -> list[tuple[str, str]]:
    """Return (path, method) of every method, following the resources to the root."""
    paths = resources(template, "AWS::ApiGateway::Resource")

    def path(reference: Template) -> str:
        if "Fn::GetAtt" in reference:
            return ""
        part = paths[reference["Ref"]]["Properties"]
        return f"{path(part['ParentId'])}/{part['PathPart']}"

    methods = resources(template, "AWS::ApiGateway::Method").values()
    return sorted(
        (path(m["Properties"]["ResourceId"]) or "/", m["Properties"]["HttpMethod"]) for m in methods
    )


def test_every_route_of_the_app_has_exactly_one_method(
    template: Template, routes: tuple[Route, ...]
) -> None:
    # ANY is what the function answers with 405.
    wanted = sorted((route.path, m) for route in routes for m in (*route.methods, "ANY"))
    assert routes_of(template) == wanted
    assert ("/health", "GET") in wanted


def test_every_method_is_a_proxy_to_the_api_function(template: Template) -> None:
    api = function_id(template, "ledgerlane-local-api")
    for method in resources(template, "AWS::ApiGateway::Method").values():
        integration = method["Properties"]["Integration"]
        assert integration["Type"] == "AWS_PROXY"
        assert integration["IntegrationHttpMethod"] == "POST"
        assert {"Fn::GetAtt": [api, "Arn"]} in integration["Uri"]["Fn::Join"][1]


def test_every_body_arrives_as_the_bytes_that_were_sent(template: Template) -> None:
    api = only(template, "AWS::ApiGateway::RestApi")
    assert api["Properties"]["BinaryMediaTypes"] == ["*/*"]


def test_the_gateways_own_answers_are_the_functions_problems(template: Template) -> None:
    rows = {(row.status, row.code): row for row in (*CODES.values(), *GATEWAY)}
    made = resources(template, "AWS::ApiGateway::GatewayResponse")
    kinds = {}
    for response in made.values():
        properties = response["Properties"]
        problem = json.loads(properties["ResponseTemplates"]["application/json"])
        row = rows[int(properties["StatusCode"]), problem["code"]]
        assert (problem["status"], problem["title"]) == (row.status, row.title)
        assert problem["type"] == TYPE_BASE + row.code
        assert problem["detail"]
        assert problem["request_id"] == "$context.requestId"
        headers = {
            name.removeprefix("gatewayresponse.header."): source
            for name, source in properties["ResponseParameters"].items()
        }
        assert headers.pop("Retry-After", None) == (
            "'1'" if row.status in (429, 502, 504) else None
        )
        assert headers.pop("X-Request-Id") == "context.requestId"
        assert headers.pop("Content-Type") == f"'{PROBLEM_JSON}'"
        assert headers.pop("Access-Control-Allow-Origin") == "'*'"
        exposed = headers.pop("Access-Control-Expose-Headers").strip("'").split(", ")
        assert set(exposed) <= set(EXPOSED_HEADERS)
        assert headers == {name: f"'{value}'" for name, value in SECURITY_HEADERS.items()}
        kinds[properties["ResponseType"]] = row.code
    assert kinds["MISSING_AUTHENTICATION_TOKEN"] == kinds["DEFAULT_4XX"] == "no_such_route"
    assert kinds["REQUEST_TOO_LARGE"] == "body_too_large"
    assert kinds["THROTTLED"] == "too_many_requests"
    assert kinds["DEFAULT_5XX"] == kinds["INTEGRATION_TIMEOUT"] == "unavailable"
    # A deployment is a copy of the API as it is then.
    assert made.keys() <= set(only(template, "AWS::ApiGateway::Deployment")["DependsOn"])


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", 404, "no_such_route"),
        ("REQUEST_TOO_LARGE", 413, "body_too_large"),
        ("THROTTLED", 429, "too_many_requests"),
        ("DEFAULT_5XX", 502, "unavailable"),
        ("INTEGRATION_TIMEOUT", 504, "unavailable"),
    ],
)
def test_the_local_gateway_answers_with_the_templates_problems(
    template: Template, kind: str, status: int, code: str
) -> None:
    declared = resources(template, "AWS::ApiGateway::GatewayResponse").values()
    own = tuple(from_properties(response["Properties"]) for response in declared)
    answers = GatewayResponses(RestApi("abc", "ledgerlane", "v1", (), gateway_responses=own))
    head, _, body = answers.encode(kind, None, "rid", False).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    sent = dict(line.split(": ", 1) for line in lines[1:])
    problem = msgspec.json.decode(body, type=Problem)
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    assert (problem.status, problem.code, problem.request_id) == (status, code, "rid")
    wanted = {"Content-Type": PROBLEM_JSON, "X-Request-Id": "rid", **SECURITY_HEADERS}
    assert wanted.items() <= sent.items()
    assert ("Retry-After" in sent) == (status in (429, 502, 504))


def test_the_api_is_regional_and_its_stage_is_v1(template: Template) -> None:
    api = only(template, "AWS::ApiGateway::RestApi")
    assert api["Properties"]["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    assert only(template, "AWS::ApiGateway::Stage")["Properties"]["StageName"] == "v1"
    assert template["Outputs"]["ApiStage"]["Value"] == "v1"
    assert {"ApiUrl", "ApiId", "ApiStage"} <= template["Outputs"].keys()


def test_one_permission_lets_the_whole_api_in(template: Template) -> None:
    principals = [
        permission["Properties"]["Principal"]
        for permission in resources(template, "AWS::Lambda::Permission").values()
    ]
    assert sorted(principals) == ["apigateway.amazonaws.com", *["events.amazonaws.com"] * 3]


def test_every_function_runs_from_the_one_asset(template: Template) -> None:
    made = functions(template)
    assert {name: f["Properties"]["Handler"] for name, f in made.items()} == HANDLERS
    assert len({json.dumps(f["Properties"]["Code"]) for f in made.values()}) == 1
    assert {f["Properties"]["Runtime"] for f in made.values()} == {"python3.11"}


def test_every_function_gets_the_settings_it_reads(template: Template) -> None:
    for name, function in functions(template).items():
        variables = function["Properties"]["Environment"]["Variables"]
        assert variables.keys() == {
            *("STAGE", "LOG_LEVEL", "REDIS_URL", "PARTITIONS"),
            *("DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_SECRET_ARN"),
            *("KAFKA_BOOTSTRAP", "KAFKA_SECURITY", "COMMANDS_TOPIC", "EVENTS_TOPIC"),
            *("POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_TRACE_DISABLED"),
            *("SIGN_UPS_PER_MINUTE", "SIGN_INS_PER_MINUTE", "SIGN_IN_FAILURES_PER_15_MINUTES"),
            *("REQUESTS_PER_MINUTE", "AUTHENTICATION_FAILURES_PER_MINUTE"),
            *("MAX_LAG_S", "WEBHOOKS_ALLOW_LOOPBACK", "CORS_ORIGINS"),
            *("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG"),
            *("TRACES_TRUST_CLIENTS", "POWERTOOLS_SERVICE_NAME"),
            *(("FAILURES_BUCKET",) if name.endswith("-replay") else ()),
        }
        assert variables["DATABASE_PORT"] == "16432", "the pooler's port, never PostgreSQL's"
        assert variables["COMMANDS_TOPIC"] == "ledger.commands"
        assert variables["POWERTOOLS_SERVICE_NAME"] == name.replace("-local-", "-")


def test_no_secret_is_in_the_template(routes: tuple[Route, ...], asset: Asset) -> None:
    template = synthesize(routes, asset, {"LEDGERLANE_DATABASE_PASSWORD": "pass-word-1"})
    assert "pass-word-1" not in json.dumps(template)
    assert not resources(template, "AWS::SecretsManager::Secret")
    policies = json.dumps(resources(template, "AWS::IAM::Policy"))
    assert ":secret:ledgerlane/local/database-??????" in policies


def test_no_policy_allows_an_action_on_everything(template: Template) -> None:
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert statement["Resource"] != "*"
            assert "*" not in json.dumps(statement["Action"])


def mapping_of(template: Template, topic: str) -> Template:
    found = resources(template, "AWS::Lambda::EventSourceMapping").values()
    (mapping,) = (each["Properties"] for each in found if each["Properties"]["Topics"] == [topic])
    return dict(mapping)


def test_events_are_consumed_by_a_group_of_their_own(template: Template) -> None:
    mapping = mapping_of(template, "ledger.events")
    assert mapping["FunctionName"] == {"Ref": function_id(template, "ledgerlane-local-webhooks")}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["SelfManagedKafkaEventSourceConfig"] == {
        "ConsumerGroupId": "ledgerlane-webhooks"
    }


def test_commands_are_consumed_from_the_start_in_order(template: Template) -> None:
    mapping = mapping_of(template, "ledger.commands")
    assert mapping["FunctionName"] == {"Ref": function_id(template, "ledgerlane-local-apply")}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BatchSize"] == 500
    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["SelfManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "ledgerlane-apply"}
    assert mapping["SelfManagedEventSource"] == {
        "Endpoints": {"KafkaBootstrapServers": ["127.0.0.1:19092"]}
    }


@pytest.mark.parametrize("name", ["sweeper", "webhooks"])
def test_what_sweeps_runs_every_minute_without_retries(template: Template, name: str) -> None:
    arn = {"Fn::GetAtt": [function_id(template, f"ledgerlane-local-{name}"), "Arn"]}
    rules = [rule["Properties"] for rule in resources(template, "AWS::Events::Rule").values()]
    (rule,) = (rule for rule in rules if rule["Targets"][0]["Arn"] == arn)
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    (target,) = rule["Targets"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 0}


def test_code_takes_traffic_only_after_the_migrations(template: Template) -> None:
    (migration,) = resources(template, "Custom::DatabaseMigration")
    made = functions(template)
    for name in HANDLERS.keys() - {"ledgerlane-local-migrate"}:
        assert migration in made[name]["DependsOn"]
    assert migration not in made["ledgerlane-local-migrate"].get("DependsOn", [])
    depends_on = template["Resources"][migration]["DependsOn"]
    assert function_id(template, "ledgerlane-local-migrate") in depends_on


def test_migrations_run_again_for_every_new_code(
    template: Template, routes: tuple[Route, ...], asset: Asset
) -> None:
    before = only(template, "Custom::DatabaseMigration")["Properties"]
    edited = Asset(asset.path, "decade" * 10, asset.zipped_bytes, asset.unzipped_bytes)
    after = only(synthesize(routes, edited, {}), "Custom::DatabaseMigration")["Properties"]
    assert before["CodeHash"] != after["CodeHash"]
    assert before["MigrationsHash"] == after["MigrationsHash"]
    assert int(before["ServiceTimeout"]) == 120


def test_logs_are_kept_for_a_while_and_go_with_the_stack(template: Template) -> None:
    groups = resources(template, "AWS::Logs::LogGroup").values()
    assert {group["Properties"]["LogGroupName"] for group in groups} == {
        f"/aws/lambda/{name}" for name in HANDLERS
    }
    assert {group["Properties"]["RetentionInDays"] for group in groups} == {1}
    assert {group["DeletionPolicy"] for group in groups} == {"Delete"}


@pytest.mark.parametrize(
    "kind", ["AWS::Lambda::Function", "AWS::ApiGateway::RestApi", "AWS::Logs::LogGroup"]
)
def test_resources_say_what_they_belong_to(template: Template, kind: str) -> None:
    for resource in resources(template, kind).values():
        tags = {tag["Key"]: tag["Value"] for tag in resource["Properties"]["Tags"]}
        assert tags == {"application": "ledgerlane", "stage": "local"}


def test_the_same_input_gives_the_same_template(
    template: Template, routes: tuple[Route, ...], asset: Asset
) -> None:
    assert synthesize(routes, asset, {}) == template


@pytest.mark.integration
def test_the_template_keeps_cloudformation_s_rules(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    result = subprocess.run(
        [sys.executable, str(ROOT / "infra" / "cdk" / "app.py")],
        env={**environment, "CDK_OUTDIR": str(tmp_path), "LEDGERLANE_SOURCE": str(TOY)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    # Written only when the rules were looked at.
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert [one["violations"] for one in report["pluginReports"] if one["violations"]] == []


def test_the_log_is_archived_only_where_that_is_asked_for(
    template: Template, routes: tuple[Route, ...], asset: Asset
) -> None:
    archived = synthesize(routes, asset, {"ARCHIVE": "1"})

    def groups(made: Template) -> list[str]:
        mappings = resources(made, "AWS::Lambda::EventSourceMapping").values()
        configs = [m["Properties"]["SelfManagedKafkaEventSourceConfig"] for m in mappings]
        return sorted(config["ConsumerGroupId"] for config in configs)

    assert groups(template) == ["ledgerlane-apply", "ledgerlane-webhooks"]
    assert groups(archived) == ["ledgerlane-apply", "ledgerlane-archive", "ledgerlane-webhooks"]
    more = functions(archived).keys() - functions(template).keys()
    assert {name.removeprefix("ledgerlane-local-") for name in more} == {
        "archive",
        "resend",
        "verify-archive",
    }
    # What was archived stays when it is switched off.
    for made in (template, archived):
        assert made["Outputs"]["ArchiveBucket"]["Value"] == {
            "Ref": next(n for n in resources(made, "AWS::S3::Bucket") if n.startswith("Archive"))
        }
