"""Reports about the whole ledger, for operators."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from handlers.domain.state import AccountKind
from handlers.platform.clock import rfc3339_us
from handlers.platform.postgres import Database, sql


class AppliedView(msgspec.Struct, frozen=True, gc=False):
    """A partition's progress: the report includes every record before ``next_offset``."""

    partition: int
    next_offset: int


class KindSums(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The accounts of one kind: those below zero by their debit, the others by their credit.

    ``customer`` is what customers own; ``clearing`` is the outside's side of deposits and
    withdrawals; ``in_transit`` is money on its way from one partition to another.
    """

    kind: AccountKind
    accounts: int
    debit: int
    credit: int
    balance: int


class CurrencySums(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One currency's trial balance. ``total`` is credit minus debit, and always zero."""

    currency: str
    kinds: list[KindSums]
    debit: int
    credit: int
    total: int


class TrialBalanceView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The sums of all balances by currency and kind of account, in one snapshot; minor units."""

    at: str
    positions: list[AppliedView]
    currencies: list[CurrencySums]


class Reports:
    """Makes reports.

    Parameters
    ----------
    topic
        The commands topic, whose offsets say what the report includes.
    """

    def __init__(self, database: Database, topic: str) -> None:
        self._database = database
        self._topic = topic

    def trial_balance(self, currency: str | None) -> TrialBalanceView:
        """Return the trial balance of one currency, or of every currency with an account."""
        rows = self._database.read(
            sql("reading/trial_balance"), {"topic": self._topic, "currency": currency}
        )
        at_us, positions, sums = rows[0]
        by_currency = {name: list(kinds) for name, kinds in groupby(sums, key=itemgetter(0))}
        if currency is not None:
            by_currency.setdefault(currency, [])
        return TrialBalanceView(
            at=rfc3339_us(at_us),
            positions=[AppliedView(*position) for position in positions],
            currencies=[_currency_sums(*one) for one in by_currency.items()],
        )


def _currency_sums(currency: str, rows: list[list[Any]]) -> CurrencySums:
    kinds = [
        KindSums(kind=kind, accounts=accounts, debit=debit, credit=credit, balance=credit - debit)
        for _, kind, accounts, debit, credit in rows
    ]
    debit = sum(one.debit for one in kinds)
    credit = sum(one.credit for one in kinds)
    return CurrencySums(
        currency=currency, kinds=kinds, debit=debit, credit=credit, total=credit - debit
    )
