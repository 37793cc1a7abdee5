"""The migration function: updates every shard's schema before new code receives traffic.

It is a CloudFormation custom resource, so if a migration fails, the deployment fails and the old
code keeps serving.  You can also invoke it by hand, without a ``ResponseURL``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from functions.custom_resource import Event, answer

if TYPE_CHECKING:
    from handlers.platform.postgres import Database

PHYSICAL_ID: Final = "ledgerlane-migrations"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Migrate the schemas, and report to CloudFormation if it sent the event."""
    return answer(event, PHYSICAL_ID, _work)


def _work() -> dict[str, Any]:
    databases = _databases()
    done = migrate_all(databases)
    if len(databases) > 1:
        spread_over(databases)
    return done


def migrate_all(databases: Sequence[Database]) -> dict[str, Any]:
    """Migrate each shard's database, give it its number, and let the application's role in.

    Parameters
    ----------
    databases
        The home database and the further shards, connected as the schema's owner.

    Raises
    ------
    handlers.platform.migrator.MigrationError
        If a database and the migrations don't match.
    handlers.sharding.identity.WrongDatabase
        If a database is not the shard that the settings say it is.
    """
    from functions import wiring
    from handlers.platform.migrator import migrate, migrations, schema_version
    from handlers.sharding.identity import check_distinct, identify
    from handlers.sharding.shards import HOME

    secrets = wiring.settings().application_secret_arn or (None,) * len(databases)
    applied: list[str] = []
    with ExitStack() as held:
        connections = [held.enter_context(database.connection()) for database in databases]
        check_distinct(connections)
        for shard, (connection, secret) in enumerate(zip(connections, secrets, strict=True), HOME):
            names = migrate(connection, migrations())
            identify(connection, shard)
            if secret is not None:
                _let_application_in(connection, secret)
            applied += names if shard == HOME else [f"{shard}:{name}" for name in names]
        version = schema_version(connections[0])
    wiring.logger().info(
        "schema is up to date",
        extra={"applied": applied, "version": version, "shards": len(databases)},
    )
    return {"SchemaVersion": str(version), "Applied": ",".join(applied)}


def spread_over(databases: Sequence[Database]) -> None:
    """Give each shard its part of a ledger that has no commands yet.

    Parameters
    ----------
    databases
        The home database and the further shards, migrated.
    """
    from functions import wiring
    from handlers.moving.mover import SETTLE_S
    from handlers.moving.moves import CannotMove
    from handlers.moving.spread import spread
    from handlers.sharding.shards import Shards

    current = wiring.settings()
    topic, partitions = current.commands_topic, current.partitions
    try:
        done = spread(Shards(databases, topic, partitions), topic, partitions, SETTLE_S)
    except CannotMove as reason:
        # An operator is at work, and a ledger with partitions to move is not new.
        wiring.logger().info("partitions are not spread", extra={"reason": str(reason)})
    else:
        wiring.logger().info("partitions are spread", extra=done._asdict())


def _let_application_in(connection: Any, secret_arn: str) -> None:
    from functions import wiring
    from handlers.platform.roles import let_in

    secret = wiring.read_secret(secret_arn)
    let_in(connection, secret["username"], secret["password"])


def _databases() -> list[Database]:
    """Return the databases of all shards, connected as the schema's owner."""
    from functions import wiring

    user = wiring.settings().migration_database_iam_user
    if not user:
        return wiring.databases()
    return [wiring.connect_as(user, place) for place in (wiring.home(), *wiring.further_places())]
