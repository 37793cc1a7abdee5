"""Compare a database with an independent replay of the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from handlers.domain import ids
from load.judge.findings import Topic, replay

#: Returns a query's rows.
Rows = Callable[[str], list[tuple[Any, ...]]]
_OWN_IDS: Final = {"clearing": ids.clearing_account_id, "in_transit": ids.in_transit_account_id}
_ACCOUNTS: Final = """
    select 'acc_' || replace(account_id::text, '-', ''), kind, partition, currency,
           balance, held, version
    from ledger.accounts
"""
_PENDING: Final = "select count(*) from ledger.transactions where status = 'pending'"


def differences(rows_of: Rows, topic: Topic) -> Iterator[str]:
    """Yield accounts that do not match the log, sums that are not zero, and what is under way."""
    model = replay(topic)
    rows = rows_of(_ACCOUNTS)
    customers = {row[0]: row[4:] for row in rows if row[1] == "customer"}
    expected = {
        account_id: (account.balance, account.held, len(account.entries))
        for account_id, account in model.accounts.items()
    }
    for account_id in sorted(customers.keys() | expected.keys()):
        found, by_log = customers.get(account_id), expected.get(account_id)
        if found != by_log:
            yield f"{account_id} is {found} in the database, {by_log} by the log"
    for account_id, kind, partition, currency, balance, *_ in rows:
        if kind != "customer":
            books = model.cash if kind == "clearing" else model.in_transit
            series = books.get((partition, currency), [])
            make = _OWN_IDS[kind]
            of_series = {
                make(partition, currency, number): value for number, value in enumerate(series)
            }
            if of_series.get(account_id, 0) != balance:
                yield f"{kind} {partition} {currency} is {balance}, by the log {of_series}"
    yield from _sums(rows)
    if any(pending for (pending,) in rows_of(_PENDING)):
        yield "transactions are still pending"


def _sums(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    sums: Counter[str] = Counter()
    in_transit: Counter[str] = Counter()
    for _, kind, _, currency, balance, *_ in rows:
        sums[currency] += balance
        in_transit[currency] += balance if kind == "in_transit" else 0
    if any(sums.values()):
        yield f"the books do not sum to zero: {sums}"
    if any(in_transit.values()):
        yield f"money is still in transit: {in_transit}"
