"""Reports about the whole ledger, for operators."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, NamedTuple

import msgspec

from handlers.domain.state import AccountKind
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import sql
from handlers.sharding.shards import ShardMap, Shards

#: How often a report is read again because a partition moved in the meantime.
MAX_ATTEMPTS: Final = 3


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
    """The sums of all balances by currency and kind of account; minor units."""

    at: str
    positions: list[AppliedView]
    currencies: list[CurrencySums]


class _Snapshot(NamedTuple):
    """One database's part: when, its partitions' progress, and its sums by currency and kind."""

    at_us: int
    positions: list[list[int]]
    sums: list[list[Any]]


class _Sums(NamedTuple):
    accounts: int
    debit: int
    credit: int


class Reports:
    """Makes reports.

    Parameters
    ----------
    topic
        The commands topic, whose offsets say what the report includes.
    """

    def __init__(self, shards: Shards, topic: str) -> None:
        self._shards = shards
        self._topic = topic

    def trial_balance(self, currency: str | None) -> TrialBalanceView:
        """Return the trial balance of one currency, or of every currency with an account.

        Raises
        ------
        Unavailable
            If a shard can't be reached, or partitions move all the time.
        """
        for _ in range(MAX_ATTEMPTS):
            places = self._shards.map()
            snapshots = self._snapshots(currency, places)
            if self._shards.map() == places:
                return _trial_balance(currency, snapshots)
        raise Unavailable("partitions are being moved")

    def _snapshots(self, currency: str | None, places: ShardMap) -> list[_Snapshot]:
        snapshots = []
        for shard in self._shards.each:
            parameters = {
                "topic": self._topic,
                "currency": currency,
                "absent": places.absent_from(shard.number),
            }
            ((at_us, positions, sums),) = shard.database.read(
                sql("reading/trial_balance"), parameters
            )
            ours = [one for one in positions if places.shard_of(one[0]) == shard.number]
            snapshots.append(_Snapshot(at_us, ours, sums))
        return snapshots


def _trial_balance(currency: str | None, snapshots: list[_Snapshot]) -> TrialBalanceView:
    sums: defaultdict[tuple[str, AccountKind], _Sums] = defaultdict(lambda: _Sums(0, 0, 0))
    for snapshot in snapshots:
        for name, kind, *amounts in snapshot.sums:
            sums[name, kind] = _Sums(*map(sum, zip(sums[name, kind], amounts, strict=True)))
    by_currency: dict[str, list[KindSums]] = {} if currency is None else {currency: []}
    for (name, kind), one in sorted(sums.items()):
        by_currency.setdefault(name, []).append(
            KindSums(
                kind=kind,
                accounts=one.accounts,
                debit=one.debit,
                credit=one.credit,
                balance=one.credit - one.debit,
            )
        )
    return TrialBalanceView(
        at=rfc3339_us(min(one.at_us for one in snapshots)),
        positions=[
            AppliedView(*position)
            for position in sorted(each for one in snapshots for each in one.positions)
        ],
        currencies=[_currency_sums(*one) for one in by_currency.items()],
    )


def _currency_sums(currency: str, kinds: list[KindSums]) -> CurrencySums:
    debit = sum(one.debit for one in kinds)
    credit = sum(one.credit for one in kinds)
    return CurrencySums(
        currency=currency, kinds=kinds, debit=debit, credit=credit, total=credit - debit
    )
