"""A value that is changed behind the ledger's back is found, in whichever column it is.

Each column of the ledger's tables is changed in a row of every sort in turn.  The database refuses
the value, or the audit finds it, or docs/audit.md says that only the log can tell: then the
comparison with a rebuilt ledger must find it.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
import pytest

from handlers.auditing.auditor import audit, checked
from handlers.auditing.comparison import first_difference
from handlers.auditing.snapshots import Snapshots
from tests.integration.ledger.everything import Everything
from tests.integration.ledger.harness import Ledger
from tests.integration.ledger.pooling import scratch_database, url_of

pytestmark = pytest.mark.integration

IS_NIGHTLY: Final = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
DOCS: Final = Path(__file__).parents[3] / "docs" / "audit.md"
#: A line of the table of what only the log can tell: table, columns, rows.
DOCUMENTED: Final = re.compile(r"\| `(\w+)` \| (`\w+`(?:, `\w+`)*) \| ([\w', ]+) \|")

TWO_LEGS: Final = (
    "exists (select from ledger.legs l"
    " where l.transaction_id = r.transaction_id and l.leg <> r.leg)"
)
#: An expiry that the log's time brought about, whose request follows from its hold.
BY_TIME: Final = (
    "(r.kind = 'hold_expiry' and exists (select from ledger.holds h"
    " where h.hold_id = r.hold_id and h.status = 'expired' and h.expires_at = r.requested_at))"
)
#: What makes a row of another sort: one of each is changed.
SORTS: Final[dict[str, LiteralString]] = {
    "accounts": "kind, is_closed, frozen_by_owner, frozen_by_operator, version = 0, held = 0,"
    " pending_out = 0, daily_amount is null",
    "legs": "kind, leg, status, reason is not distinct from 'discarded', debit_account_id is null,"
    f" counterparty_id is null, completed_at = posted_at, {BY_TIME}",
    # By what ended it, and how.
    "holds": "status, destination_id is null, expires_at is null, captured_amount, (select"
    " string_agg(concat(l.kind, l.status, l.counterparty_id = l.credit_account_id,"
    " l.requested_at = r.expires_at), ' ' order by l.kind, l.status) from ledger.legs l"
    " where l.hold_id = r.hold_id and l.leg = 1"
    " and (l.status <> 'rejected' or l.debit_account_id is not null))",
    "conflicts": "partition",
    "parked_commands": "status, is_behind, account_id is null",
}
#: The rows that docs/audit.md speaks of.
ROWS: Final[dict[str, LiteralString]] = {
    "every row": "true",
    "customers": "r.kind = 'customer'",
    "the ledger's own accounts": "r.kind <> 'customer'",
    "accounts that were frozen": "exists (select from ledger.legs l"
    " where l.account_id = r.account_id and l.kind = 'freeze' and l.status = 'completed')",
    "accounts whose limits were set": "exists (select from ledger.legs l"
    " where l.account_id = r.account_id and l.kind = 'limits' and l.status = 'completed')",
    "holds that did not expire": "r.status <> 'expired'",
    "holds that expired under the previous rules": "r.status = 'expired' and exists (select from"
    " ledger.legs l where l.hold_id = r.hold_id and l.kind = 'hold_expiry'"
    " and l.requested_at <> r.expires_at)",
    "captures that travelled": "r.status = 'captured' and exists (select from ledger.legs l"
    " where l.hold_id = r.hold_id and l.credit_account_id <> l.counterparty_id)",
    "transactions of one leg": f"not {TWO_LEGS} and not {BY_TIME}",
    "commands of one leg": f"not {TWO_LEGS} and not {BY_TIME}"
    " and (r.kind not in ('account_opening', 'parked_resolution') or r.status <> 'completed')",
    "described commands of one leg": f"not {TWO_LEGS} and r.kind in"
    " ('deposit', 'withdrawal', 'transfer', 'hold', 'capture', 'reversal')",
    "legs that are the only leg of their record": "not exists (select from ledger.legs l where"
    " l.transaction_id = r.transaction_id and l.leg <> r.leg and l.partition = r.partition"
    ' and l."offset" = r."offset")',
    "legs without a posting": f"r.debit_account_id is null and not {TWO_LEGS}"
    " and (r.kind <> 'hold' or r.hold_id is null)",
    "refusals of one leg": f"r.status = 'rejected' and not {TWO_LEGS}",
    "refused second legs": "r.leg = 2 and r.status = 'rejected'",
    "freezes and limits": "r.kind in ('freeze', 'unfreeze', 'limits')",
    "freezes, limits and closings": "r.kind in ('freeze', 'unfreeze', 'limits', 'close')",
    "transfers in progress": f"r.kind = 'transfer' and r.status = 'pending' and not {TWO_LEGS}",
    "decisions": "r.kind = 'parked_resolution'",
    "discarded commands": "r.reason = 'discarded' and r.debit_account_id is null",
}
#: Other values of a column, by its type, where ``{0}`` stands for the value that it has.
VALUES: Final[dict[str, tuple[LiteralString, ...]]] = {
    "uuid": ("gen_random_uuid()",),
    "bigint": ("coalesce({0}, 0) + 1", "{0} - 1"),
    "integer": ("coalesce({0}, 0) + 1", "{0} - 1"),
    "smallint": ("coalesce({0}, 0) + 1", "{0} - 1"),
    "boolean": ("not {0}",),
    "text": ("coalesce({0}, '') || 'x'",),
    "jsonb": ("'{{\"forged\": true}}'",),
    "bytea": ("sha256('forged')",),
    "timestamp with time zone": (
        "coalesce({0}, '2023-11-15') + interval '1 microsecond'",
        "{0} - interval '1 second'",
    ),
}
#: Every other value of the ones that a column may have.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "accounts.kind": ("customer", "clearing", "in_transit"),
    "accounts.currency": ("EUR", "USD"),
    "legs.kind": (
        *("deposit", "withdrawal", "transfer", "hold", "capture", "void", "hold_expiry"),
        *("reversal", "account_opening", "account_update", "freeze", "unfreeze", "close", "limits"),
        "parked_resolution",
    ),
    "legs.status": ("pending", "completed", "rejected"),
    "legs.reason": ("insufficient_funds", "account_frozen", "discarded", "no_such_reason"),
    "legs.currency": ("EUR", "USD"),
    "holds.status": ("open", "captured", "voided", "expired"),
    "holds.currency": ("EUR", "USD"),
    "parked_commands.status": ("parked", "replayed", "discarded"),
}
#: What changes with a column where the database insists on it.
COMPANIONS: Final[dict[str, str]] = {
    "legs.status": ", reason = case when {0} = 'rejected' then coalesce(reason, 'account_frozen')"
    " end, completed_at = case when {0} <> 'pending' then coalesce(completed_at, posted_at) end",
    "legs.posted_at": ", completed_at = case when completed_at = posted_at then {0}"
    " else completed_at end",
    "holds.status": ", closed_at = case when {0} <> 'open' then coalesce(closed_at, opened_at) end",
    "parked_commands.status": ", resolved_at = case when {0} <> 'parked'"
    " then coalesce(resolved_at, parked_at) end",
}
#: Columns that name an account: another one that exists is a likelier lie than one that does not.
ACCOUNTS: Final = ("account_id", "counterparty_id", "destination_id")
ANOTHER_ACCOUNT: Final = (
    "(select a.account_id from ledger.accounts a where a.kind = 'customer'"
    " and a.account_id is distinct from r.{0} order by a.account_id limit 1)"
)


class Column(NamedTuple):
    """A column of one of the ledger's tables."""

    table: str
    name: str
    type: str
    is_nullable: bool

    def values(self) -> list[str]:
        """Write other values than a row has, as SQL about the row ``r``."""
        own = f'r."{self.name}"'
        words = WORDS.get(f"{self.table}.{self.name}")
        if words is None:
            written = [value.format(own) for value in VALUES[self.type]]
        else:
            written = [f"'{word}'" for word in words]
        if self.name in ACCOUNTS:
            written.append(ANOTHER_ACCOUNT.format(self.name))
        return [*written, "null"] if self.is_nullable else written


