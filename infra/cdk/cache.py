"""The cache: Valkey, which the ledger does without when it is away."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cdk.config import AwsStage
from infra.cdk.explained import explain
from infra.cdk.network import CACHE_PORT, Network

ENGINE_VERSION = "8.0"
# Keys and scripts: no administration, nothing that lists or empties the cache.
ACCESS = "on ~* -@all +@read +@write +@scripting +@connection -@dangerous"


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache as functions and alarms need it: its address, name and user."""

    url: str
    name: str
    user: str
    arns: tuple[str, ...]

    def grant_connect(self, grantee: iam.IGrantable) -> None:
        """Let `grantee` sign in with a token of its own role."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["elasticache:Connect"], resource_arns=list(self.arns)
        )


def make_cache(scope: Construct, config: AwsStage, network: Network, key: kms.IKey) -> Cache:
    """Make a primary with its replicas, encrypted, open to one user who signs in by IAM.

    Cluster mode stays off: one script touches the keys of several accounts.
    """
    name, user = config.stack_name, f"{config.stack_name}-app"
    group = _users(scope, config, user, key)
    subnets = elasticache.CfnSubnetGroup(
        scope,
        "CacheSubnets",
        cache_subnet_group_name=name,
        description="The data subnets",
        subnet_ids=network.vpc.select_subnets(subnet_group_name="data").subnet_ids,
    )
    replicates = config.cache.replicas > 0
    nodes = elasticache.CfnReplicationGroup(
        scope,
        "Cache",
        replication_group_id=name,
        replication_group_description="Ledgerlane's cache of balances and sessions",
        engine="valkey",
        engine_version=ENGINE_VERSION,
        cache_node_type=config.cache.node_type,
        num_cache_clusters=1 + config.cache.replicas,
        automatic_failover_enabled=replicates,
        multi_az_enabled=replicates,
        port=CACHE_PORT,
        cache_subnet_group_name=subnets.ref,
        security_group_ids=[network.cache_group.security_group_id],
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        at_rest_encryption_enabled=True,
        kms_key_id=key.key_arn,
        user_group_ids=[group.ref],
        auto_minor_version_upgrade=True,
        # It is a cache: what it loses is read again from the database.
        snapshot_retention_limit=0,
    )
    explain(
        nodes,
        "One user signs in, with a token of the functions' own role; a password for all would be "
        "the weaker",
        "AwsSolutions-AEC6",
    )
    if not replicates:
        explain(
            nodes,
            "Development does without a replica: the ledger works with the cache away",
            "AwsSolutions-AEC4",
        )
    stack = Stack.of(scope)
    base = f"arn:aws:elasticache:{stack.region}:{stack.account}"
    endpoint = nodes.attr_primary_end_point_address
    return Cache(
        url=f"rediss://{user}@{endpoint}:{CACHE_PORT}/0",
        name=name,
        user=user,
        arns=(f"{base}:replicationgroup:{name}", f"{base}:user:{user}"),
    )


def _users(
    scope: Construct, config: AwsStage, user: str, key: kms.IKey
) -> elasticache.CfnUserGroup:
    password = secretsmanager.Secret(
        scope,
        "NobodySecret",
        description="Of the cache's default user, who is switched off; no one reads it",
        encryption_key=key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
    )
    explain(
        password,
        "The user it belongs to is switched off and may do nothing",
        "AwsSolutions-SMG4",
    )
    nobody = elasticache.CfnUser(
        scope,
        "Nobody",
        user_id=f"{config.stack_name}-default",
        user_name="default",
        engine="valkey",
        access_string="off -@all",
        authentication_mode={
            "Type": "password",
            "Passwords": [password.secret_value.unsafe_unwrap()],
        },
    )
    application = elasticache.CfnUser(
        scope,
        "CacheUser",
        # For IAM the two must be equal (ElastiCache User Guide, "Authenticating with IAM").
        user_id=user,
        user_name=user,
        engine="valkey",
        access_string=ACCESS,
        authentication_mode={"Type": "iam"},
    )
    return elasticache.CfnUserGroup(
        scope,
        "CacheUsers",
        user_group_id=config.stack_name,
        engine="valkey",
        user_ids=[nobody.ref, application.ref],
    )
