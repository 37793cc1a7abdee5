"""The cache, Valkey. The ledger also works without it."""

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
# Keys and scripts only: no administration, and no commands that list or empty the cache. The rate
# limits' script asks for the time, which is in none of these categories.
ACCESS = "on ~* -@all +@read +@write +@scripting +@connection -@dangerous +time"


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache's address, name and user, for functions and alarms."""

    url: str
    name: str
    user: str
    arns: tuple[str, ...]

    def grant_connect(self, grantee: iam.IGrantable) -> None:
        """Let `grantee` sign in with a token of its role."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["elasticache:Connect"], resource_arns=list(self.arns)
        )


def make_cache(scope: Construct, config: AwsStage, network: Network, key: kms.IKey) -> Cache:
    """Create an encrypted primary with replicas and one user, who signs in with IAM.

    Cluster mode is off, because one script uses the keys of several accounts.
    """
    user = f"{config.stack_name}-app"
    group = _users(scope, config, user, key)
    subnets = elasticache.CfnSubnetGroup(
        scope,
        "CacheSubnets",
        description="The data subnets",
        subnet_ids=network.vpc.select_subnets(subnet_group_name="data").subnet_ids,
    )
    replicates = config.cache.replicas > 0
    nodes = elasticache.CfnReplicationGroup(
        scope,
        "Cache",
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
        # No snapshots, because lost entries are read again from the database.
        snapshot_retention_limit=0,
    )
    explain(
        nodes,
        "The only user signs in with a token of the functions' role; a shared password would be "
        "weaker",
        "AwsSolutions-AEC6",
    )
    if not replicates:
        explain(
            nodes,
            "Development has no replica, because the ledger works without the cache",
            "AwsSolutions-AEC4",
        )
    stack = Stack.of(scope)
    base = f"arn:aws:elasticache:{stack.region}:{stack.account}"
    endpoint = nodes.attr_primary_end_point_address
    return Cache(
        url=f"rediss://{user}@{endpoint}:{CACHE_PORT}/0",
        name=nodes.ref,
        user=user,
        arns=(f"{base}:replicationgroup:{nodes.ref}", f"{base}:user:{user}"),
    )


def _users(
    scope: Construct, config: AwsStage, user: str, key: kms.IKey
) -> elasticache.CfnUserGroup:
    password = secretsmanager.Secret(
        scope,
        "NobodySecret",
        description="The password of the cache's disabled default user; nobody reads it",
        encryption_key=key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
    )
    explain(
        password,
        "Its user is disabled and has no rights",
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
        # IAM requires them to be equal (ElastiCache User Guide, "Authenticating with IAM").
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
