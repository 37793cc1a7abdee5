"""A leg's columns, named once for the writer that stores legs and for everything that reads them.

Ids and times are read in the format of PostgreSQL's binary output functions: as text, or as a
driver's UUIDs and datetimes, they cost several times as much on both sides.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from handlers.domain import ids
from handlers.domain.chain import POSTGRES_EPOCH_US
from handlers.domain.state import Leg


class Column(NamedTuple):
    """A column of ``ledger.legs``.

    Attributes
    ----------
    type
        ``id`` is a UUID; ``time`` is microseconds since the Unix epoch in `Leg`.
    prefix
        An id's prefix.
    null
        The value in `Leg` for null.
    usual
        The value that nearly every row has.
    """

    name: str
    type: Literal["id", "text", "json", "integer", "time"]
    prefix: str = ""
    null: str | None = None
    usual: int | None = None

    @property
    def field(self) -> str:
        """The name of the field in `Leg`."""
        return f"{self.name}_us" if self.type == "time" else self.name

    @property
    def selected(self) -> str:
        """The SQL that reads the column from the alias ``t``."""
        name = f't."{self.name}"'
        match self.type:
            case "id":
                return f"uuid_send({name})"
            case "time":
                return f"timestamptz_send({name})"
            case "json":
                return f"{name}::text"
        return name


#: In the order of `Leg`'s fields and of the columns of ``ledger.load_transactions``.
COLUMNS: Final = (
    Column("transaction_id", "id", ids.TRANSACTION),
    Column("leg", "integer", usual=1),
    Column("kind", "text"),
    Column("status", "text"),
    Column("account_id", "id", ids.ACCOUNT, null=""),
    Column("user_id", "id", ids.USER, null=""),
    Column("fingerprint", "text"),
    Column("partition", "integer"),
    Column("offset", "integer"),
    Column("requested_at", "time"),
    Column("posted_at", "time"),
    Column("reason", "text"),
    Column("counterparty_id", "id", ids.ACCOUNT),
    Column("amount", "integer"),
    Column("currency", "text"),
    Column("balance_after", "integer"),
    Column("description", "text"),
    Column("metadata", "json"),
    Column("hold_id", "id", ids.HOLD),
    Column("reverses", "id", ids.TRANSACTION),
    Column("reversed_amount", "integer", usual=0),
    Column("completed_at", "time"),
    Column("request_id", "text"),
)
COUNT: Final = len(COLUMNS)
#: The select list for rows that `leg_of` reads; the legs have the alias ``t``.
SELECTED: Final = ", ".join(column.selected for column in COLUMNS)

_IDS: Final = [(i, one.field, one.prefix, one.null) for i, one in enumerate(COLUMNS) if one.prefix]
_TIMES: Final = [(i, one.field) for i, one in enumerate(COLUMNS) if one.type == "time"]


def leg_of(row: tuple[Any, ...]) -> Leg:
    """Build a leg from a row that begins with `COLUMNS`."""
    leg = Leg(*row[:COUNT])
    for i, name, prefix, null in _IDS:
        uuid = row[i]
        setattr(leg, name, null if uuid is None else prefix + uuid.hex())
    for i, name in _TIMES:
        if row[i] is not None:
            time_us = int.from_bytes(row[i], "big", signed=True) + POSTGRES_EPOCH_US
            setattr(leg, name, time_us)
    return leg
