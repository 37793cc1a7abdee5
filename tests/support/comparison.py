"""Compare the ledger with the naive model."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from handlers.domain.state import BOTH, CREDIT, DEBIT, Account
from load.judge.model import Model
from load.judge.state import Account as Expected
from load.judge.state import Hold, Leg
from tests.support.memory import Database, own_account_ids

_LEG_FIELDS: Final = tuple(one.name for one in fields(Leg))
_leg_values: Final = attrgetter(*_LEG_FIELDS)
_HOLD_FIELDS: Final = tuple(one.name for one in fields(Hold))
_hold_values: Final = attrgetter(*_HOLD_FIELDS)
_DIRECTIONS = {0: set(), DEBIT: {"debit"}, CREDIT: {"credit"}, BOTH: {"debit", "credit"}}


def check_against_model(database: Database, model: Model) -> None:
    """Fail unless the committed state matches the model, including all statuses and reasons."""
    _check_accounts(database, model)
    _check_own_accounts(database, model)
    _check_legs(database, model)
    _check_holds(database, model)
    _check_parked(database, model)
    assert database.conflicts == model.conflicts
    assert database.sent == model.expected_messages


def _check_accounts(database: Database, model: Model) -> None:
    customers = {a.account_id: a for a in database.accounts.values() if a.kind == "customer"}
    assert customers.keys() == model.accounts.keys()
    for account_id, expected in model.accounts.items():
        account = customers[account_id]
        assert _view(account) == _expected_view(expected, account.day)


#: The fields that have the same name in the ledger and the model.
_SHARED: Final = (
    *("user_id", "currency", "name", "metadata", "balance", "held", "is_closed"),
    *("overdraft_limit", "daily_amount", "daily_count"),
)


def _view(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in _SHARED} | {
        "version": account.version,
        "by_owner": _DIRECTIONS[account.frozen_by_owner],
        "by_operator": _DIRECTIONS[account.frozen_by_operator],
        "pending_out": account.pending_out,
        "last_day": account.day,
        "spent": (account.day_amount, account.day_count),
    }


def _expected_view(account: Expected, day: int) -> dict[str, Any]:
    return {name: getattr(account, name) for name in _SHARED} | {
        "version": len(account.entries),
        "by_owner": account.frozen_by_owner,
        "by_operator": account.frozen_by_operator,
        "pending_out": sum(account.on_the_way.values()),
        "last_day": max(account.spent, default=0),
        "spent": account.spent.get(day, (0, 0)),
    }


def _check_own_accounts(database: Database, model: Model) -> None:
    currencies = sorted({account.currency for account in database.accounts.values()})
    what = own_account_ids(database.partitions, currencies)
    actual: dict[tuple[str, int, str, int], int] = {}
    for account in database.accounts.values():
        if account.kind != "customer":
            kind, partition, currency, number = what[account.account_id]
            assert (kind, currency) == (account.kind, account.currency)
            assert database.owners[account.account_id] == partition
            actual[kind, partition, currency, number] = account.balance
    expected = {
        (kind, *place, number): balance
        for kind, books in (("clearing", model.cash), ("in_transit", model.in_transit))
        for place, series in books.items()
        for number, balance in enumerate(series)
    }
    assert {place: value for place, value in actual.items() if value} == {
        place: value for place, value in expected.items() if value
    }


def _check_legs(database: Database, model: Model) -> None:
    first = {txn: leg for (txn, number), leg in database.transactions.items() if number == 1}
    second = {txn: leg for (txn, number), leg in database.transactions.items() if number == 2}
    for actual, wanted in ((first, model.first_legs), (second, model.second_legs)):
        assert actual.keys() == wanted.keys()
        for transaction_id, leg in wanted.items():
            got, expected = _leg_values(actual[transaction_id]), _leg_values(leg)
            assert got == expected, f"{transaction_id}: {_LEG_FIELDS}"


def _check_holds(database: Database, model: Model) -> None:
    assert {hold_id: _hold_values(hold) for hold_id, hold in database.holds.items()} == {
        hold_id: _hold_values(hold) for hold_id, hold in model.holds.items()
    }


def _check_parked(database: Database, model: Model) -> None:
    queues: dict[tuple[int, str], list[tuple[str, bool]]] = defaultdict(list)
    for parked in database.parked.values():
        if parked.status == "parked":
            place = (parked.record.partition, parked.account_id or "")
            queues[place].append((parked.parked_id, parked.is_behind))
    assert queues == {
        place: [(waiting.parked_id, waiting.is_behind) for waiting in queue]
        for place, queue in model.parked.items()
    }
