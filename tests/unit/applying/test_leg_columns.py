"""A leg's columns, against what they stand for."""

from __future__ import annotations

import msgspec

from handlers.domain.leg_columns import COLUMNS, COUNT
from handlers.domain.state import Leg

#: What the writer marks a leg with, and no row has.
MARKS = ("is_new", "is_changed")


def test_the_columns_are_the_fields_of_a_leg_in_their_order() -> None:
    fields = [field.name for field in msgspec.structs.fields(Leg)]

    assert [column.field for column in COLUMNS] == fields[:COUNT]
    assert tuple(fields[COUNT:]) == MARKS


def test_an_id_alone_has_a_prefix() -> None:
    assert all(bool(column.prefix) == (column.type == "id") for column in COLUMNS)