class Spoilt:
    """A ledger that is changed, judged and mended again, on a connection that never commits."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.rebuilt = psycopg.connect(url)
        for setting in ("jit = off", "max_parallel_workers_per_gather = 0"):
            self.connection.execute(f"set {setting}".encode())

    def close(self) -> None:
        self.connection.close()
        self.rebuilt.close()

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        return self.connection.execute(query.encode(), parameters).fetchall()

    def columns(self, table: str) -> list[Column]:
        rows = self._rows(
            "select table_name, column_name, data_type, is_nullable = 'YES'"
            " from information_schema.columns"
            " where table_schema = 'ledger' and table_name = %s order by ordinal_position",
            table,
        )
        return [Column(*row) for row in rows]

    def rows(self, table: str) -> list[str]:
        """Return where one row of each sort lies."""
        query = f"select distinct on ({SORTS[table]}) ctid::text from ledger.{table} r"
        return [row for (row,) in self._rows(f"{query} order by {SORTS[table]}, ctid")]

    def sort_of(self, table: str, row: str) -> str:
        """Describe a row."""
        query = f"select concat_ws(' ', {SORTS[table]}) from ledger.{table} r"
        ((sort,),) = self._rows(f"{query} where ctid = '{row}'")
        return str(sort)

    def is_among(self, table: str, row: str, rows: Sequence[str]) -> bool:
        """Tell whether a row is one of those that the documentation speaks of."""
        condition = " or ".join(f"({ROWS[name]})" for name in rows) or "false"
        ((is_so,),) = self._rows(f"select {condition} from ledger.{table} r where ctid = '{row}'")
        return bool(is_so)

    @contextmanager
    def changed(self, column: Column, row: str, value: str) -> Iterator[bool]:
        """Give a row another value for a while; False if it has that one already."""
        companions = COMPANIONS.get(f"{column.table}.{column.name}", "").format(value)
        statement = (
            f'update ledger.{column.table} as r set "{column.name}" = {value}{companions}'
            f" where ctid = '{row}' and r.\"{column.name}\" is distinct from {value}"
        )
        with self.connection.transaction(force_rollback=True):
            yield self.connection.execute(statement.encode()).rowcount > 0

    def is_found(self) -> bool:
        """Tell whether the audit finds anything."""
        return any(result.total for result in checked(Snapshots.only(self.connection)))

    def is_told(self) -> bool:
        """Tell whether the comparison with the ledger as it was finds anything."""
        return first_difference([self.connection], self.rebuilt) is not None


@pytest.fixture(scope="module")
def spoilt(admin_url: str, template: str) -> Iterator[Spoilt]:
    with scratch_database(admin_url, template) as name:
        ledger = Ledger(url_of(admin_url, name))
        Everything(ledger)
        assert audit(ledger.shards).findings == ()
        ledger.close()
        made = Spoilt(url_of(admin_url, name))
        yield made
        made.close()


#: Lies that need more than one value, so that what is nearest agrees.
FORGERIES: Final[dict[str, LiteralString]] = {
    "a captured hold that is made voided": "update ledger.holds set status = 'voided',"
    " captured_amount = 0 where status = 'captured' and destination_id is null",
    "an open hold that is made voided": "with ended as (update ledger.holds set status = 'voided',"
    " closed_at = opened_at where status = 'open' and captured_amount = 0 returning *)"
    " update ledger.accounts a set held = held - (select sum(amount) from ended) from ended"
    " where a.account_id = ended.account_id",
    "an open hold that is made captured": "with ended as (update ledger.holds set"
    " status = 'captured', captured_amount = 1, closed_at = opened_at"
    " where status = 'open' and destination_id is null returning *)"
    " update ledger.accounts a set held = held - (select sum(amount) from ended) from ended"
    " where a.account_id = ended.account_id",
    "a voided hold that is made open": "with opened as (update ledger.holds set status = 'open',"
    " closed_at = null where status = 'voided' returning *)"
    " update ledger.accounts a set held = held + (select sum(amount) from opened) from opened"
    " where a.account_id = opened.account_id",
    "an expired hold that is made open": "with opened as (update ledger.holds set status = 'open',"
    " closed_at = null where status = 'expired' returning *)"
    " update ledger.accounts a set held = held + (select sum(amount) from opened) from opened"
    " where a.account_id = opened.account_id",
    "a capture under way that its hold does not know": "with changed as (update ledger.holds set"
    " captured_amount = 0 where status = 'open' and captured_amount > 0 returning *)"
    " update ledger.accounts a set held = held + 25 from changed"
    " where a.account_id = changed.account_id",
    "a hold that leads to another account, with its placing": "with changed as (update ledger.holds"
    " set destination_id = null where status = 'captured' and destination_id is not null"
    " returning *) update ledger.legs l set counterparty_id = null from changed"
    " where l.hold_id = changed.hold_id and l.kind = 'hold'",
    "a reversal that reverses nothing": "with changed as (update ledger.legs set reverses = null"
    " where status = 'completed' and reverses is not null returning *)"
    " update ledger.legs set reversed_amount = 0 where reversed_amount > 0"
    " and exists (select from changed)",
    "a transfer that is made a reversal": "update ledger.legs set kind = 'reversal'"
    " where kind = 'transfer'",
    "a transfer that is made a capture": "update ledger.legs set kind = 'capture'"
    " where kind = 'transfer'",
    "a capture that is made a transfer": "update ledger.legs set kind = 'transfer', hold_id = null"
    " where kind = 'capture' and counterparty_id is not null",
    "a withdrawal that is made a capture": "update ledger.legs set kind = 'capture',"
    " hold_id = (select hold_id from ledger.holds where status = 'voided' limit 1)"
    " where kind = 'withdrawal' and status = 'completed'",
    "a command that waits again": "update ledger.parked_commands set status = 'parked',"
    " resolved_by = null, note = null, resolved_at = null where status = 'replayed'",
    "a command that was given up but is said to be replayed": "update ledger.parked_commands"
    " set status = 'replayed' where status = 'discarded'",
    "a queue that its partition misses": "update ledger.partition_progress set has_parked = false",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_of_several_values_is_found(spoilt: Spoilt, name: str) -> None:
    with spoilt.connection.transaction(force_rollback=True):
        changed = spoilt.connection.execute(FORGERIES[name]).rowcount

        assert changed > 0, "nothing was forged"
        assert spoilt.is_found()


def documented() -> dict[tuple[str, str], list[str]]:
    """Read what only the log can tell: of which rows, by table and column."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for table, columns, rows in DOCUMENTED.findall(DOCS.read_text(encoding="utf-8")):
        for column in columns.split(", "):
            found[table, column.strip("`")].append(rows.strip())
    return found


