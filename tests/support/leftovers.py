"""What a destroyed stack must not leave in an emulator."""

from __future__ import annotations

from infra.cdk.emulator import Emulator


def leftovers(emulator: Emulator) -> list[str]:
    """Return what is still there besides the CDK's own bootstrap."""
    client = emulator._client
    found = [f["FunctionName"] for f in client("lambda").list_functions()["Functions"]]
    found += [
        m["UUID"] for m in client("lambda").list_event_source_mappings()["EventSourceMappings"]
    ]
    found += [api["name"] for api in client("apigateway").get_rest_apis()["items"]]
    found += [rule["Name"] for rule in client("events").list_rules()["Rules"]]
    found += [secret["Name"] for secret in client("secretsmanager").list_secrets()["SecretList"]]
    found += [g["logGroupName"] for g in client("logs").describe_log_groups()["logGroups"]]
    found += [s["Name"] for s in client("scheduler").list_schedules()["Schedules"]]
    for bucket in client("s3").list_buckets()["Buckets"]:
        objects = client("s3").list_objects_v2(Bucket=bucket["Name"]).get("Contents", ())
        found += [f"{bucket['Name']}/{one['Key']}" for one in objects]
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    return [*found, *(role for role in roles if role.startswith("ledgerlane"))]
