"""The migration function: brings the schema up to date before new code takes traffic.

It is the function behind a CloudFormation custom resource (AWS CloudFormation User Guide, "Custom
resource request and response objects"), so a migration that fails fails the deployment, and the old
code keeps serving.  Invoked by hand, without a ``ResponseURL``, it just migrates.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any, Final

PHYSICAL_ID: Final = "ledgerlane-migrations"
RESPONSE_TIMEOUT_S: Final = 20
MAX_REASON: Final = 1000

Event = dict[str, Any]


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Migrate, and tell CloudFormation how it went if that is who asks."""
    if "ResponseURL" not in event:
        return _migrate()
    # Whatever happens must be answered, or the deployment waits until its time is over.
    try:
        data = {} if event["RequestType"] == "Delete" else _migrate()
        _respond(event, "SUCCESS", "", data)
        return data
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        _log_failure(reason)
        _respond(event, "FAILED", reason, {})
        return {"error": reason}


def _migrate() -> dict[str, Any]:
    from functions import wiring
    from handlers.migrate import migrate, migrations, schema_version

    # The schema's owner may be another role than the one that the functions work as.
    secret = os.environ.get("MIGRATION_DATABASE_SECRET_ARN")
    database = wiring.connect(secret) if secret else wiring.database()
    with database.connection() as connection:
        applied = migrate(connection, migrations())
        version = schema_version(connection)
    wiring.logger().info("schema is up to date", extra={"applied": applied, "version": version})
    return {"SchemaVersion": str(version), "Applied": ",".join(applied)}


def _log_failure(reason: str) -> None:
    # Without the wiring, which may be what failed.
    print(json.dumps({"level": "ERROR", "message": "migration failed", "reason": reason}))


def _respond(event: Event, status: str, reason: str, data: dict[str, Any]) -> None:
    body = json.dumps(
        {
            "Status": status,
            "Reason": reason.replace("\n", " ")[:MAX_REASON],
            "PhysicalResourceId": PHYSICAL_ID,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "Data": data,
        }
    ).encode()
    request = urllib.request.Request(  # CloudFormation's own pre-signed address
        event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=RESPONSE_TIMEOUT_S):
        pass
