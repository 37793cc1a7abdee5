"""PostgreSQL arrays in the binary format, built in one pass a column.

psycopg can write Python lists itself, one element at a time.  Joining bytes is ten times as fast,
and the server reads them without parsing, which matters for the two dozen columns of a
batch of hundreds of rows.  The format is that of PostgreSQL's ``array_recv``: the number of
dimensions, whether there are nulls, the type of the elements, the dimension's length and lower
bound, then each element with its length in bytes (-1 for null).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

Value = TypeVar("Value")

_NULL: Final = b"\xff\xff\xff\xff"
_UUID_LENGTH: Final = b"\x00\x00\x00\x10"
_UUID_BYTES: Final = 16
_TRUE: Final = b"\x00\x00\x00\x01\x01"
_FALSE: Final = b"\x00\x00\x00\x01\x00"
_pack_length = struct.Struct(">i").pack
_pack_integer = struct.Struct(">iq").pack
_pack_header = struct.Struct(">iiIii").pack
_pack_empty_header = struct.Struct(">iiI").pack


class UnstorableError(ValueError):
    """A value that no column can hold: an id that is none, an integer beyond 64 bits."""


class UuidArray(bytes):
    """A ``uuid[]``."""


class BigintArray(bytes):
    """A ``bigint[]``."""


class TextArray(bytes):
    """A ``text[]``."""


class ByteaArray(bytes):
    """A ``bytea[]``."""


class BooleanArray(bytes):
    """A ``boolean[]``."""


def _register(array: type[bytes], array_oid: int) -> None:
    def dump(self: Dumper, value: Any) -> Buffer | None:
        return bytes(value)

    made = type(
        f"{array.__name__}Dumper",
        (Dumper,),
        {"format": Format.BINARY, "oid": array_oid, "dump": dump},
    )
    psycopg.adapters.register_dumper(array, made)


# Object ids of built-in types never change (pg_type.dat).
_register(UuidArray, 2951)
_register(BigintArray, 1016)
_register(TextArray, 1009)
_register(ByteaArray, 1001)
_register(BooleanArray, 1000)
_UUID, _BIGINT, _TEXT, _BYTEA, _BOOLEAN = 2950, 20, 25, 17, 16


def id_array(values: Iterable[str | None]) -> UuidArray:
    """Write ids as ``uuid[]``: the digits behind their prefixes; None or empty is null.

    Raises
    ------
    UnstorableError
        If the digits of one are not a UUID's.
    """
    return UuidArray(_array(_UUID, [_element_of_id(value) if value else _NULL for value in values]))


def int_array(values: Iterable[int | None]) -> BigintArray:
    """Write integers (or null).

    Raises
    ------
    UnstorableError
        If one needs more than 64 bits.
    """
    try:
        elements = [_NULL if value is None else _pack_integer(8, value) for value in values]
    except struct.error as error:
        raise UnstorableError(str(error)) from error
    return BigintArray(_array(_BIGINT, elements))


def bool_array(values: Iterable[bool]) -> BooleanArray:
    """Write booleans."""
    return BooleanArray(_array(_BOOLEAN, [_TRUE if value else _FALSE for value in values]))


def bytes_array(values: Iterable[bytes | None]) -> ByteaArray:
    """Write bytes; None is null."""
    return ByteaArray(_array(_BYTEA, _elements(values, bytes)))


def text_array(values: Iterable[str | None]) -> TextArray:
    """Write any text; None is null.

    Raises
    ------
    UnstorableError
        If one holds what UTF-8 can't.
    """
    try:
        return TextArray(_array(_TEXT, _elements(values, str.encode)))
    except UnicodeEncodeError as error:
        raise UnstorableError(str(error)) from error


def _element_of_id(value: str) -> bytes:
    try:
        uuid = bytes.fromhex(value[4:])
    except ValueError as error:
        raise UnstorableError(f"an id is no UUID: {error}") from error
    if len(uuid) != _UUID_BYTES:
        raise UnstorableError("an id is no UUID: it has not 32 hexadecimal digits")
    return _UUID_LENGTH + uuid


def _elements(values: Iterable[Value | None], encoded: Callable[[Value], bytes]) -> list[bytes]:
    # A column has few different texts (kinds, statuses, currencies), or all different ones.
    known: dict[Value | None, bytes] = {None: _NULL}
    elements = []
    for value in values:
        element = known.get(value)
        if element is None and value is not None:
            data = encoded(value)
            element = known[value] = _pack_length(len(data)) + data
        elements.append(element or _NULL)
    return elements


def _array(element_oid: int, elements: list[bytes]) -> bytes:
    if not elements:
        return _pack_empty_header(0, 0, element_oid)
    return b"".join([_pack_header(1, 1, element_oid, len(elements), 1), *elements])
