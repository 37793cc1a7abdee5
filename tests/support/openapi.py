"""Reading the OpenAPI document as a client does: by its references."""

from __future__ import annotations

from functools import reduce
from typing import Any


def followed(part: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return what a part of `document` is, or what it refers to."""
    if "$ref" not in part:
        return part
    place = part["$ref"].removeprefix("#/").split("/")
    found: dict[str, Any] = reduce(lambda at, name: at[name], place, document)
    return found
