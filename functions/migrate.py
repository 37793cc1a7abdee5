"""The migration function: brings the schema up to date before new code takes traffic.

It is the function behind a CloudFormation custom resource, so a migration that fails fails the
deployment, and the old code keeps serving.  Invoked by hand, without a ``ResponseURL``, it just
migrates.
"""

from __future__ import annotations

from typing import Any, Final

from functions.custom_resource import Event, answer

PHYSICAL_ID: Final = "ledgerlane-migrations"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Migrate, and tell CloudFormation how it went if that is who asks."""
    return answer(event, PHYSICAL_ID, _migrate)


def _migrate() -> dict[str, Any]:
    from functions import wiring
    from handlers.platform.migrator import migrate, migrations, schema_version
    from handlers.platform.roles import let_in

    application_secret = wiring.settings().application_secret_arn
    with _database().connection() as connection:
        applied = migrate(connection, migrations())
        version = schema_version(connection)
        if application_secret:
            secret = wiring.read_secret(application_secret)
            let_in(connection, secret["username"], secret["password"])
    wiring.logger().info("schema is up to date", extra={"applied": applied, "version": version})
    return {"SchemaVersion": str(version), "Applied": ",".join(applied)}


def _database() -> Any:
    """Return the database as the schema's owner, who may be another role than the functions'."""
    from functions import wiring

    user = wiring.settings().migration_database_iam_user
    return wiring.connect_as(user) if user else wiring.database()
