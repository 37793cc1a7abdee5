"""Logs of another kind than the stages': serverless MSK, and brokers that somebody else runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.cdk.build_asset import Asset
from infra.cdk.config import ExternalKafkaConfig, MskServerlessConfig, xray_traces
from infra.cdk.routes import read_routes
from infra.cdk.stages import DEV, STAGING
from tests.infra.aws_synthesis import synthesize_stage
from tests.infra.synthesis import TOY

OUTSIDE = ExternalKafkaConfig(
    bootstrap=("seed-1.example.com:9092", "seed-2.example.com:9092"), secret_name="ledgerlane/kafka"
)


@pytest.mark.parametrize(
    ("origins", "shown"),
    [
        ((), None),
        (("https://app.example.com",), "'https://app.example.com'"),
        # API Gateway can't choose among several.
        (("https://app.example.com", "https://admin.example.com"), "'*'"),
    ],
)
def test_pages_of_a_stage_s_origins_may_read_what_the_gateway_answers(
    asset: Asset, tmp_path: Path, origins: tuple[str, ...], shown: str | None
) -> None:
    config = replace(DEV, cors_origins=origins)
    stage = synthesize_stage(config, read_routes(TOY), asset, tmp_path)
    assert stage.findings == ()
    responses = stage.of("AWS::ApiGateway::GatewayResponse")
    assert responses
    for response in responses:
        headers = response["ResponseParameters"]
        assert headers.get("gatewayresponse.header.Access-Control-Allow-Origin") == shown
        assert ("gatewayresponse.header.Access-Control-Expose-Headers" in headers) == bool(origins)
        assert not any("Credentials" in name for name in headers)
    for function in stage.of("AWS::Lambda::Function"):
        variables = function.get("Environment", {}).get("Variables", {})
        if "STAGE" in variables:
            assert variables["CORS_ORIGINS"] == ",".join(origins)
    # A preflight is the function's: a MOCK would fail where every type is binary.
    for method in stage.of("AWS::ApiGateway::Method"):
        assert method["Integration"]["Type"] == "AWS_PROXY"


def test_brokers_of_somebody_else_are_signed_in_to_by_scram(asset: Asset, tmp_path: Path) -> None:
    stage = synthesize_stage(replace(DEV, kafka=OUTSIDE), read_routes(TOY), asset, tmp_path)
    assert stage.findings == ()
    assert stage.of("AWS::MSK::Cluster") == []
    for mapping in stage.of("AWS::Lambda::EventSourceMapping"):
        (access,) = mapping["SourceAccessConfigurations"]
        assert access["Type"] == "SASL_SCRAM_512_AUTH"
        assert mapping["SelfManagedEventSource"]["Endpoints"]["KafkaBootstrapServers"] == list(
            OUTSIDE.bootstrap
        )
    for function in stage.of("AWS::Lambda::Function"):
        variables = function["Environment"]["Variables"]
        assert variables["KAFKA_SECURITY"] == "scram"
        assert ":secret:ledgerlane/kafka" in json.dumps(variables["KAFKA_SECRET_ARN"])
        assert "NetworkVpcoutwardSubnet" in json.dumps(function["VpcConfig"]["SubnetIds"])


def test_aurora_serves_as_well_as_an_instance(asset: Asset, tmp_path: Path) -> None:
    database = replace(DEV.database, instance_type=None, minimum_acu=0.5, maximum_acu=2)
    stage = synthesize_stage(replace(DEV, database=database), read_routes(TOY), asset, tmp_path)
    assert stage.findings == ()
    (cluster,) = stage.of("AWS::RDS::DBCluster")
    assert cluster["StorageEncrypted"] is True
    (proxy,) = stage.of("AWS::RDS::DBProxyTargetGroup")
    assert proxy["DBClusterIdentifiers"]


def test_a_serverless_log_is_signed_in_to_by_iam(asset: Asset, tmp_path: Path) -> None:
    config = replace(STAGING, kafka=MskServerlessConfig())
    stage = synthesize_stage(config, read_routes(TOY), asset, tmp_path)
    assert stage.findings == ()
    (cluster,) = stage.of("AWS::MSK::ServerlessCluster")
    assert cluster["ClientAuthentication"] == {"Sasl": {"Iam": {"Enabled": True}}}
    (topics,) = stage.of("Custom::KafkaTopics")
    assert "min.insync.replicas" not in topics["Topics"], "MSK Serverless refuses it"


def test_traces_reach_xray_from_every_function_that_is_traced(asset: Asset, tmp_path: Path) -> None:
    config = replace(STAGING, traces=xray_traces(STAGING.region))
    stage = synthesize_stage(config, read_routes(TOY), asset, tmp_path)
    assert stage.findings == ()
    for function in stage.of("AWS::Lambda::Function"):
        variables = function.get("Environment", {}).get("Variables", {})
        if "STAGE" in variables:
            assert (
                variables.items()
                >= {
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": (
                        "https://xray.eu-central-1.amazonaws.com/v1/traces"
                    ),
                    "OTEL_TRACES_SAMPLER_ARG": "0.01",
                    "TRACES_TRUST_CLIENTS": "false",
                    # One or the other: X-Ray would show a request twice.
                    "POWERTOOLS_TRACE_DISABLED": "true",
                }.items()
            )
    services = [json.dumps(each["ServiceName"]) for each in stage.of("AWS::EC2::VPCEndpoint")]
    assert sum("xray" in service for service in services) == 1
    rules = stage.of("AWS::EC2::SecurityGroupIngress")
    assert any(each.get("Description") == "outward functions to endpoints" for each in rules)
