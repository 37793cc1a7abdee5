"""A function behind a REST API."""

import json
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return a greeting."""
    name = (event.get("queryStringParameters") or {}).get("name", "world")
    body = {"hello": name, "function": context.function_name}
    headers = {"Content-Type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body)}
