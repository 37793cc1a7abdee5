"""What every stage on AWS promises: private, encrypted, of least privilege, watched."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from infra.cdk.build_asset import ROOT
from infra.cdk.config import ExternalKafkaConfig
from infra.cdk.routes import Route
from infra.signals.catalogue import SIGNALS
from tests.infra.aws_synthesis import (
    Synthesized,
    lint,
    readable,
)

SNAPSHOTS = Path(__file__).with_name("snapshots")


def statements(stage: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement that gives a principal of ours a right, with its policy's id."""
    for name, resource in stage.everything.items():
        documents = []
        properties = resource.get("Properties", {})
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            documents = [properties["PolicyDocument"]]
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def compare_snapshot(name: str, template: dict[str, Any]) -> None:
    """Compare a template with the one that was reviewed (UPDATE_SNAPSHOTS=1 takes the new)."""
    text = yaml.safe_dump(readable(template), sort_keys=True, width=100)
    file = SNAPSHOTS / f"{name}.yaml"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text, f"{file.name} differs: UPDATE_SNAPSHOTS=1 takes the new one"


def test_the_templates_are_those_that_were_reviewed(stage: Synthesized) -> None:
    for name, template in stage.templates.items():
        compare_snapshot(name, template)


def test_cdk_nag_has_no_unexplained_finding(stage: Synthesized) -> None:
    assert stage.findings == ()


def test_cfn_lint_is_content(stage: Synthesized) -> None:
    assert lint(stage) == ""


def test_nothing_has_a_public_address(stage: Synthesized) -> None:
    for subnet in stage.of("AWS::EC2::Subnet"):
        assert subnet["MapPublicIpOnLaunch"] is False
    for server in stage.of("AWS::RDS::DBInstance"):
        assert server["PubliclyAccessible"] is False


def test_only_webhooks_have_a_way_out(stage: Synthesized) -> None:
    """Subnets are told by their route tables: a route leads to a gateway, or there is none."""
    ways_out = {
        route["RouteTableId"]["Ref"]: "internet" if "GatewayId" in route else "nat"
        for route in stage.of("AWS::EC2::Route")
    }
    kinds: dict[str, set[str | None]] = {}
    for link in stage.of("AWS::EC2::SubnetRouteTableAssociation"):
        kind = re.sub(r"Subnet\d.*", "", link["SubnetId"]["Ref"].removeprefix("NetworkVpc"))
        kinds.setdefault(kind, set()).add(ways_out.get(link["RouteTableId"]["Ref"]))
    assert kinds == {
        "functions": {None},
        "data": {None},
        "outward": {"nat"},
        "public": {"internet"},
    }
    # Brokers outside of AWS are reached by all functions.
    is_outside = isinstance(stage.config.kafka, ExternalKafkaConfig)
    for function in stage.of("AWS::Lambda::Function"):
        if "VpcConfig" in function:
            is_outward = is_outside or function["FunctionName"].endswith("-webhooks")
            place = "outward" if is_outward else "functions"
            subnets = json.dumps(function["VpcConfig"]["SubnetIds"])
            assert subnets.count(f"NetworkVpc{place}Subnet") == 3
    for stored in ("AWS::RDS::DBSubnetGroup", "AWS::ElastiCache::SubnetGroup", "AWS::MSK::Cluster"):
        for group in stage.of(stored):
            assert set(re.findall(r"NetworkVpc([a-z]+)Subnet", json.dumps(group))) == {"data"}
    for gateway in stage.of("AWS::EC2::NatGateway"):
        assert "NetworkVpcpublicSubnet" in gateway["SubnetId"]["Ref"]


