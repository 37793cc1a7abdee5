from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dataplane.discovery import artefacts, discover, gateway_responses, mappings
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.intrinsics import Resolver, UnresolvedError
from dataplane.discovery.stack import Stack
from dataplane.model import Deployment, GatewayResponse, RestApi


def resolver(template: dict[str, Any] | None = None) -> Resolver:
    return Resolver(
        template or {},
        {"AWS::Region": "eu-central-1", "Name": "toy", "Fn": "toy-Fn-1"},
        lambda logical, attribute: f"{attribute} of {logical}",
        {"shared": "10"},
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "toy"),
        ({"Fn::GetAtt": ["Fn", "Arn"]}, "Arn of Fn"),
        ({"Fn::GetAtt": "Fn.Arn"}, "Arn of Fn"),
        ({"Fn::Join": [":", ["a", {"Ref": "Name"}]]}, "a:toy"),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${Fn.Arn}-${!x}"}, "toy-eu-central-1-Arn of Fn-${x}"),
        ({"Fn::Sub": ["${a}-${Name}", {"a": {"Ref": "Fn"}}]}, "toy-Fn-1-toy"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::ImportValue": "shared"}, "10"),
        ({"A": {"Ref": "AWS::NoValue"}, "B": [1, {"Ref": "Name"}]}, {"B": [1, "toy"]}),
    ],
)
def test_intrinsic_functions_give_what_cloudformation_gives(value: Any, expected: Any) -> None:
    assert resolver().resolve(value) == expected


def test_conditions_choose() -> None:
    conditions = {
        "Yes": {"Fn::Equals": [{"Ref": "Name"}, "toy"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Any": {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]},
    }
    made = resolver({"Conditions": conditions})
    chosen = {name: made.resolve({"Fn::If": [name, 1, 2]}) for name in conditions}
    assert chosen == {"Yes": 1, "No": 2, "Any": 1}


def test_what_is_not_in_the_stack_is_said() -> None:
    with pytest.raises(UnresolvedError, match="Ref Elsewhere"):
        resolver().resolve({"Ref": "Elsewhere"})


BASE: dict[str, Any] = {
    "FunctionName": "arn:aws:lambda:eu-central-1:000000000000:function:consume:live",
    "Topics": ["t"],
    "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["a:1,b:2", "c:3"]}},
}


def test_a_mapping_has_lambdas_defaults_for_kafka() -> None:
    mapping = mappings.from_properties("uuid-1", "Mapping", dict(BASE), ())
    assert mapping.function == "consume"
    assert mapping.bootstrap_servers == ("a:1", "b:2", "c:3")
    assert (mapping.group_id, mapping.batch_size, mapping.enabled) == ("uuid-1", 100, True)
    assert (mapping.maximum_retry_attempts, mapping.maximum_record_age_s) == (-1, -1)
    assert mapping.event_source == "SelfManagedKafka"


def test_infinite_retries_with_a_destination_become_ten() -> None:
    destination = {"OnFailure": {"Destination": "arn:aws:sqs:eu-central-1:0:dead"}}
    mapping = mappings.from_properties("u", "M", {**BASE, "DestinationConfig": destination}, ())
    assert mapping.maximum_retry_attempts == 10


def test_a_mapping_without_topic_or_broker_is_refused() -> None:
    with pytest.raises(ValueError, match="names no topic or no broker"):
        mappings.from_properties("u", "M", {**BASE, "Topics": []}, ())


def test_what_lambda_says_now_wins_over_the_template() -> None:
    template = {**BASE, "BatchSize": 500, "MaximumRetryAttempts": 3}
    known = {"BatchSize": 50, "State": "Enabled", "MaximumRetryAttempts": 7}
    changed = discover._changed(template, known)
    assert (changed["BatchSize"], changed["MaximumRetryAttempts"]) == (50, 7)
    assert changed["Enabled"] is True
    assert discover._changed(template, {"State": "Disabled"})["Enabled"] is False


def test_an_emulators_own_defaults_do_not_count() -> None:
    known = {"BatchSize": 10, "State": "Enabled"}
    changed = discover._changed({**BASE, "Enabled": False}, known)
    assert "BatchSize" not in changed
    assert changed["Enabled"] is False


def test_a_destination_is_removed_by_an_empty_text() -> None:
    properties = {**BASE, "DestinationConfig": {"OnFailure": {"Destination": ""}}}
    mapping = mappings.from_properties("u", "M", properties, ())
    assert (mapping.on_failure_arn, mapping.maximum_retry_attempts) == (None, -1)


def test_provisioned_pollers_have_lambdas_defaults() -> None:
    properties = {**BASE, "ProvisionedPollerConfig": {"MaximumPollers": 3}}
    mapping = mappings.from_properties("u", "M", properties, ())
    assert (mapping.minimum_pollers, mapping.maximum_pollers) == (1, 3)
    plain = mappings.from_properties("u", "M", dict(BASE), ())
    assert (plain.minimum_pollers, plain.maximum_pollers) == (None, None)


def test_what_needs_provisioned_mode_on_aws_is_named() -> None:
    asked = {**BASE, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    asked |= {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 5}
    mapping = mappings.from_properties("u", "M", asked, ())
    names = ["ReportBatchItemFailures", "MaximumRetryAttempts", "BisectBatchOnFunctionError"]
    assert mappings.provisioned_only(mapping) == names
    provisioned = {**asked, "ProvisionedPollerConfig": {"MinimumPollers": 1}}
    mapping = mappings.from_properties("u", "M", provisioned, ())
    assert mappings.provisioned_only(mapping) == []
    plain = mappings.from_properties("u", "M", dict(BASE), ())
    assert mappings.provisioned_only(plain) == []


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name in names:
            bundle.writestr(name, name)
    return buffer.getvalue()


def test_an_artefact_is_unpacked_whole_by_its_content(tmp_path: Path) -> None:
    content = archive("app.py", "pack/mod.py")
    sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
    folder = artefacts.folder_for(tmp_path / "code", sha256)
    artefacts.unpack(content, folder)
    artefacts.unpack(content, folder)
    assert (folder / "pack" / "mod.py").read_text() == "pack/mod.py"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("content", [b"no zip", archive("../evil.py"), archive("/evil.py")])
def test_an_artefact_that_is_none_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError):
        artefacts.unpack(content, tmp_path / "code" / "x")
    assert list(tmp_path.rglob("*.py")) == []
    assert list((tmp_path / "code").iterdir()) == []


def own_response(kind: str, **properties: Any) -> dict[str, Any]:
    """Return a resource of a template. The stack's REST API has the logical id Api."""
    declared = {"RestApiId": {"Ref": "Api"}, "ResponseType": kind, **properties}
    return {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": declared}


def stack_with(**resources: dict[str, Any]) -> Stack:
    """Return a stack of an emulator that lists only the REST API."""
    template = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}, **resources},
    }
    known = {
        "LogicalResourceId": "Api",
        "ResourceType": "AWS::ApiGateway::RestApi",
        "PhysicalResourceId": "abc",
    }
    emulator = Emulator("http://127.0.0.1:1", "eu-central-1")
    described = {"StackName": "toy", "StackStatus": "CREATE_COMPLETE"}
    return Stack(described, template, [known], {}, emulator)


