"""Get a request's parameters by their names in API Gateway's mappings."""

from __future__ import annotations

from typing import Any

_PREFIX = "method.request."


def find_parameter(event: dict[str, Any], source: str) -> str | None:
    """Return a request's parameter, None if it is missing.

    Parameters
    ----------
    event
        The proxy event.
    source
        For example ``method.request.header.Authorization``,
        ``method.request.querystring.page``, ``context.httpMethod`` or ``stageVariables.tenant``.
    """
    place, _, name = source.removeprefix(_PREFIX).partition(".")
    if place == "header":
        return find_header(event, name)
    value: Any = {
        "querystring": event["queryStringParameters"],
        "path": event["pathParameters"],
        "stageVariables": event["stageVariables"],
        "context": event["requestContext"],
    }.get(place)
    # Only the context has nested objects; elsewhere, a dot is part of the name.
    for part in name.split(".") if place == "context" else [name]:
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is None else str(value)


def find_header(event: dict[str, Any], name: str) -> str | None:
    """Return the last value of a header, ignoring the case of its name."""
    wanted = name.lower()
    found = [value for key, value in event["headers"].items() if key.lower() == wanted]
    return str(found[-1]) if found else None
