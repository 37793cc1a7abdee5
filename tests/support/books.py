"""Compare the deployed stack's database with an independent replay of its topic."""

from __future__ import annotations

from collections import Counter

from handlers.domain import ids
from load.judge.findings import replay
from load.judge.records import read_command
from load.judge.topic import TopicRecord
from tests.support.stack import Stack

_OWN_IDS = {"clearing": ids.clearing_account_id, "in_transit": ids.in_transit_account_id}
_ACCOUNTS = """
    select 'acc_' || replace(account_id::text, '-', ''), kind, partition, currency,
           balance, held, version
    from ledger.accounts
"""


def check_books(stack: Stack, topic: list[list[TopicRecord]]) -> None:
    """Fail unless all accounts match the log, all sums are zero, and nothing is in progress."""
    model = replay(topic)
    rows = stack.rows(_ACCOUNTS)
    customers = {row[0]: row[4:] for row in rows if row[1] == "customer"}
    expected = {
        account_id: (account.balance, account.held, len(account.entries))
        for account_id, account in model.accounts.items()
    }
    wrong = {
        account_id: (customers.get(account_id), expected.get(account_id))
        for account_id in customers.keys() | expected.keys()
        if customers.get(account_id) != expected.get(account_id)
    }
    assert not wrong, (
        f"{len(wrong)} accounts differ (database, log): {dict(list(wrong.items())[:5])}"
    )
    for account_id, kind, partition, currency, balance, *_ in rows:
        if kind != "customer":
            books = model.cash if kind == "clearing" else model.in_transit
            series = books.get((partition, currency), [])
            make = _OWN_IDS[kind]
            of_series = {
                make(partition, currency, number): value for number, value in enumerate(series)
            }
            assert of_series.get(account_id, 0) == balance, f"{kind} {partition} {currency}"
    sums: Counter[str] = Counter()
    in_transit: Counter[str] = Counter()
    for _, kind, _, currency, balance, *_ in rows:
        sums[currency] += balance
        in_transit[currency] += balance if kind == "in_transit" else 0
    assert not any(sums.values()), f"the books do not sum to zero: {sums}"
    assert not any(in_transit.values()), f"money is still in transit: {in_transit}"
    pending = stack.rows("select count(*) from ledger.transactions where status = 'pending'")
    assert pending == [(0,)], "transactions are still pending"


def count_kind(topic: list[list[TopicRecord]], kind: str) -> int:
    """Return the number of commands of a kind in the topic."""
    commands = (read_command(record.value) for partition in topic for record in partition)
    return sum(command is not None and command["kind"] == kind for command in commands)