def test_gateway_responses_are_those_the_template_declares() -> None:
    stack = stack_with(
        NoRoute=own_response(
            "MISSING_AUTHENTICATION_TOKEN",
            StatusCode="404",
            ResponseParameters={"gatewayresponse.header.X": "'1'"},
            ResponseTemplates={"application/json": "{}", "text/html": "<p>"},
        ),
        Family=own_response("DEFAULT_4XX"),
        Elsewhere=own_response("THROTTLED", RestApiId="another"),
        Conditional={**own_response("THROTTLED"), "Condition": "Never"},
    )
    found, warnings = gateway_responses.declared_in(stack, "abc")
    assert warnings == []
    assert found == (
        GatewayResponse("DEFAULT_4XX"),
        GatewayResponse(
            "MISSING_AUTHENTICATION_TOKEN", 404, {"gatewayresponse.header.X": "'1'"}, "{}"
        ),
    )
    api = RestApi("abc", "toy", "v1", (), gateway_responses=found)
    deployment = Deployment({}, api, ())
    assert Deployment.from_json(deployment.to_json()) == deployment


@pytest.mark.parametrize(
    "properties",
    [
        {"StatusCode": "100"},
        {"StatusCode": "many"},
        {"ResponseParameters": {"gatewayresponse.header.X": "'a\nb'"}},
        {"ResponseTemplates": {"application/json": {"Ref": "Elsewhere"}}},
    ],
)
def test_a_gateway_response_that_can_not_be_sent_is_said(properties: dict[str, Any]) -> None:
    stack = stack_with(Wrong=own_response("THROTTLED", **properties))
    found, (warning,) = gateway_responses.declared_in(stack, "abc")
    assert found == ()
    assert "Wrong" in warning
