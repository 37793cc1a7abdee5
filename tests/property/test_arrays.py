"""Columns as PostgreSQL reads them: those written at once are as those written one by one."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.applying import arrays

INTEGERS = st.integers(-(2**63), 2**63 - 1)
IDS = st.uuids().map(lambda one: "acc_" + one.hex)
#: Often of one length, which is written another way than lengths that differ.
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from("äbcdé"))


def elements(parameter: arrays.Parameter) -> list[bytes | None]:
    """Read a one-dimensional array as ``array_recv`` does (PostgreSQL, arrayfuncs.c)."""
    array = parameter.data
    dimensions, _, _ = struct.unpack_from(">iiI", array)
    if dimensions == 0:
        assert len(array) == 12
        return []
    count, lower_bound = struct.unpack_from(">ii", array, 12)
    assert (dimensions, lower_bound) == (1, 1)
    found: list[bytes | None] = []
    place = 20
    for _ in range(count):
        (length,) = struct.unpack_from(">i", array, place)
        place += 4
        found.append(None if length < 0 else array[place : place + length])
        place += max(length, 0)
    assert place == len(array)
    return found


def nulls_or_nothing(values: list[str | None]) -> list[str | None]:
    """A column that is all null is sent empty."""
    return values if any(values) else []


@given(st.lists(st.one_of(IDS, st.none()) | IDS))
def test_ids(values: list[str | None]) -> None:
    expected = [bytes.fromhex(one[4:]) if one else None for one in nulls_or_nothing(values)]

    assert elements(arrays.id_array(values)) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        ["acc_" + "0" * 31],
        ["acc_" + "0" * 30 + "  "],
        ["acc_" + "0" * 31 + "g"],
        ["acc_" + "0" * 31, "acc_" + "0" * 33],
        ["acc_" + "0" * 32, "acc_" + " 0" * 16],
        # What would come out right in sum.
        ["acc_acc_" + "0" * 28, "0" * 36],
        ["acc_acc_" + "0" * 24 + "    "],
        ["acc_acc_" + "0" * 28, "acc_" + "0" * 24 + "        "],
    ],
)
def test_what_is_no_id_is_refused(wrong: list[str]) -> None:
    for beside in ([], [None], ["acc_" + "1" * 32]):
        with pytest.raises(arrays.UnstorableError):
            arrays.id_array([*beside, *wrong])


@given(st.lists(TEXTS | st.none()) | st.lists(TEXTS, unique=True))
def test_texts(values: list[str | None]) -> None:
    is_null = set(values) <= {None}
    expected = [] if is_null else [None if one is None else one.encode() for one in values]

    assert elements(arrays.text_array(values)) == expected


@pytest.mark.parametrize("length", [0, 1, 127, 128, 300])
def test_texts_of_one_length(length: int) -> None:
    values = [f"{n:0{length}}"[:length] for n in range(1 if length == 0 else 5)]

    assert elements(arrays.text_array(values)) == [one.encode() for one in values]


@given(st.lists(st.binary() | st.none()) | st.lists(st.binary(min_size=32, max_size=32)))
def test_bytes(values: list[bytes | None]) -> None:
    assert elements(arrays.bytes_array(values)) == values


@given(st.lists(INTEGERS | st.none()) | st.lists(INTEGERS))
def test_integers(values: list[int | None]) -> None:
    expected = [None if one is None else struct.pack(">q", one) for one in values]

    assert elements(arrays.int_array(values)) == expected


@given(st.lists(st.sampled_from([0, 1])))
def test_a_column_of_the_usual_alone_is_empty(values: list[int]) -> None:
    expected = [struct.pack(">q", one) for one in values] if any(values) else []

    assert elements(arrays.rare_array(values, 0)) == expected


@pytest.mark.parametrize("write", [arrays.int_array, arrays.time_array])
@pytest.mark.parametrize("beside", [[], [None]])
def test_an_integer_beyond_64_bits_is_refused(
    write: Callable[[list[int | None]], bytes], beside: list[int | None]
) -> None:
    with pytest.raises(arrays.UnstorableError):
        write([*beside, 2**63 + 2**60])


def test_what_utf_8_can_not_hold_is_refused() -> None:
    for values in (["\ud800"], ["a", "\ud800"], ["a", "a", "\ud800"]):
        with pytest.raises(arrays.UnstorableError):
            arrays.text_array(values)
