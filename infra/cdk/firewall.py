"""The web application firewall in front of the API."""

from __future__ import annotations

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.cdk.config import AwsStage

# Requests from one address in five minutes.
RATE_LIMIT = 30_000
MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
# The rule refuses bodies over 8 KiB, but batches have up to 256 KiB, which the function checks.
COUNTED = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}

_Acl = wafv2.CfnWebACL


def protect(scope: Construct, config: AwsStage, api: apigateway.RestApi) -> None:
    """Put a firewall in front of the API's stage."""
    rules = [_rate_rule(0)]
    rules += [_managed_rule(number, name) for number, name in enumerate(MANAGED, start=1)]
    acl = _Acl(
        scope,
        "Firewall",
        name=config.stack_name,
        scope="REGIONAL",
        default_action=_Acl.DefaultActionProperty(allow={}),
        rules=rules,
        visibility_config=_visible("Firewall"),
    )
    wafv2.CfnWebACLAssociation(
        scope,
        "FirewallAssociation",
        resource_arn=api.deployment_stage.stage_arn,
        web_acl_arn=acl.attr_arn,
    )
    log_group = logs.LogGroup(
        scope,
        "FirewallLogs",
        # WAF writes only to groups with this prefix.
        log_group_name=f"aws-waf-logs-{config.stack_name}",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    wafv2.CfnLoggingConfiguration(
        scope,
        "FirewallLogging",
        resource_arn=acl.attr_arn,
        log_destination_configs=[
            Stack.of(scope).format_arn(
                service="logs",
                resource="log-group",
                resource_name=log_group.log_group_name,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        ],
        redacted_fields=[{"SingleHeader": {"Name": "authorization"}}],
    )


def _rate_rule(priority: int) -> wafv2.CfnWebACL.RuleProperty:
    return _Acl.RuleProperty(
        name="RatePerAddress",
        priority=priority,
        action=_Acl.RuleActionProperty(block={}),
        statement=_Acl.StatementProperty(
            rate_based_statement=_Acl.RateBasedStatementProperty(
                limit=RATE_LIMIT, aggregate_key_type="IP"
            )
        ),
        visibility_config=_visible("RatePerAddress"),
    )


def _managed_rule(priority: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    overrides = [
        _Acl.RuleActionOverrideProperty(name=rule, action_to_use=_Acl.RuleActionProperty(count={}))
        for rule in COUNTED.get(name, ())
    ]
    return _Acl.RuleProperty(
        name=name,
        priority=priority,
        override_action=_Acl.OverrideActionProperty(none={}),
        statement=_Acl.StatementProperty(
            managed_rule_group_statement=_Acl.ManagedRuleGroupStatementProperty(
                vendor_name="AWS", name=name, rule_action_overrides=overrides or None
            )
        ),
        visibility_config=_visible(name),
    )


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return _Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
