"""Deploys the toy functions into an emulator by CloudFormation, as CDK would."""

from __future__ import annotations

import io
import json
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

BUCKET = "toy-artefacts"
TOO_LARGE = '{"code": "too_large", "id": "$context.requestId"}'
PATHS: dict[str, tuple[str, ...]] = {
    "echo": ("GET", "POST"),
    "echo/{id}": ("GET", "PUT"),
    "echo/{id}/things": ("GET",),
    "files/{proxy+}": ("ANY",),
    "crash": ("POST",),
    "raise": ("GET",),
    "malformed": ("GET",),
    "sleep/{seconds}": ("GET",),
    "produce": ("POST",),
    "fast": ("GET",),
}


def archive(extra: dict[str, str] | None = None, packages: tuple[str, ...] = ()) -> bytes:
    """Zip this folder's modules, as a deployment would, with installed packages if named."""
    buffer = io.BytesIO()
    site = Path(sysconfig.get_paths()["purelib"])
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(Path(__file__).parent.glob("toy_*.py")):
            bundle.writestr(zipfile.ZipInfo(path.name), path.read_text())
        for package in packages:
            for path in sorted(site.glob(f"{package}*/**/*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    bundle.writestr(zipfile.ZipInfo(str(path.relative_to(site))), path.read_bytes())
        for name, text in (extra or {}).items():
            bundle.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def template(
    key: str,
    kafka: str,
    topic: str,
    sink: str,
    version: str = "1",
    timeout_s: int = 3,
    group: str = "toy-group",
    handler: str = "toy_api.handler",
    method_settings: list[dict[str, Any]] | None = None,
    consumer: str = "toy_consumer.handler",
    **mapping: Any,
) -> dict[str, Any]:
    """The toy stack's template; ``mapping`` adds properties to the event source mapping."""
    environment = {
        "KAFKA_BOOTSTRAP": kafka,
        "TOY_TOPIC": topic,
        "TOY_SINK": sink,
        "TOY_VERSION": version,
    }
    resources: dict[str, Any] = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        },
        "ToyApi": _function(handler, key, environment, timeout_s),
        "ToyConsumer": _function(consumer, key, environment, timeout_s),
        "Rest": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Name": "toy", "BinaryMediaTypes": ["application/octet-stream"]},
        },
        "TooLarge": {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": {"Ref": "Rest"},
                "ResponseType": "REQUEST_TOO_LARGE",
                "ResponseParameters": {"gatewayresponse.header.X-Request-Id": "context.requestId"},
                "ResponseTemplates": {"application/json": TOO_LARGE},
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "ToyConsumer"},
                "Topics": [topic],
                "SelfManagedEventSource": {
                    "Endpoints": {"KafkaBootstrapServers": [{"Ref": "KafkaBootstrap"}]}
                },
                "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": group},
                "StartingPosition": "TRIM_HORIZON",
                "BatchSize": 100,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                **mapping,
            },
        },
    }
    methods = _add_routes(resources)
    resources["Deployment"] = {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": methods,
        "Properties": {"RestApiId": {"Ref": "Rest"}},
    }
    resources["Stage"] = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {
            "RestApiId": {"Ref": "Rest"},
            "DeploymentId": {"Ref": "Deployment"},
            "StageName": "v1",
            "MethodSettings": method_settings or [],
        },
    }
    parameters = {"KafkaBootstrap": {"Type": "String", "Default": kafka}}
    return {"Parameters": parameters, "Resources": resources}


def deploy(client: Any, stack: str, body: dict[str, Any]) -> None:
    """Create or update the stack and wait for it."""
    names = {entry["StackName"] for entry in client.describe_stacks()["Stacks"]}
    act, waiter = (
        (client.update_stack, "stack_update_complete")
        if stack in names
        else (client.create_stack, "stack_create_complete")
    )
    act(StackName=stack, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
    client.get_waiter(waiter).wait(StackName=stack, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})


def upload(s3: Any, content: bytes, key: str) -> str:
    """Put an artefact where the template looks for it."""
    if BUCKET not in {entry["Name"] for entry in s3.list_buckets()["Buckets"]}:
        region = s3.meta.region_name
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return key


def _function(
    handler: str, key: str, environment: dict[str, str], timeout_s: int
) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": handler,
            "Runtime": "python3.11",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Timeout": timeout_s,
            "MemorySize": 256,
            "Code": {"S3Bucket": BUCKET, "S3Key": key},
            "Environment": {"Variables": environment},
        },
    }


def _add_routes(resources: dict[str, Any]) -> list[str]:
    methods = []
    uri = {
        "Fn::Join": [
            "",
            [
                "arn:",
                {"Ref": "AWS::Partition"},
                ":apigateway:",
                {"Ref": "AWS::Region"},
                ":lambda:path/2015-03-31/functions/",
                {"Fn::GetAtt": ["ToyApi", "Arn"]},
                "/invocations",
            ],
        ]
    }
    made: dict[str, str] = {"": ""}
    for path, verbs in PATHS.items():
        parent = ""
        for part in path.split("/"):
            whole = f"{parent}/{part}"
            if whole not in made:
                made[whole] = f"Res{len(made)}"
                above: Any = (
                    {"Ref": made[parent]} if parent else {"Fn::GetAtt": ["Rest", "RootResourceId"]}
                )
                resources[made[whole]] = {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {
                        "RestApiId": {"Ref": "Rest"},
                        "ParentId": above,
                        "PathPart": part,
                    },
                }
            parent = whole
        for verb in verbs:
            name = f"{made[parent]}{verb}"
            methods.append(name)
            resources[name] = {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {
                    "RestApiId": {"Ref": "Rest"},
                    "ResourceId": {"Ref": made[parent]},
                    "HttpMethod": verb,
                    "AuthorizationType": "NONE",
                    "Integration": {
                        "Type": "AWS_PROXY",
                        "IntegrationHttpMethod": "POST",
                        "Uri": uri,
                    },
                },
            }
    return methods
