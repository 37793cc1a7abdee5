"""Create existing postings for a benchmark with SQL, because creating them is not measured."""

from __future__ import annotations

from typing import Final

import psycopg

CHUNK: Final = 500_000

# Deposits, distributed evenly over the accounts. They are as wide as real rows, with arbitrary ids
# (like ids that are derived from keys, evenly distributed) and hashes. Their versions are far above
# those of the measured postings.
_LEGS: Final = """
insert into ledger.legs (
    transaction_id, leg, kind, status, account_id, user_id, amount, currency, balance_after,
    fingerprint, request_id, partition, "offset", requested_at, posted_at, completed_at,
    debit_account_id, credit_account_id, debit_version, debit_balance_after, debit_hash,
    credit_version, credit_balance_after, credit_hash
)
select md5(n::text)::uuid, 1, 'deposit', 'completed', a.account_id, a.user_id, 100, 'EUR', 100 * n,
       md5(n::text), 'req_' || md5(n::text), a.partition, n, t, t, t,
       %(clearing)s, a.account_id, 1000000000 + n, -100 * n, sha256(int8send(n)),
       1000000000 + n / %(accounts)s, 100, sha256(int8send(-n))
from generate_series(%(first)s::bigint, %(last)s::bigint) n
join numbered a on a.number = n %% %(accounts)s,
     lateral (select timestamptz '2020-01-01' + n * interval '1 millisecond' as t) moment
"""
_KEY: Final = """
select c.conname, pg_get_constraintdef(c.oid)
from pg_constraint c
where c.conrelid = 'ledger.legs'::regclass and c.contype = 'p'
"""
_INDEXES: Final = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indrelid = 'ledger.legs'::regclass and not i.indisprimary
"""


def preload(database_url: str, postings: int) -> None:
    """Insert about ``postings`` transactions with one posting each, and print the progress.

    The indexes are dropped and recreated afterwards, which is much faster than filling them row by
    row.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute(
            "create temporary table numbered as select account_id, user_id, partition,"
            " row_number() over () - 1 as number from ledger.accounts where kind = 'customer'"
        )
        connection.execute("create unique index on numbered (number)")
        connection.execute("analyze numbered")
        row = connection.execute("select count(*) from numbered").fetchone()
        accounts = int(row[0]) if row else 0
        keys = connection.execute(_KEY).fetchall()
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in keys:
            connection.execute(f"alter table ledger.legs drop constraint {name}".encode())
        for name, _ in indexes:
            connection.execute(f"drop index {name}".encode())
        _fill(connection, postings, accounts)
        for name, definition in keys:
            print(f"history: {name}", flush=True)
            connection.execute(
                f"alter table ledger.legs add constraint {name} {definition}".encode()
            )
        for name, definition in indexes:
            print(f"history: {name}", flush=True)
            connection.execute(definition.encode())


def _fill(connection: psycopg.Connection, postings: int, accounts: int) -> None:
    for first in range(1, postings + 1, CHUNK):
        parameters = {
            "first": first,
            "last": min(first + CHUNK - 1, postings),
            "accounts": accounts,
            "clearing": "00000000-0000-0000-0000-000000000000",
        }
        connection.execute(_LEGS, parameters)
        print(f"\rhistory: {parameters['last']:,} postings", end="", flush=True)
    print()
