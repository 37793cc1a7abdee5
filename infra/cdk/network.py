"""The VPC, without inbound access, and with outbound access only for webhooks."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.config import AwsStage, ExternalKafkaConfig

POSTGRES_PORT = 15432
PROXY_PORT = 5432
CACHE_PORT = 6379
# MSK's listener for IAM inside the VPC (MSK Developer Guide, "Port information").
KAFKA_IAM_PORT = 9098
HTTPS_PORT = 443

FUNCTIONS = "functions"
OUTWARD = "outward"
DATA = "data"
# Custom resources respond to a presigned URL in a bucket of CloudFormation.
_ANSWERS = "arn:aws:s3:::cloudformation-custom-resource-response-*/*"


class Network(Construct):
    """The VPC, subnets, endpoints, and a security group for each kind of resource.

    Groups allow each other by reference, never by address.

    Parameters
    ----------
    scope
        The stack.
    config
        The stage.
    """

    def __init__(self, scope: Construct, config: AwsStage) -> None:
        super().__init__(scope, "Network")
        self.vpc = _vpc(self, config)
        self.functions = ec2.SubnetSelection(subnet_group_name=FUNCTIONS)
        # Functions with outbound access: webhooks, or all of them if the brokers are external.
        self.outward = ec2.SubnetSelection(subnet_group_name=OUTWARD)
        self.data = ec2.SubnetSelection(subnet_group_name=DATA)
        # AWS's services are reached by endpoints, or by the NAT gateway that external brokers
        # require anyway: endpoints cost more than a small stage's database.
        self.has_endpoints = not isinstance(config.kafka, ExternalKafkaConfig)
        self.rotation = self.functions if self.has_endpoints else self.outward
        self.function_group = self._group("Functions", "the functions")
        self.outward_group = self._group("Outward", "functions that call the world")
        self.rotation_group = self._group("Rotation", "the rotation of passwords")
        self.proxy_group = self._group("Proxy", "the pooler, RDS Proxy")
        self.database_group = self._group("Database", "PostgreSQL")
        self.cache_group = self._group("Cache", "the cache")
        self.kafka_group = self._group("Kafka", "the brokers and of the pollers")
        self.endpoint_group = self._group("Endpoints", "endpoints of AWS services")
        self._allow()
        self._allow_outward(config)
        self._storage = _storage_endpoint(self.vpc)
        if self.has_endpoints:
            self._add_endpoints()
        else:
            what = "rotation to Secrets Manager"
            self.rotation_group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS_PORT), what)
        if config.traces is not None and self.has_endpoints:
            self._allow_traces()

    def _add_endpoints(self) -> None:
        for name, service in (
            ("SecretsManager", ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER),
            # For the pollers of event source mappings.
            ("Lambda", ec2.InterfaceVpcEndpointAwsService.LAMBDA_),
            ("Sts", ec2.InterfaceVpcEndpointAwsService.STS),
        ):
            _endpoint(self, name, service, self.vpc, self.functions, self.endpoint_group)

    def let_reach(self, bucket: s3.IBucket) -> None:
        """Let roles of the account use a bucket through the endpoint, as far as they may anyway."""
        self._storage.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
                resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
            )
        )

    def _group(self, name: str, what: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, f"{name}Group", vpc=self.vpc, description=f"Of {what}", allow_all_outbound=False
        )

    def _allow(self) -> None:
        for source, target, port, what in (
            (self.function_group, self.proxy_group, PROXY_PORT, "functions to the pooler"),
            (self.function_group, self.cache_group, CACHE_PORT, "functions to the cache"),
            (self.function_group, self.kafka_group, KAFKA_IAM_PORT, "functions to the brokers"),
            (self.function_group, self.endpoint_group, HTTPS_PORT, "functions to endpoints"),
            (self.proxy_group, self.database_group, POSTGRES_PORT, "pooler to PostgreSQL"),
            (self.rotation_group, self.database_group, POSTGRES_PORT, "rotation to PostgreSQL"),
            (self.rotation_group, self.endpoint_group, HTTPS_PORT, "rotation to endpoints"),
            # Lambda's pollers have their network interfaces in the brokers' group.
            (self.kafka_group, self.kafka_group, KAFKA_IAM_PORT, "pollers to the brokers"),
            (self.kafka_group, self.endpoint_group, HTTPS_PORT, "pollers to endpoints"),
        ):
            source.add_egress_rule(target, ec2.Port.tcp(port), what)
            target.add_ingress_rule(source, ec2.Port.tcp(port), what)
        # S3's gateway endpoint has public addresses, but no route leads to other ones. The pollers
        # write the batches that they give up there.
        for group, whose in ((self.function_group, "functions"), (self.kafka_group, "pollers")):
            group.add_egress_rule(
                ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS_PORT), f"{whose} to S3's gateway endpoint"
            )

    def _allow_traces(self) -> None:
        """Let functions reach X-Ray's endpoint for OpenTelemetry's traces."""
        _endpoint(
            self,
            "XRay",
            ec2.InterfaceVpcEndpointAwsService.XRAY,
            self.vpc,
            self.functions,
            self.endpoint_group,
        )
        # X-Ray's name leads to the endpoint in all subnets.
        what = "outward functions to endpoints"
        self.outward_group.add_egress_rule(self.endpoint_group, ec2.Port.tcp(HTTPS_PORT), what)
        self.endpoint_group.add_ingress_rule(self.outward_group, ec2.Port.tcp(HTTPS_PORT), what)

    def _allow_outward(self, config: AwsStage) -> None:
        group, kafka = self.outward_group, config.kafka
        targets = [(self.proxy_group, PROXY_PORT, "outward functions to the pooler")]
        ports = {HTTPS_PORT: "webhooks to their receivers"}
        if isinstance(kafka, ExternalKafkaConfig):
            # With external brokers, all functions are in this group.
            targets += [
                (self.cache_group, CACHE_PORT, "outward functions to the cache"),
                (self.endpoint_group, HTTPS_PORT, "outward functions to endpoints"),
            ]
            for server in kafka.bootstrap:
                ports[int(server.rpartition(":")[2])] = "functions to the brokers outside"
        else:
            targets.append((self.kafka_group, KAFKA_IAM_PORT, "outward functions to the brokers"))
        for target, port, what in targets:
            group.add_egress_rule(target, ec2.Port.tcp(port), what)
            target.add_ingress_rule(group, ec2.Port.tcp(port), what)
        for port, what in ports.items():
            group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), what)


def _vpc(scope: Construct, config: AwsStage) -> ec2.Vpc:
    network = config.network
    subnets = [
        ec2.SubnetConfiguration(
            name=FUNCTIONS,
            subnet_type=ec2.SubnetType.PRIVATE_ISOLATED,
            cidr_mask=20,
        ),
        ec2.SubnetConfiguration(
            name=DATA, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
        ),
        ec2.SubnetConfiguration(
            name=OUTWARD, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=22
        ),
        # Only NAT gateways are in these subnets.
        ec2.SubnetConfiguration(
            name="public",
            subnet_type=ec2.SubnetType.PUBLIC,
            cidr_mask=28,
            map_public_ip_on_launch=False,
        ),
    ]
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        vpc_name=config.stack_name,
        ip_addresses=ec2.IpAddresses.cidr(network.cidr),
        availability_zones=list(network.zones),
        nat_gateways=network.nat_gateways,
        subnet_configuration=subnets,
        # This would add a Node.js function of the CDK, and nothing uses the default group.
        restrict_default_security_group=False,
    )
    vpc.add_flow_log(
        "Rejected",
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(
            logs.LogGroup(
                scope,
                "FlowLogs",
                log_group_name=f"/ledgerlane/{config.name}/flow-logs",
                retention=logs.RetentionDays.ONE_MONTH,
                removal_policy=RemovalPolicy.DESTROY,
            )
        ),
        # The services log accepted traffic themselves, and logging it here would be expensive.
        traffic_type=ec2.FlowLogTrafficType.REJECT,
    )
    return vpc


def _storage_endpoint(vpc: ec2.Vpc) -> ec2.GatewayVpcEndpoint:
    """Create the endpoint of S3, whose policy names what can be reached. It costs nothing."""
    storage = vpc.add_gateway_endpoint("S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
    storage.add_to_policy(
        iam.PolicyStatement(
            principals=[iam.AnyPrincipal()], actions=["s3:PutObject"], resources=[_ANSWERS]
        )
    )
    return storage


def _endpoint(
    scope: Construct,
    name: str,
    service: ec2.IInterfaceVpcEndpointService,
    vpc: ec2.Vpc,
    subnets: ec2.SubnetSelection,
    group: ec2.SecurityGroup,
) -> None:
    ec2.InterfaceVpcEndpoint(
        scope,
        f"{name}Endpoint",
        vpc=vpc,
        service=service,
        subnets=subnets,
        security_groups=[group],
        open=False,
        private_dns_enabled=True,
    )