def test_groups_admit_each_other_by_reference_only(stage: Synthesized) -> None:
    rules = stage.of("AWS::EC2::SecurityGroupIngress")
    assert rules
    for rule in rules:
        assert "CidrIp" not in rule
        assert "SourceSecurityGroupId" in rule
        assert rule["FromPort"] == rule["ToPort"]
    for group in stage.of("AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in group


def test_functions_run_in_the_vpc(stage: Synthesized) -> None:
    for function in stage.of("AWS::Lambda::Function"):
        if not function["FunctionName"].endswith("-bootstrap"):
            assert function["VpcConfig"]["SubnetIds"]


def test_functions_are_of_the_kind_that_the_asset_is_built_for(stage: Synthesized) -> None:
    for function in stage.of("AWS::Lambda::Function"):
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_all_functions_together_stay_within_the_database(stage: Synthesized) -> None:
    reserved = [f["ReservedConcurrentExecutions"] for f in stage.of("AWS::Lambda::Function")]
    assert sum(reserved) <= stage.config.database.connections
    is_outside = isinstance(stage.config.kafka, ExternalKafkaConfig)
    expected = 14 - is_outside + 3 * (stage.config.archive is not None)
    assert len(reserved) == expected, "only MSK is asked for its brokers' addresses"


def test_what_is_stored_is_encrypted_by_the_stage_s_key(stage: Synthesized) -> None:
    servers = stage.of("AWS::RDS::DBInstance") + stage.of("AWS::RDS::DBCluster")
    encrypted = [s for s in servers if "StorageEncrypted" in s]
    assert len(encrypted) == 1, "Aurora's instances share the cluster's storage"
    assert encrypted[0]["StorageEncrypted"] is True
    assert encrypted[0]["KmsKeyId"]
    for brokers in stage.of("AWS::MSK::Cluster"):
        assert brokers["EncryptionInfo"]["EncryptionAtRest"]["DataVolumeKMSKeyId"]
    (cache,) = stage.of("AWS::ElastiCache::ReplicationGroup")
    assert cache["AtRestEncryptionEnabled"] is True
    assert cache["KmsKeyId"]
    for secret in stage.of("AWS::SecretsManager::Secret"):
        assert secret["KmsKeyId"]
    (topic,) = stage.of("AWS::SNS::Topic")
    assert topic["KmsMasterKeyId"]
    (key,) = stage.of("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    buckets = stage.of("AWS::S3::Bucket")
    assert len(buckets) == 1 + (stage.config.archive is not None)
    for bucket in buckets:
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_what_is_sent_is_encrypted(stage: Synthesized) -> None:
    (proxy,) = stage.of("AWS::RDS::DBProxy")
    assert proxy["RequireTLS"] is True
    parameters = stage.of("AWS::RDS::DBParameterGroup")
    parameters += stage.of("AWS::RDS::DBClusterParameterGroup")
    assert [group["Parameters"]["rds.force_ssl"] for group in parameters] == ["1"]
    for brokers in stage.of("AWS::MSK::Cluster"):
        transit = brokers["EncryptionInfo"]["EncryptionInTransit"]
        assert transit == {"ClientBroker": "TLS", "InCluster": True}
        assert brokers["ClientAuthentication"]["Unauthenticated"] == {"Enabled": False}
    (cache,) = stage.of("AWS::ElastiCache::ReplicationGroup")
    assert cache["TransitEncryptionMode"] == "required"
    for function in stage.of("AWS::Lambda::Function"):
        variables = function["Environment"]["Variables"]
        if "REDIS_URL" in variables:
            assert variables["REDIS_URL"]["Fn::Join"][1][0].startswith("rediss://")
    refusals = [
        statement
        for kind in ("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy")
        for policy in stage.of(kind)
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    assert len(refusals) == 2 + (stage.config.archive is not None)


def test_no_action_is_a_wildcard(stage: Synthesized) -> None:
    for name, statement in statements(stage):
        for action in listed(statement["Action"]):
            # What the CDK grants to write the key's and bucket's data is named by families.
            assert action != "*", name
            assert not re.fullmatch(r"[a-z0-9-]+:\*", action), (name, action)


def test_a_right_on_everything_is_one_that_takes_no_arn(stage: Synthesized) -> None:
    allowed = {
        *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface"),
        *("ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
        *("ec2:UnassignPrivateIpAddresses", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"),
        *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    }
    for name, statement in statements(stage):
        if "*" in listed(statement["Resource"]):
            assert set(listed(statement["Action"])) <= allowed, name


def test_only_migrations_and_rebuilds_sign_in_as_the_owner(stage: Synthesized) -> None:
    owners = {
        name
        for name, statement in statements(stage)
        if "/ledgerlane_owner" in json.dumps(statement)
    }
    assert {name.partition("Role")[0] for name in owners} == {"Migrate", "Rebuild"}


def test_no_password_is_in_an_environment(stage: Synthesized) -> None:
    for function in stage.of("AWS::Lambda::Function"):
        text = json.dumps(function["Environment"])
        assert "resolve:secretsmanager" not in text
        assert "PASSWORD" not in text.upper().replace("SECRET_ARN", "")
    # The one dynamic reference is of a user of the cache who is switched off.
    users = stage.of("AWS::ElastiCache::User")
    assert [u["AccessString"] for u in users if "Passwords" in u["AuthenticationMode"]] == [
        "off -@all"
    ]


def test_passwords_are_rotated(stage: Synthesized) -> None:
    schedules = stage.of("AWS::SecretsManager::RotationSchedule")
    assert len(schedules) == 2
    for schedule in schedules:
        assert schedule["RotateImmediatelyOnUpdate"] is False


def test_production_s_data_survives_its_stack(stage: Synthesized) -> None:
    kinds = {"AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::MSK::Cluster", "AWS::KMS::Key"}
    lasting = [r for r in stage.everything.values() if r["Type"] in kinds]
    policies = {resource["DeletionPolicy"] for resource in lasting}
    is_protected = stage.config.name != "dev"
    # What a failed first deployment leaves behind would be in the next one's way.
    assert policies == ({"RetainExceptOnCreate"} if is_protected else {"Delete"})
    for server in stage.of("AWS::RDS::DBInstance"):
        if "DeletionProtection" in server:
            assert server["DeletionProtection"] is is_protected
            assert server["BackupRetentionPeriod"] == stage.config.database.backup_days
            assert server["MultiAZ"] is is_protected


def test_the_log_loses_nothing_when_a_broker_is_lost(stage: Synthesized) -> None:
    for settings in stage.of("AWS::MSK::Configuration"):
        for line in ("min.insync.replicas=2", "unclean.leader.election.enable=false"):
            assert line in settings["ServerProperties"].splitlines()
    for brokers in stage.of("AWS::MSK::Cluster"):
        assert brokers["NumberOfBrokerNodes"] == 3
    (topics,) = stage.of("Custom::KafkaTopics")
    assert topics["Replication"] == "3"
    assert topics["Partitions"] == str(stage.config.partitions)
    wanted = json.loads(topics["Topics"])
    assert wanted["ledger.commands"]["retention.ms"] == "-1"
    assert {topic["min.insync.replicas"] for topic in wanted.values()} == {"2"}


def archives(mapping: dict[str, Any]) -> bool:
    """Tell whether a mapping is the archive's, which on-demand pollers read in every stage."""
    return "ledgerlane-archive" in json.dumps(mapping)


def test_a_command_is_not_given_up_early(stage: Synthesized) -> None:
    mappings = stage.of("AWS::Lambda::EventSourceMapping")
    topics = ["ledger.commands"] * (1 + (stage.config.archive is not None)) + ["ledger.events"]
    assert sorted(m["Topics"] for m in mappings) == [[topic] for topic in topics]
    for mapping in mappings:
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        if not stage.config.consumers.is_provisioned or archives(mapping):
            continue
        assert mapping["MaximumRetryAttempts"] == 10_000
        assert mapping["MaximumRecordAgeInSeconds"] == -1
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"]
        pollers = mapping["ProvisionedPollerConfig"]
        minimum, maximum = pollers["MinimumPollers"], pollers["MaximumPollers"]
        assert 1 <= minimum <= maximum <= stage.config.partitions


def test_on_demand_pollers_are_told_of_failures_by_an_error(stage: Synthesized) -> None:
    """They don't read the answer, and retry a batch without an end only without these settings."""
    for mapping in stage.of("AWS::Lambda::EventSourceMapping"):
        is_provisioned = stage.config.consumers.is_provisioned and not archives(mapping)
        for name in ("FunctionResponseTypes", "MaximumRetryAttempts", "DestinationConfig"):
            assert (name in mapping) is is_provisioned
        function = stage.everything[mapping["FunctionName"]["Ref"]]["Properties"]
        variables = function["Environment"]["Variables"]
        assert variables.get("REPORTS_FAILURES", "true") == str(is_provisioned).lower()


def test_a_group_reads_for_one_function(stage: Synthesized) -> None:
    """Two functions in a group would each get half of the partitions."""
    groups = re.findall(
        r'"ConsumerGroupId": "([^"]+)"', json.dumps(stage.of("AWS::Lambda::EventSourceMapping"))
    )
    assert len(groups) == len(set(groups)) == 2 + (stage.config.archive is not None)


def test_an_archive_is_kept_and_in_production_locked(stage: Synthesized) -> None:
    kept = [r for name, r in stage.everything.items() if name.startswith("Archive")]
    buckets = [r for r in kept if r["Type"] == "AWS::S3::Bucket"]
    assert len(buckets) == (stage.config.archive is not None)
    for bucket in buckets:
        assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
        assert bucket["UpdateReplacePolicy"] == "Retain"
        properties = bucket["Properties"]
        lock = properties.get("ObjectLockConfiguration", {}).get("Rule", {})
        is_production = stage.config.name == "prod"
        assert bool(lock) is properties.get("ObjectLockEnabled", False) is is_production
        if is_production:
            assert lock["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 35}
        (rule,) = properties["LifecycleConfiguration"]["Rules"]
        assert "ExpirationInDays" not in rule, "the log is kept forever"


def test_statements_are_logged_without_their_parameters(stage: Synthesized) -> None:
    groups = stage.of("AWS::RDS::DBParameterGroup") + stage.of("AWS::RDS::DBClusterParameterGroup")
    for group in groups:
        assert group["Parameters"]["log_parameter_max_length"] == "0", "they are names and money"
        assert group["Parameters"]["log_parameter_max_length_on_error"] == "0"


def test_code_takes_traffic_only_after_migrations_and_topics(stage: Synthesized) -> None:
    first = {
        name
        for name, resource in stage.app["Resources"].items()
        if resource["Type"] in {"Custom::KafkaTopics", "Custom::DatabaseMigration"}
    }
    assert len(first) == 2
    for resource in stage.app["Resources"].values():
        name = resource.get("Properties", {}).get("FunctionName", "")
        if resource["Type"] == "AWS::Lambda::Function" and name.endswith(
            ("-api", "-apply", "-sweeper", "-audit", "-webhooks")
        ):
            assert first <= set(resource["DependsOn"])


def test_clients_reach_an_alias_that_shifts_with_alarms(stage: Synthesized) -> None:
    (group,) = stage.of("AWS::CodeDeploy::DeploymentGroup")
    assert group["AlarmConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    aliases = [
        (name, r) for name, r in stage.everything.items() if r["Type"] == "AWS::Lambda::Alias"
    ]
    ((alias, resource),) = aliases
    assert "CodeDeployLambdaAliasUpdate" in resource["UpdatePolicy"]
    for method in stage.of("AWS::ApiGateway::Method"):
        assert alias in json.dumps(method["Integration"]["Uri"])


def test_the_front_door_is_guarded_where_there_are_users(stage: Synthesized) -> None:
    is_guarded = stage.config.name != "dev"
    assert len(stage.of("AWS::WAFv2::WebACLAssociation")) == is_guarded
    assert len(stage.of("AWS::ApiGateway::DomainName")) == (stage.config.name == "prod")
    for domain in stage.of("AWS::ApiGateway::DomainName"):
        assert domain["SecurityPolicy"] == "TLS_1_2"
    (door,) = stage.of("AWS::ApiGateway::Stage")
    (settings,) = door["MethodSettings"]
    assert settings["DataTraceEnabled"] is False, "bodies hold passwords"
    assert settings["ThrottlingRateLimit"] == stage.config.api.rate
    assert door["AccessLogSetting"]["DestinationArn"]


def test_every_alarm_tells_somebody_and_has_a_runbook(stage: Synthesized) -> None:
    headings = re.findall(r"^### (\S+)$", (ROOT / "docs" / "runbooks.md").read_text(), re.M)
    alarms = stage.of("AWS::CloudWatch::Alarm")
    assert len(alarms) > 20
    for alarm in alarms:
        named = re.search(r"docs/runbooks\.md#(\S+)$", alarm["AlarmDescription"])
        assert named is not None
        assert named[1] in headings
        if not alarm["AlarmName"].endswith("release-errors"):
            assert alarm["AlarmActions"]


def signal_of(alarm: dict[str, Any]) -> str:
    """Return the name of the signal that an alarm's description links to."""
    return str(alarm["AlarmDescription"].rpartition("#")[2])


#: CodeDeploy rolls back on it; it is of a deployment, not of the list.
OF_DEPLOYMENTS = {"release-errors"}


def test_every_signal_has_an_alarm_or_a_reason_and_every_alarm_is_a_signal(
    stage: Synthesized,
) -> None:
    alarms = {signal_of(alarm) for alarm in stage.of("AWS::CloudWatch::Alarm")} - OF_DEPLOYMENTS

    wanted = {signal.name: signal.alarm.metric.parts for signal in SIGNALS if signal.alarm}
    named = {signal.name for signal in SIGNALS if not signal.only_here}
    assert alarms <= named
    # An alarm of what the stage doesn't have could never fire.
    of_sources = {
        name
        for name, metrics in wanted.items()
        if (metrics[0].source in ("broker", "cluster") and not stage.of("AWS::MSK::Cluster"))
        or (metrics[0].source == "mapping" and not stage.config.consumers.is_provisioned)
        or (metrics[0].function == "archive" and stage.config.archive is None)
    }
    assert named - alarms == of_sources


def test_an_alarm_is_its_signal_in_the_other_world(stage: Synthesized) -> None:
    signals = {signal.name: signal for signal in SIGNALS}
    for alarm in stage.of("AWS::CloudWatch::Alarm"):
        if (name := signal_of(alarm)) in OF_DEPLOYMENTS:
            continue
        signal, wanted = signals[name], signals[name].alarm
        assert wanted is not None
        direction = "LessThan" if signal.is_below else "GreaterThanOrEqualTo"
        assert alarm["AlarmName"].startswith(f"{stage.config.stack_name}-{name}")
        assert alarm["AlarmDescription"].startswith(f"{signal.meaning}. ")
        assert alarm["ComparisonOperator"] == f"{direction}Threshold"
        assert alarm["EvaluationPeriods"] == wanted.periods
        if wanted.threshold is None:
            assert alarm["Threshold"] == signal.threshold * wanted.metric.scale
        for metric in alarm.get("Metrics", [alarm]):
            stat = metric.get("MetricStat", metric)
            assert stat.get("Period", wanted.metric.period_s) == wanted.metric.period_s


def test_the_dashboard_shows_every_alarm_s_metric(stage: Synthesized) -> None:
    (dashboard,) = stage.of("AWS::CloudWatch::Dashboard")
    shown = json.dumps(dashboard["DashboardBody"])

    for alarm in stage.of("AWS::CloudWatch::Alarm"):
        if signal_of(alarm) not in OF_DEPLOYMENTS and "MetricName" in alarm:
            assert alarm["MetricName"] in shown, alarm["AlarmName"]


def test_the_app_fits_into_one_stack(
    stage: Synthesized, routes: tuple[Route, ...], toy_routes: tuple[Route, ...]
) -> None:
    def resources_of(some: tuple[Route, ...]) -> int:
        return sum(2 + len(route.methods) for route in some)

    grown = len(stage.app["Resources"]) - resources_of(toy_routes) + resources_of(routes)
    # CloudFormation takes 500; a path may need a resource for each of its parts.
    assert grown < 400
