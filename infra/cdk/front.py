"""The API's front end on AWS: throttling, logs, firewall, custom domain."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from handlers.platform.bounds import REST_STAGE
from infra.cdk.api import rest_api
from infra.cdk.config import AwsStage, DomainConfig
from infra.cdk.explained import explain
from infra.cdk.firewall import protect
from infra.cdk.removal import KEPT
from infra.cdk.routes import Route

# The access log has no body, no token and no query.
ACCESS_LOG = apigateway.AccessLogFormat.custom(
    '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp",'
    '"time":"$context.requestTimeEpoch","method":"$context.httpMethod",'
    '"route":"$context.resourcePath","status":"$context.status",'
    '"latencyMs":"$context.responseLatency","integrationMs":"$context.integrationLatency",'
    '"bytes":"$context.responseLength","error":"$context.error.responseType"}'
)


def make_front(
    scope: Construct, config: AwsStage, function: lambda_.IFunction, routes: Sequence[Route]
) -> apigateway.RestApi:
    """Create the REST API with everything that a public API needs."""
    # The setting is the account's: a pull request's stage uses what the stage beside it has set,
    # and must not leave it with a role that is gone.
    account = None if config.is_ephemeral else _may_write_logs(scope)
    access_logs = logs.LogGroup(
        scope,
        "AccessLogs",
        log_group_name=f"/ledgerlane/{config.name}/access",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    api = rest_api(
        scope,
        config,
        function,
        routes,
        apigateway.StageOptions(
            stage_name=REST_STAGE,
            throttling_rate_limit=config.api.rate,
            throttling_burst_limit=config.api.burst,
            metrics_enabled=True,
            tracing_enabled=config.tracing,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            # It would log passwords, tokens and names.
            data_trace_enabled=False,
            access_log_destination=apigateway.LogGroupLogDestination(access_logs),
            access_log_format=ACCESS_LOG,
        ),
    )
    if account is not None:
        api.deployment_stage.node.add_dependency(account)
    # A usage plan for clients with an API key of API Gateway. No method requires one yet.
    api.add_usage_plan(
        "Plan",
        name=config.stack_name,
        throttle=apigateway.ThrottleSettings(
            rate_limit=config.api.rate, burst_limit=config.api.burst
        ),
        api_stages=[apigateway.UsagePlanPerApiStage(api=api, stage=api.deployment_stage)],
    )
    if config.api.has_firewall:
        protect(scope, config, api)
    if config.api.domain is not None:
        _name(scope, api, config.api.domain)
    _explain(api, config)
    return api


def _may_write_logs(scope: Construct) -> apigateway.CfnAccount:
    """Let API Gateway write logs. This setting applies to the stage's whole account."""
    role = iam.Role(
        scope,
        "ApiLogsRole",
        assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name(
                "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
            )
        ],
    )
    explain(
        role,
        "API Gateway accepts no narrower policy for the account's log role",
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
        "AmazonAPIGatewayPushToCloudWatchLogs]",
    )
    account = apigateway.CfnAccount(scope, "ApiAccount", cloud_watch_role_arn=role.role_arn)
    account.apply_removal_policy(KEPT)
    return account


def _name(scope: Construct, api: apigateway.RestApi, domain: DomainConfig) -> None:
    name = api.add_domain_name(
        "Domain",
        domain_name=domain.name,
        certificate=acm.Certificate.from_certificate_arn(
            scope, "Certificate", domain.certificate_arn
        ),
        endpoint_type=apigateway.EndpointType.REGIONAL,
        security_policy=apigateway.SecurityPolicy.TLS_1_2,
        base_path=REST_STAGE,
    )
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone_name
    )
    target = route53.RecordTarget.from_alias(targets.ApiGatewayDomain(name))
    route53.ARecord(scope, "Address", zone=zone, record_name=domain.name, target=target)
    CfnOutput(
        scope,
        "PublicUrl",
        value=f"https://{domain.name}/{REST_STAGE}",
        description="Base URL of the API on its custom domain",
    )


def _explain(api: apigateway.RestApi, config: AwsStage) -> None:
    explain(
        api,
        "The function validates every request and returns problem details (RFC 9457), which API "
        "Gateway's validator can't",
        "AwsSolutions-APIG2",
    )
    explain(
        api,
        "The function authenticates: sessions are rows in the ledger's database that end within a "
        "second of signing out, and some routes are public",
        "AwsSolutions-APIG4",
        "AwsSolutions-COG4",
    )
    if not config.api.has_firewall:
        explain(
            api,
            "Staging and production have a firewall; development has no users",
            "AwsSolutions-APIG3",
        )
