"""Several stacks and functions: one that can't be read does not affect the others."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dataplane.discovery.deployments import Deployments
from dataplane.discovery.discover import NothingDeployedError, discover
from dataplane.discovery.emulator import Emulator
from dataplane.discovery.stack import read_stacks
from dataplane.discovery.template import read_template

YAML = """
AWSTemplateFormatVersion: 2010-09-09
Conditions:
  Always: !Equals [a, a]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: Always
    Properties:
      QueueName: !Sub "${AWS::StackName}-queue"
      Tags:
        - Key: !Ref Name
          Value: !If [Always, !GetAtt Other.Arn, !Ref "AWS::NoValue"]
      Mapped: !FindInMap [A, b, c]
      Joined: !Join ["-", [a, !Select [0, !Split [",", "b,c"]]]]
      Policy: {Version: 2012-10-17}
"""


def test_a_yaml_template_is_read_with_its_short_forms() -> None:
    template = read_template(YAML)
    assert template["AWSTemplateFormatVersion"] == "2010-09-09"
    assert template["Conditions"]["Always"] == {"Fn::Equals": ["a", "a"]}
    assert template["Resources"]["Queue"]["Properties"] == {
        "QueueName": {"Fn::Sub": "${AWS::StackName}-queue"},
        "Tags": [
            {
                "Key": {"Ref": "Name"},
                "Value": {
                    "Fn::If": ["Always", {"Fn::GetAtt": "Other.Arn"}, {"Ref": "AWS::NoValue"}]
                },
            }
        ],
        "Mapped": {"Fn::FindInMap": ["A", "b", "c"]},
        "Joined": {"Fn::Join": ["-", ["a", {"Fn::Select": [0, {"Fn::Split": [",", "b,c"]}]}]]},
        "Policy": {"Version": "2012-10-17"},
    }


@pytest.mark.parametrize("body", ["a: [", "{", "just text", "Resources: []", {}, "a: !Ref {", None])
def test_what_is_no_template_is_said(body: Any) -> None:
    with pytest.raises(ValueError, match="its template"):
        read_template(body)


class Paginator:
    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [self._page]


class Aws:
    """A fake AWS with a deployment, as far as the data plane reads it."""

    status = "CREATE_COMPLETE"

    def __init__(self, templates: dict[str, Any], functions: dict[str, dict[str, Any]]) -> None:
        self._templates = templates
        self._functions = functions

    def get_paginator(self, name: str) -> Paginator:
        stacks = [{"StackName": n, "StackStatus": self.status} for n in self._templates]
        return {
            "list_exports": Paginator({"Exports": []}),
            "describe_stacks": Paginator({"Stacks": stacks}),
            "list_functions": Paginator({"Functions": list(self._functions.values())}),
            "list_event_source_mappings": Paginator({"EventSourceMappings": []}),
        }[name]

    def get_template(self, StackName: str) -> dict[str, Any]:
        body = self._templates[StackName]
        return {} if body is None else {"TemplateBody": body}

    def describe_stack_resources(self, StackName: str) -> dict[str, Any]:
        template = read_template(self._templates[StackName])
        return {
            "StackResources": [
                {"LogicalResourceId": i, "PhysicalResourceId": i.lower(), "ResourceType": r["Type"]}
                for i, r in template["Resources"].items()
            ]
        }

    def get_function(self, FunctionName: str) -> dict[str, Any]:
        return {"Configuration": self._functions[FunctionName], "Code": {"Location": "-"}}

    def get_function_concurrency(self, FunctionName: str) -> dict[str, Any]:
        return {"ReservedConcurrentExecutions": 0} if FunctionName == "throttled" else {}

    def get_rest_apis(self, **_: Any) -> dict[str, Any]:
        return {"items": []}


class Deployed(Emulator):
    """An emulator with only this fake."""

    def __init__(self, aws: Aws) -> None:
        super().__init__("http://127.0.0.1:1", "eu-central-1")
        self.client = cache(lambda service: aws)


def emulator_with(folder: Path, templates: dict[str, Any], *functions: dict[str, Any]) -> Emulator:
    aws = Aws(templates, {entry["FunctionName"]: entry for entry in functions})
    return Deployed(aws)


def function(name: str, folder: Path, **changed: Any) -> dict[str, Any]:
    digest = hashlib.sha256(name.encode())
    (folder / digest.hexdigest()[:24]).mkdir(parents=True, exist_ok=True)
    return {
        "FunctionName": name,
        "FunctionArn": f"arn:aws:lambda:eu-central-1:000000000000:function:{name}",
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "CodeSha256": base64.b64encode(digest.digest()).decode(),
        **changed,
    }


def stack(*logical_ids: str) -> str:
    return json.dumps(
        {"Resources": {name: {"Type": "AWS::Lambda::Function"} for name in logical_ids}}
    )


def test_every_stack_is_read_and_a_broken_one_is_named(tmp_path: Path) -> None:
    yaml = "Resources:\n  Two:\n    Type: AWS::Lambda::Function\n"
    emulator = emulator_with(tmp_path, {"one": stack("One"), "broken": "a: [", "two": yaml})
    warnings: list[str] = []
    assert [found.name for found in read_stacks(emulator, (), warnings)] == ["one", "two"]
    (warning,) = warnings
    assert warning.startswith("stack broken is not served: its template is neither JSON nor YAML")


def test_a_function_that_can_not_run_is_named_and_the_others_run(tmp_path: Path) -> None:
    emulator = emulator_with(
        tmp_path,
        {"one": stack("One", "Node", "Image", "Layered")},
        function("one", tmp_path),
        function("node", tmp_path, Runtime="nodejs22.x"),
        function("image", tmp_path, PackageType="Image"),
        function("layered", tmp_path, CodeSha256="none"),
        function("alone", tmp_path),
    )
    snapshots = Deployments(tmp_path / "snapshots")
    deployment = discover(emulator, (), tmp_path, snapshots)
    # Resources without a stack are served too, unless a stack was named.
    assert sorted(deployment.functions) == ["alone", "one"]
    assert deployment.functions["alone"].logical_id == "alone"
    assert sorted(discover(emulator, ("one",), tmp_path, snapshots).functions) == ["one"]
    named = {warning.partition(" ")[0]: warning for warning in deployment.warnings}
    assert sorted(named) == ["image", "layered", "node"]
    assert "nodejs22.x" in named["node"]
    assert "container images" in named["image"]


def test_code_that_the_emulator_does_not_have_refuses_its_function_alone() -> None:
    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.handle_request).start()
        emulator = Emulator(f"http://127.0.0.1:{server.server_port}", "eu-central-1")
        with pytest.raises(ValueError, match="can't be downloaded: HTTP Error 404"):
            emulator.download("https://bucket.s3.amazonaws.com/key?signed=1")


def test_nothing_to_serve_is_said_with_the_reasons(tmp_path: Path) -> None:
    emulator = emulator_with(tmp_path, {"broken": "a: ["})
    with pytest.raises(NothingDeployedError, match="stack broken is not served"):
        discover(emulator, (), tmp_path, Deployments(tmp_path / "d"))


def test_a_stack_that_has_no_template_yet_is_not_served_yet(tmp_path: Path) -> None:
    emulator = emulator_with(tmp_path, {"new": None})

    with pytest.raises(NothingDeployedError):
        discover(emulator, ("new",), tmp_path, Deployments(tmp_path / "d"))


def test_a_stack_that_is_being_created_is_not_served_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Aws, "status", "CREATE_IN_PROGRESS")
    emulator = emulator_with(tmp_path, {"new": stack("One")}, function("one", tmp_path))

    with pytest.raises(NothingDeployedError):
        discover(emulator, ("new",), tmp_path, Deployments(tmp_path / "d"))


def test_a_reserved_concurrency_of_0_is_read_where_the_function_does_not_say_it(
    tmp_path: Path,
) -> None:
    """LocalStack's GetFunction omits it, and GetFunctionConcurrency returns it."""
    functions = [function(name, tmp_path) for name in ("throttled", "free")]
    emulator = emulator_with(tmp_path, {}, *functions)

    found = discover(emulator, (), tmp_path, Deployments(tmp_path / "snapshots")).functions

    assert found["throttled"].reserved_concurrency == 0
    assert found["free"].reserved_concurrency is None
