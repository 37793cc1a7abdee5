"""PostgreSQL arrays in the binary format, built column by column.

psycopg can write Python lists itself, one element at a time.  Joining bytes is ten times as fast,
and the server reads them without parsing, which matters for the two dozen columns of a batch of
hundreds of rows.  The format is that of PostgreSQL's ``array_recv``: the number of dimensions,
whether there are nulls, the type of the elements, the dimension's length and lower bound, then each
element with its length in bytes (-1 for null).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeVar, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from handlers.domain.chain import POSTGRES_EPOCH_US
from handlers.domain.ids import PREFIX_LENGTH

Sized = TypeVar("Sized", str, bytes)

_NULL: Final = b"\xff\xff\xff\xff"
_UUID_LENGTH: Final = b"\x00\x00\x00\x10"
_UUID_BYTES: Final = 16
_UUID_ELEMENT: Final = len(_UUID_LENGTH) + _UUID_BYTES
_ID_LENGTH: Final = PREFIX_LENGTH + 2 * _UUID_BYTES
_BIGINT_ELEMENT: Final = b"\x00\x00\x00\x08" + bytes(8)
_ASCII: Final = 128
_TRUE: Final = b"\x00\x00\x00\x01\x01"
_FALSE: Final = b"\x00\x00\x00\x01\x00"
_pack_length = struct.Struct(">i").pack
_pack_integer = struct.Struct(">iq").pack
_pack_header = struct.Struct(">iiIii").pack
_pack_empty_header = struct.Struct(">iiI").pack


class UnstorableError(ValueError):
    """A value that no column can hold, such as a malformed id or an integer beyond 64 bits."""


class Parameter:
    """A parameter in PostgreSQL's binary format; the subclass says which type.

    It only refers to the bytes, because a batch has hundreds of kilobytes that need not be copied.
    """

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class UuidArray(Parameter):
    """A ``uuid[]``."""


class BigintArray(Parameter):
    """A ``bigint[]``."""


class TextArray(Parameter):
    """A ``text[]``."""


class Text(Parameter):
    """A ``text`` that is already UTF-8."""


class ByteaArray(Parameter):
    """A ``bytea[]``."""


class BooleanArray(Parameter):
    """A ``boolean[]``."""


class TimestamptzArray(Parameter):
    """A ``timestamptz[]``."""


def _register(kind: type[Parameter], oid: int) -> None:
    def dump(self: Dumper, value: Parameter) -> Buffer | None:
        return value.data

    made = type(
        f"{kind.__name__}Dumper",
        (Dumper,),
        {"format": Format.BINARY, "oid": oid, "dump": dump},
    )
    psycopg.adapters.register_dumper(kind, made)


# The object ids of built-in types never change (pg_type.dat).
_register(UuidArray, 2951)
_register(BigintArray, 1016)
_register(TextArray, 1009)
_register(Text, 25)
_register(ByteaArray, 1001)
_register(BooleanArray, 1000)
_register(TimestamptzArray, 1185)
_UUID, _BIGINT, _TEXT, _BYTEA, _BOOLEAN, _TIMESTAMPTZ = 2950, 20, 25, 17, 16, 1184


def id_array(values: Sequence[str | None], prefix: str | None = None) -> UuidArray:
    """Write ids as ``uuid[]``: the digits without their prefixes; None or empty is null.

    If all are null, the array is empty: ``unnest`` pads it with nulls next to longer arrays.

    Parameters
    ----------
    prefix
        The required prefix of ids that are stored: an id must be the same when it is read back,
        or the row would not be found again.

    Raises
    ------
    UnstorableError
        If one has another prefix, or its digits are not a lowercase UUID.
    """
    if not any(values):
        return UuidArray(_array(_UUID, []))
    even = _even(values)
    if even and len(even[0]) == _ID_LENGTH and (at_once := _ids_at_once(even, prefix)):
        return UuidArray(at_once)
    elements = [_element_of_id(value, prefix) if value else _NULL for value in values]
    return UuidArray(_array(_UUID, elements))


def int_array(values: Sequence[int | None]) -> BigintArray:
    """Write integers (or null).

    Raises
    ------
    UnstorableError
        If one needs more than 64 bits.
    """
    return BigintArray(_integers(_BIGINT, values))


def rare_array(values: Sequence[int], usual: int) -> BigintArray:
    """Write integers that are nearly always ``usual``.

    If all are, the array is empty: ``unnest`` pads it with nulls next to longer arrays, and the
    statement replaces them with the usual value.
    """
    return int_array([] if values.count(usual) == len(values) else values)


def time_array(values: Sequence[int | None]) -> TimestamptzArray:
    """Write timestamps, in microseconds since the Unix epoch (or null).

    Raises
    ------
    UnstorableError
        If one needs more than 64 bits.
    """
    return TimestamptzArray(
        _integers(
            _TIMESTAMPTZ,
            [None if value is None else value - POSTGRES_EPOCH_US for value in values],
        )
    )


def bool_array(values: Iterable[bool]) -> BooleanArray:
    """Write booleans."""
    return BooleanArray(_array(_BOOLEAN, [_TRUE if value else _FALSE for value in values]))


def bytes_array(values: Sequence[bytes | None]) -> ByteaArray:
    """Write bytes; None is null."""
    even = _even(values)
    if even:
        # Mostly hashes, which all have the same four bytes of length.
        data = _pack_length(len(even[0])).join([b"", *even])
        return ByteaArray(_pack_header(1, 1, _BYTEA, len(even), 1) + data)
    return ByteaArray(_array(_BYTEA, [_element(value) for value in values]))


def text_array(values: Sequence[str | None]) -> TextArray:
    """Write texts; None is null. If all are null, the array is empty (see `id_array`).

    Raises
    ------
    UnstorableError
        If one contains characters that UTF-8 can't encode.
    """
    # The texts of a column are either few (kinds, statuses, currencies) or all different.
    different = set(values)
    if different <= {None}:
        return TextArray(_array(_TEXT, []))
    try:
        if len(different) == 1:
            elements_alike = _text_element(values[0]) * len(values)
            return TextArray(_pack_header(1, 1, _TEXT, len(values), 1) + elements_alike)
        if len(different) == len(values):
            return TextArray(_texts(values))
        elements = {value: _text_element(value) for value in different}
    except UnicodeEncodeError as error:
        raise UnstorableError(str(error)) from error
    return TextArray(_array(_TEXT, [elements[value] for value in values]))


def _even(values: Sequence[Sized | None]) -> Sequence[Sized] | None:
    """Return the values if none is null and all have the same length, otherwise None."""
    if None in values:
        return None
    present = cast("Sequence[Sized]", values)
    return present if len(set(map(len, present))) == 1 else None


def _ids_at_once(values: Sequence[str], prefix: str | None) -> bytes | None:
    """Write ids of the usual length, in a few passes over all their digits.

    The prefix they share becomes the length before each element.  Returns None if they share no
    prefix or have another one, or if anything but digits follows it.
    """
    count, joined = len(values), "".join(values)
    framed = joined.replace(prefix or values[0][:PREFIX_LENGTH], _UUID_LENGTH.hex())
    # Each value has the prefix at its start and nowhere else: an underscore is not a digit.
    is_prefixed = joined[PREFIX_LENGTH - 1 :: _ID_LENGTH] == "_" * count
    if not is_prefixed or len(framed) != count * 2 * _UUID_ELEMENT:
        return None
    try:
        data = bytes.fromhex(framed)
    except ValueError:
        return None
    # The decoder would skip white space among the digits and accept capitals.
    if data.hex() != framed:
        return None
    return _pack_header(1, 1, _UUID, count, 1) + data


def _texts(values: Sequence[str | None]) -> bytes:
    """Write texts that are all different, in one pass if they are ASCII and of one length."""
    even = _even(values)
    # A length below 128 is itself four ASCII characters.
    if even and len(even[0]) < _ASCII:
        data = f"\0\0\0{len(even[0]):c}".join(["", *even])
        if data.isascii():
            return _pack_header(1, 1, _TEXT, len(even), 1) + data.encode()
    return _array(_TEXT, [_text_element(value) for value in values])


@lru_cache(maxsize=8192)
def _element_of_id(value: str, prefix: str | None) -> bytes:
    digits = value[PREFIX_LENGTH:]
    try:
        uuid = bytes.fromhex(digits)
    except ValueError as error:
        raise UnstorableError(f"an id is not a UUID: {error}") from error
    if len(uuid) != _UUID_BYTES or uuid.hex() != digits:
        raise UnstorableError("an id is not a UUID of 32 lowercase hexadecimal digits")
    if prefix is not None and not value.startswith(prefix):
        raise UnstorableError(f"an id does not begin with {prefix}")
    return _UUID_LENGTH + uuid


def _text_element(value: str | None) -> bytes:
    return _NULL if value is None else _element(value.encode())


def _element(value: bytes | None) -> bytes:
    return _NULL if value is None else _pack_length(len(value)) + value


def _integers(element_oid: int, values: Sequence[int | None]) -> bytes:
    """Write a column of integers in one pass, or one by one if it has nulls."""
    count = len(values)
    try:
        if count and None not in values:
            return _pack_header(1, 1, element_oid, count, 1) + _integers_at_once(values)
        elements = [_NULL if value is None else _pack_integer(8, value) for value in values]
    except struct.error as error:
        raise UnstorableError(str(error)) from error
    return _array(element_oid, elements)


def _integers_at_once(values: Sequence[int | None]) -> bytearray:
    """Write integers without nulls byte by byte: each has its length before its eight bytes."""
    packed = _integer_column(len(values)).pack(*values)
    elements = bytearray(_BIGINT_ELEMENT) * len(values)
    for i in range(8):
        elements[4 + i :: len(_BIGINT_ELEMENT)] = packed[i::8]
    return elements


@lru_cache(maxsize=1024)
def _integer_column(count: int) -> struct.Struct:
    return struct.Struct(f">{count}q")


def _array(element_oid: int, elements: Sequence[bytes]) -> bytes:
    if not elements:
        return _pack_empty_header(0, 0, element_oid)
    return b"".join([_pack_header(1, 1, element_oid, len(elements), 1), *elements])
