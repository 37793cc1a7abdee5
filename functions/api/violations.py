"""Validation messages for people: what is allowed, with an example.

msgspec's messages name Python types and regular expressions. We take only the location from them
and derive the text from the schema, so every violation has a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import inspect as mi

from handlers.platform.errors import FieldError

#: The key in ``extra`` of a schema's `msgspec.Meta` that describes its pattern in words.
MUST_BE: Final = "must_be"

_PLACE: Final = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|(\[[^\]]*\])")
_MISSING: Final = re.compile(r"missing required field `([^`]*)`")
_UNKNOWN: Final = re.compile(r"unknown field `([^`]*)`")


def field_error(schema: Any, message: str) -> FieldError:
    """Describe a validation error.

    Parameters
    ----------
    schema
        The type that the body was decoded as.
    message
        The message of msgspec's `ValidationError`.
    """
    place = _PLACE.search(message)
    path = place["path"] if place else ""
    steps = [name or index for name, index in _STEP.findall(path)]
    found = _at(_info(schema), steps)
    if place and place["key"]:
        found = _key_of(found)
        return FieldError(path[1:], f"each name {allowed(found)}" if found else "is not valid")
    missing, unknown = _MISSING.search(message), _UNKNOWN.search(message)
    if missing:
        found = _at(found, [missing[1]])
        rule = f", and {allowed(found)}" if found else ""
        return FieldError(f"{path}.{missing[1]}"[1:], f"is required{rule}")
    if unknown:
        return FieldError(f"{path}.{unknown[1]}"[1:], _unknown(found))
    rule = allowed(found) if found else "is not valid"
    # 1.0 is a whole number, but must not be written with a decimal point.
    is_fraction = "got `float`" in message
    return FieldError(path[1:], f"{rule}, without a decimal point" if is_fraction else rule)


def allowed(info: mi.Type) -> str:
    """Describe the values that a type accepts, with an example if the schema has one."""
    plain, meta = _plain(info)
    nullable = "null or " if isinstance(info, mi.UnionType) and _has_null(info) else ""
    must_be = (meta.extra or {}).get(MUST_BE) if meta else None
    schema = (meta.extra_json_schema or {}) if meta else {}
    examples = schema.get("examples") or []
    example = f", for example {_written(examples[0])}" if examples else ""
    return f"must be {nullable}{must_be or _described(plain)}{example}"


@lru_cache(maxsize=256)
def _info(schema: Any) -> mi.Type:
    return mi.type_info(schema)


def _at(info: mi.Type | None, steps: Iterable[str]) -> mi.Type | None:
    """Follow the steps of a path, or return None where the schema does not describe them."""
    for step in steps:
        info = _step(info, step)
    return info


def _step(info: mi.Type | None, step: str) -> mi.Type | None:
    if info is None:
        return None
    plain, _ = _plain(info)
    if isinstance(plain, mi.UnionType):
        kinds = [one for one in plain.types if isinstance(one, mi.StructType)]
        if kinds and all(one.tag_field == step for one in kinds):
            return mi.LiteralType(tuple(one.tag for one in kinds))
    if isinstance(plain, mi.StructType):
        if plain.tag_field == step:
            return mi.LiteralType((plain.tag,))
        return next((one.type for one in plain.fields if one.encode_name == step), None)
    if isinstance(plain, mi.DictType):
        return plain.value_type
    return plain.item_type if isinstance(plain, mi.ListType) else None


def _key_of(info: mi.Type | None) -> mi.Type | None:
    plain = _plain(info)[0] if info else None
    return plain.key_type if isinstance(plain, mi.DictType) else None


def _plain(info: mi.Type) -> tuple[mi.Type, mi.Metadata | None]:
    """Unwrap a type: remove null, absence and metadata, and return the metadata found."""
    meta: mi.Metadata | None = None
    while True:
        if isinstance(info, mi.Metadata):
            meta = info
            info = info.type
        elif isinstance(info, mi.UnionType) and len(inner := _values(info)) == 1:
            info = inner[0]
        else:
            return info, meta


def _values(union: mi.UnionType) -> list[mi.Type]:
    return [one for one in union.types if not isinstance(one, mi.NoneType)]


def _has_null(union: mi.UnionType) -> bool:
    return any(isinstance(one, mi.NoneType) for one in union.types)


def _described(info: mi.Type) -> str:
    if isinstance(info, mi.StrType):
        return "text" + _span(info.min_length, info.max_length, "character")
    if isinstance(info, mi.IntType):
        return "a whole number" + _range(info.ge, info.le)
    if isinstance(info, mi.BoolType):
        return "true or false"
    if isinstance(info, mi.LiteralType):
        return "one of " + ", ".join(str(one) for one in info.values)
    if isinstance(info, mi.ListType):
        return "a list" + _span(info.min_length, info.max_length, "item")
    if isinstance(info, mi.DictType):
        return "an object" + _span(info.min_length, info.max_length, "field")
    return "an object"


def _span(least: int | None, most: int | None, what: str) -> str:
    if most is None:
        return f" of at least {least} {what}s" if least else ""
    return f" of {least} to {most} {what}s" if least else f" of at most {most} {what}s"


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f" of at least {least}" if least is not None else f" of at most {most}" if most else ""


def _unknown(info: mi.Type | None) -> str:
    plain = _plain(info)[0] if info else None
    names: list[str] = []
    if isinstance(plain, mi.StructType):
        tag = [plain.tag_field] if plain.tag_field else []
        names = tag + [one.encode_name for one in plain.fields]
    if not names:
        return "is not a known field: no fields are allowed"
    return "is not a known field: the fields are " + ", ".join(names)


def _written(example: Any) -> str:
    return example if isinstance(example, str) else msgspec.json.encode(example).decode()
