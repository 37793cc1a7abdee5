"""What CloudFormation does to resources when a template changes, by its own schemas.

cfn-lint has a copy of the schemas, which say which properties can only be set at creation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

REGION: Final = "eu-central-1"
Resources = Mapping[str, Mapping[str, Any]]


def set_at_creation(kind: str) -> set[str]:
    """Return the properties of a type that can't be changed, such as ``EncryptionInfo/AtRest``."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    paths: list[str] = schema.get("createOnlyProperties", [])
    return {path.removeprefix("/properties/") for path in paths}


def changed(before: Resources, after: Resources) -> dict[str, set[str]]:
    """Return the properties that differ, by the logical id of their resource."""
    found = {}
    for name in before.keys() | after.keys():
        old, new = _properties(before, name), _properties(after, name)
        differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        if differing:
            found[name] = differing
    return found


def replaced(before: Resources, after: Resources) -> set[str]:
    """Return the resources that CloudFormation creates anew and then deletes."""
    return {
        name
        for name in before.keys() & after.keys()
        for path in set_at_creation(after[name]["Type"])
        if _at(_properties(before, name), path) != _at(_properties(after, name), path)
    }


def named(resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield the types and properties that give a resource a name of our choice.

    Such a resource can't be replaced, because its successor would have its name.
    """
    for resource in resources.values():
        kind = resource["Type"]
        if not kind.startswith("AWS::"):
            continue
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        names = {p.removeprefix("/properties/") for p in schema["primaryIdentifier"]}
        names &= set_at_creation(kind)
        given = {n for n in names if isinstance(resource.get("Properties", {}).get(n), str)}
        # If nothing else can force a replacement, a name does no harm.
        if set_at_creation(kind) - names:
            yield from ((kind, name) for name in sorted(given))


def _properties(resources: Resources, name: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = resources.get(name, {}).get("Properties", {})
    return properties


def _at(value: Any, path: str) -> Any:
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
