"""Toy migration: fails where a migration says so."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from functions import VERSION


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    sql = sorted(Path(__file__).parents[1].joinpath("handlers/platform/migrations").rglob("*.sql"))
    broken = [file.name for file in sql if "broken" in file.read_text()]
    failed = bool(broken) and event["RequestType"] != "Delete"
    answer = {
        "Status": "FAILED" if failed else "SUCCESS",
        "Reason": f"migration {broken[0]} failed: broken" if failed else f"ok {VERSION}",
        "PhysicalResourceId": "ledgerlane-migrations",
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
        "Data": {"SchemaVersion": str(len(sql))},
    }
    request = urllib.request.Request(
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):
        return answer
