"""The migration function: updates the schema before new code receives traffic.

It is a CloudFormation custom resource, so if a migration fails, the deployment fails and the old
code keeps serving.  You can also invoke it by hand, without a ``ResponseURL``.
"""

from __future__ import annotations

from typing import Any, Final

from functions.custom_resource import Event, answer

PHYSICAL_ID: Final = "ledgerlane-migrations"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Migrate the schema, and report to CloudFormation if it sent the event."""
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
    """Return the database, connected as the schema's owner."""
    from functions import wiring

    user = wiring.settings().migration_database_iam_user
    return wiring.connect_as(user, wiring.home()) if user else wiring.database()
