"""The system of record: PostgreSQL, its poolers, its passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from handlers.platform.bounds import DATABASE, SETTINGS
from infra.cdk.config import AwsStage, CopiesConfig
from infra.cdk.explained import explain
from infra.cdk.network import POSTGRES_PORT, PROXY_PORT, Network
from infra.cdk.removal import removal_of_data

# Owns the schema. Only the migrations sign in with this role.
OWNER = "ledgerlane_owner"
# Reads and writes rows. The migrations create it and grant its rights.
APPLICATION = "ledgerlane"
ROTATION_DAYS = 30
# Characters that need quoting in a connection string or a shell.
_EXCLUDED = " %+~`#$&*()|[]{}:;<>?!'/@\"\\,^="
_PARAMETERS = {
    "rds.force_ssl": "1",
    # Limits how long a writer that loses its network can lock its partition's row.
    "idle_in_transaction_session_timeout": "30000",
    "lock_timeout": "10000",
    "log_min_duration_statement": "500",
    "log_lock_waits": "1",
    # Parameters are names, amounts and password hashes.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, slots=True)
class Database:
    """The database, for the functions and the alarms.

    Parameters
    ----------
    proxy
        The pooler, which is the only address that functions get.
    application_secret
        The password of `APPLICATION`, which the migrations set in the database.
    dimensions
        CloudWatch's dimensions of the server's metrics.
    is_cluster
        Whether it is an Aurora cluster.
    suffix
        What its names end in: nothing, or a further shard's number.
    """

    proxy: rds.DatabaseProxy
    application_secret: secretsmanager.ISecret
    dimensions: dict[str, str]
    is_cluster: bool
    suffix: str

    @property
    def address(self) -> str:
        """The pooler's host and port."""
        return f"{self.proxy.endpoint}:{PROXY_PORT}"


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a database is made, and what its names end in."""

    scope: Construct
    config: AwsStage
    network: Network
    key: kms.IKey
    suffix: str

    @property
    def name(self) -> str:
        return f"{self.config.stack_name}-ledger{self.suffix}"


def make_databases(
    scope: Construct, config: AwsStage, network: Network, key: kms.IKey
) -> list[Database]:
    """Create the stage's databases, the home database first, each with RDS Proxy in front."""
    sites = [_Site(scope, config, network, key, "")]
    for shard in range(2, config.database.shards + 1):
        own = Construct(scope, f"Shard{shard}")
        sites.append(_Site(own, config, network, key, f"-{shard}"))
    return [_make_database(site) for site in sites]


def let_connect(
    name: str, function: lambda_.Function, databases: Sequence[Database], user: str
) -> None:
    """Let the function called `name` sign in, to the further shards only if it uses them."""
    knows_all = name in SETTINGS["DATABASE_SHARDS"].readers
    for database in databases if knows_all else databases[:1]:
        database.proxy.grant_connect(function, user)


def _make_database(site: _Site) -> Database:
    instance_type = site.config.database.instance_type
    if instance_type is None:
        cluster = _cluster(site)
        return _with_proxy(site, cluster, {"DBClusterIdentifier": cluster.cluster_identifier})
    instance = _instance(site, instance_type)
    copies = site.config.copies
    if copies is not None and copies.key_arn:
        _copy_backups(instance, copies)
    return _with_proxy(site, instance, {"DBInstanceIdentifier": instance.instance_identifier})


def _instance(site: _Site, instance_type: str) -> rds.DatabaseInstance:
    scope, config, network, key = site.scope, site.config, site.network, site.key
    settings = config.database
    engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_9)
    return rds.DatabaseInstance(
        scope,
        "Database",
        # With a fixed name, a change that would replace the system of record fails instead.
        instance_identifier=site.name,
        engine=engine,
        instance_type=ec2.InstanceType(instance_type),
        database_name=DATABASE,
        port=POSTGRES_PORT,
        credentials=_owner(key),
        vpc=network.vpc,
        vpc_subnets=network.data,
        security_groups=[network.database_group],
        publicly_accessible=False,
        multi_az=settings.multi_az,
        storage_type=rds.StorageType.GP3,
        allocated_storage=settings.storage_gb,
        max_allocated_storage=settings.maximum_storage_gb,
        storage_encrypted=True,
        storage_encryption_key=key,
        backup_retention=Duration.days(settings.backup_days),
        delete_automated_backups=not settings.is_protected,
        copy_tags_to_snapshot=True,
        deletion_protection=config.is_locked,
        removal_policy=removal_of_data(config),
        auto_minor_version_upgrade=True,
        iam_authentication=True,
        parameter_group=rds.ParameterGroup(
            scope, "DatabaseParameters", engine=engine, parameters=_PARAMETERS
        ),
        enable_performance_insights=settings.is_protected,
        performance_insight_encryption_key=key if settings.is_protected else None,
        cloudwatch_logs_exports=["postgresql"],
    )