def tried(values: Sequence[str], number: int) -> Sequence[str]:
    """Return which values to try in a row: of many rows each takes its turn, but at night."""
    return values if IS_NIGHTLY else [values[number % len(values)]]


@pytest.mark.parametrize("table", SORTS)
def test_a_changed_value_is_found_or_the_logs_to_tell(spoilt: Spoilt, table: str) -> None:
    told, missed, tries = documented(), [], 0
    for column, (number, row) in product(spoilt.columns(table), enumerate(spoilt.rows(table))):
        is_told = spoilt.is_among(table, row, told[table, column.name])
        sort = spoilt.sort_of(table, row)
        for value in tried(column.values(), number):
            with suppress(psycopg.IntegrityError), spoilt.changed(column, row, value) as is_changed:
                tries += is_changed
                if is_changed and not (spoilt.is_told() if is_told else spoilt.is_found()):
                    missed.append(f"{column.name} of {sort}: {value}")
    assert missed == []
    assert tries > len(spoilt.columns(table)), "hardly anything was changed"


@pytest.mark.parametrize("table", SORTS)
def test_what_is_said_to_be_the_logs_to_tell_is_not_found(spoilt: Spoilt, table: str) -> None:
    columns = {column.name: column for column in spoilt.columns(table)}
    for (its_table, name), its_rows in documented().items():
        for rows in its_rows if its_table == table else ():
            assert name in columns, f"{table} has no {name}"
            assert is_missed(spoilt, columns[name], rows), f"{name} of {rows} is found"


def is_missed(spoilt: Spoilt, column: Column, rows: str) -> bool:
    """Tell whether the audit does not find some other value in some of the rows."""
    for row in spoilt.rows(column.table):
        if spoilt.is_among(column.table, row, [rows]):
            for value in column.values():
                with suppress(psycopg.IntegrityError), spoilt.changed(column, row, value) as is_so:
                    if is_so and not spoilt.is_found():
                        return True
    return False
