"""The checks of what several shards have together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from handlers.auditing.snapshots import Leg, Snapshot, Snapshots, Transit
from handlers.domain import kinds
from handlers.platform.postgres import sql
from handlers.sharding.shards import ShardMap

Found = Iterator[tuple[str | None, str]]

FETCH_SIZE: Final = 2000
#: How many halves whose other half is in no snapshot are looked for again at once.
LOOK_SIZE: Final = 1000


def legs_elsewhere(
    snapshots: Snapshots, here: Snapshot, low: UUID, high: UUID
) -> tuple[list[str], list[tuple[str | None, str]]]:
    """Return what other shards have of one slice of a shard's transactions, and what is wrong.

    Returns
    -------
    tuple
        The legs, as JSON, and findings about legs that two shards have: a transaction's id belongs
        to one account only.
    """
    rows = here.connection.execute(sql("auditing/known_legs"), {"low": low, "high": high})
    known = {(transaction_id, leg): account_id for transaction_id, leg, account_id in rows}
    found: list[str] = []
    twice: list[tuple[str | None, str]] = []
    for leg in snapshots.legs_elsewhere(here, {transaction_id for transaction_id, _ in known}):
        place = leg.transaction_id, leg.leg
        if place not in known:
            found.append(leg.row)
        elif here.shard < leg.shard:
            twice.append((known[place], _twice(here, leg)))
    return found, twice


def _twice(here: Snapshot, leg: Leg) -> str:
    return (
        f"transaction txn_{leg.transaction_id.hex}: its leg {leg.leg} is on shard {here.shard} and"
        f" on shard {leg.shard}"
    )


def winners_elsewhere(snapshots: Snapshots, here: Snapshot) -> list[str]:
    """Return the first legs, as JSON, of transactions that a shard's conflicts name."""
    rows = here.connection.execute(sql("auditing/conflict_winners")).fetchall()
    missing = {transaction_id for (transaction_id,) in rows}
    legs = {
        leg.transaction_id: leg.row
        for leg in snapshots.legs_elsewhere(here, missing)
        if leg.leg == 1
    }
    # A command that waits for an operator, or that is not applied yet, has only its claim.
    claimed = snapshots.claims(missing - legs.keys())
    return [*legs.values(), *(leg.row for leg in claimed)]


class _Half(NamedTuple):
    """One side of a move through transit, without the other side, and the shard that has it."""

    transaction_id: UUID
    leg: int
    status: str
    amount: int
    currency: str
    counterparty_id: str | None
    shard: int


def in_transit(snapshots: Snapshots) -> Found:
    """Compare the balances of all shards with the moves that are under way."""
    transit = transit_of(snapshots)
    balances = balances_of(snapshots)
    for currency in sorted(balances.keys() | transit.under_way.keys() | transit.skew.keys()):
        balance = balances[currency] - transit.skew[currency]
        if balance != transit.under_way[currency]:
            yield (
                None,
                f"{balance} {currency} is in transit but the moves under way sum to"
                f" {transit.under_way[currency]}",
            )


def balances_of(snapshots: Snapshots) -> Counter[str]:
    """Return the balances of all shards' accounts for money in transit, by currency."""
    total: Counter[str] = Counter()
    for snapshot in snapshots.each:
        rows = snapshot.connection.execute(sql("auditing/in_transit_totals")).fetchall()
        for currency, amount in rows:
            total[currency] += amount
    return total


def transit_of(snapshots: Snapshots) -> Transit:
    """Return the money in transit, which is read only once."""
    if snapshots.transit is None:
        snapshots.transit = _matched(snapshots)
    return snapshots.transit


def _matched(snapshots: Snapshots) -> Transit:
    """Match the halves of moves that are on two shards.

    A half without another is a move under way if it is a first leg that says so.  Otherwise, the
    snapshots are from before the second leg, or from before the first; then the other half can be
    found by now.
    """
    places = _map_of(snapshots.home)
    transit = Transit(Counter(), Counter(), Counter())
    alone: list[_Half] = []
    streams = (_halves(snapshot) for snapshot in snapshots.each)
    for _, group in groupby(merge(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        halves = list(group)
        if len(halves) > 1:
            continue
        (half,) = halves
        if half.leg == 1 and half.status == "pending":
            transit.under_way[half.currency] += half.amount
            if places.shard_of_account(half.counterparty_id or "") != half.shard:
                transit.between_shards[half.currency] += half.amount
        elif half.leg == 2 or half.status == "completed":
            alone.append(half)
        if len(alone) == LOOK_SIZE:
            _look_again(snapshots, alone, transit.skew)
            alone.clear()
    _look_again(snapshots, alone, transit.skew)
    return transit


def _halves(snapshot: Snapshot) -> Iterator[_Half]:
    with snapshot.connection.cursor(f"audit_halves_{snapshot.shard}") as cursor:
        cursor.itersize = FETCH_SIZE
        cursor.execute(sql("auditing/halves"), {"travelling": list(kinds.TRAVELLING)})
        yield from (_Half._make((*row, snapshot.shard)) for row in cursor)


def _look_again(snapshots: Snapshots, alone: Sequence[_Half], skew: Counter[str]) -> None:
    """Count the halves whose other half another shard has by now."""
    for snapshot in snapshots.each:
        own = [half for half in alone if half.shard == snapshot.shard]
        sought = {half.transaction_id for half in own}
        found = {
            (one.transaction_id, one.leg) for one in snapshots.legs_elsewhere(snapshot, sought)
        }
        for half in own:
            if (half.transaction_id, 3 - half.leg) in found:
                skew[half.currency] += half.amount if half.leg == 1 else -half.amount


def _map_of(home: Snapshot) -> ShardMap:
    """Return where partitions are, as the home database's snapshot has it."""
    rows = home.connection.execute(sql("auditing/places")).fetchall()
    return ShardMap(
        max((count for _, _, count in rows if count is not None), default=1),
        {partition: shard for partition, shard, _ in rows if shard is not None},
    )


def strangers(snapshots: Snapshots) -> Found:
    """Find rows that are in another database than their partition, and contradictory maps."""
    for snapshot in snapshots.each:
        for (detail,) in snapshot.connection.execute(sql("auditing/strangers")).fetchall():
            yield None, f"shard {snapshot.shard} {detail}"
    places = _map_of(snapshots.home)
    live: dict[int, list[int]] = {partition: [] for partition in places.shards}
    for snapshot in snapshots.each:
        for partition, shard, _ in snapshot.connection.execute(sql("auditing/places")).fetchall():
            if shard is None:
                live.setdefault(partition, []).append(snapshot.shard)
    for partition, shards in sorted(live.items()):
        if shards != [places.shard_of(partition)]:
            yield (
                None,
                f"partition {partition} is on shard {places.shard_of(partition)} by the map, but in"
                f" use on {', '.join(map(str, shards)) or 'none'}",
            )