def _copy_backups(instance: rds.DatabaseInstance, copies: CopiesConfig) -> None:
    """Have RDS copy the automated backups and the WAL to another region."""
    server = instance.node.default_child
    assert isinstance(server, rds.CfnDBInstance)
    server.automatic_backup_replication_region = copies.region
    server.automatic_backup_replication_kms_key_id = copies.key_arn
    server.automatic_backup_replication_retention_period = copies.backup_days


def _cluster(site: _Site) -> rds.DatabaseCluster:
    scope, config, network, key = site.scope, site.config, site.network, site.key
    settings = config.database
    engine = rds.DatabaseClusterEngine.aurora_postgres(
        version=rds.AuroraPostgresEngineVersion.VER_17_9
    )
    return rds.DatabaseCluster(
        scope,
        "Database",
        cluster_identifier=site.name,
        engine=engine,
        writer=rds.ClusterInstance.serverless_v2("Writer", publicly_accessible=False),
        serverless_v2_min_capacity=settings.minimum_acu,
        serverless_v2_max_capacity=settings.maximum_acu,
        default_database_name=DATABASE,
        port=POSTGRES_PORT,
        credentials=_owner(key),
        vpc=network.vpc,
        vpc_subnets=network.data,
        security_groups=[network.database_group],
        storage_encrypted=True,
        storage_encryption_key=key,
        backup=rds.BackupProps(retention=Duration.days(settings.backup_days)),
        copy_tags_to_snapshot=True,
        deletion_protection=config.is_locked,
        removal_policy=removal_of_data(config),
        iam_authentication=True,
        parameter_group=rds.ParameterGroup(
            scope, "DatabaseParameters", engine=engine, parameters=_PARAMETERS
        ),
        cloudwatch_logs_exports=["postgresql"],
    )


def _with_proxy(
    site: _Site, server: rds.DatabaseInstance | rds.DatabaseCluster, dimensions: dict[str, str]
) -> Database:
    scope, config, network, key = site.scope, site.config, site.network, site.key
    kind = "cluster" if isinstance(server, rds.DatabaseCluster) else "instance"
    log_group = logs.LogGroup(
        scope,
        "DatabaseLogs",
        log_group_name=f"/aws/rds/{kind}/{site.name}/postgresql",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    # The server creates a group that is missing, which would then be in the way of this one.
    server.node.add_dependency(log_group)
    owner_secret = server.secret
    assert owner_secret is not None, "created with generated credentials"
    application_secret = rds.DatabaseSecret(
        scope,
        "ApplicationSecret",
        username=APPLICATION,
        dbname=DATABASE,
        encryption_key=key,
        exclude_characters=_EXCLUDED,
    )
    attached = application_secret.attach(server)
    for name, secret in (("owner", owner_secret), ("application", attached)):
        secret.add_rotation_schedule(
            f"{name.capitalize()}Rotation",
            automatically_after=Duration.days(ROTATION_DAYS),
            # Not at once, because the migrations must create the role first.
            rotate_immediately_on_update=False,
            hosted_rotation=secretsmanager.HostedRotation.postgre_sql_single_user(
                function_name=rotation_name(config, name, site.suffix),
                exclude_characters=_EXCLUDED,
                vpc=network.vpc,
                vpc_subnets=network.rotation,
                security_groups=[network.rotation_group],
            ),
        )
    proxy = rds.DatabaseProxy(
        scope,
        "Proxy",
        db_proxy_name=f"{config.stack_name}{site.suffix}",
        proxy_target=(
            rds.ProxyTarget.from_cluster(server)
            if isinstance(server, rds.DatabaseCluster)
            else rds.ProxyTarget.from_instance(server)
        ),
        secrets=[owner_secret, attached],
        # Functions sign in with tokens of their role. They have no password that a rotation could
        # make invalid.
        iam_auth=True,
        require_tls=True,
        vpc=network.vpc,
        vpc_subnets=network.functions,
        security_groups=[network.proxy_group],
        borrow_timeout=Duration.seconds(5),
        idle_client_timeout=Duration.minutes(35),
        max_connections_percent=90,
        debug_logging=False,
    )
    return Database(proxy, attached, dimensions, kind == "cluster", site.suffix)


def rotation_name(config: AwsStage, password: str, suffix: str) -> str:
    """Return the name of the function that rotates a password: ``owner`` or ``application``."""
    return f"{config.stack_name}-rotate-{password}{suffix}"


def _owner(key: kms.IKey) -> rds.Credentials:
    return rds.Credentials.from_generated_secret(
        OWNER, encryption_key=key, exclude_characters=_EXCLUDED
    )


def explain_unprotected(construct: Construct) -> None:
    """Explain why a development database can be deleted."""
    explain(
        construct,
        "The development stage holds no money and is created and destroyed at will",
        "AwsSolutions-RDS10",
    )
