"""Reads transactions' legs, which may be on two shards: the source's and the destination's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, LiteralString, NamedTuple

from handlers.domain.ids import USER, digits
from handlers.domain.leg_columns import SELECTED, leg_of
from handlers.domain.state import Leg
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import sql
from handlers.reading.keyed_rows import RowsOfShards
from handlers.sharding.lookups import Found
from handlers.sharding.shards import HOME, ShardMap, Shards


class OwnedLeg(NamedTuple):
    """A leg and its account's owner."""

    leg: Leg
    owner: str | None


class Looked(NamedTuple):
    """The legs that were found, and the shards that may have more and could not be read."""

    legs: list[OwnedLeg]
    away: frozenset[int] = frozenset()


class Legs:
    """Reads legs.

    Each leg of a move names the account on the other side. So once one leg is found, it is known
    which shard may have the other.
    """

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._rows = RowsOfShards(shards, legs_query("reading/transaction_legs"))

    def look(
        self,
        transaction_id: str,
        partition: int | None = None,
        is_enough: Callable[[OwnedLeg], bool] = lambda first: False,
    ) -> Looked:
        """Look for a transaction's legs, whoever asks.

        Parameters
        ----------
        partition
            The partition of its command, if that is known: its shard is asked first.
        is_enough
            Tells from the first leg whether the second one is not needed.

        Raises
        ------
        Unavailable
            If there is just one database, and it can't be reached.
        """
        key = digits(transaction_id)
        if self._shards.is_one:
            return Looked([_owned_leg(row) for row in self._rows.on(HOME).of(key)])
        places = self._shards.map()
        first = None if partition is None else places.shard_of(partition)
        legs: list[OwnedLeg] = []
        away: set[int] = set()
        for shard in sorted(self._shards.each, key=lambda shard: shard.number != first):
            if not _may_have(shard.number, legs, places):
                continue
            try:
                rows = self._rows.on(shard.number).of(key)
            except Unavailable:
                away.add(shard.number)
                continue
            legs = _with(legs, rows, shard.number, places)
            if legs and legs[0].leg.leg == 1 and is_enough(legs[0]):
                return Looked(legs)
        return Looked(legs, frozenset(each for each in away if _may_have(each, legs, places)))

    def of_each(self, transaction_ids: Iterable[str]) -> Found[list[OwnedLeg]]:
        """Return transactions' legs, whoever asks, with one query at most for each shard.

        Raises
        ------
        Unavailable
            If there is just one database, and it can't be reached.
        """
        found: Found[list[OwnedLeg]] = Found()
        legs = found.values
        legs.update((each, []) for each in transaction_ids)
        places = self._shards.map()
        away: dict[int, Unavailable] = {}
        for shard in self._shards.each:
            wanted = [each for each in legs if _may_have(shard.number, legs[each], places)]
            try:
                rows = self._rows.on(shard.number).of_each([digits(each) for each in wanted])
            except Unavailable as error:
                if self._shards.is_one:
                    raise
                away[shard.number] = error
                continue
            for each, theirs in zip(wanted, rows, strict=True):
                legs[each] = _with(legs[each], theirs, shard.number, places)
        for number, outage in away.items():
            found.unread([each for each in legs if _may_have(number, legs[each], places)], outage)
        return found


def _may_have(shard: int, legs: list[OwnedLeg], places: ShardMap) -> bool:
    """Tell whether a shard that was not asked yet may have more of a transaction's legs."""
    if not legs:
        return True
    counterparty = legs[0].leg.counterparty_id
    if counterparty is None:
        return legs[0].leg.leg != 1
    return places.shard_of_account(counterparty) == shard


def _with(
    legs: list[OwnedLeg], rows: list[tuple[Any, ...]], shard: int, places: ShardMap
) -> list[OwnedLeg]:
    """Add a shard's rows, but those whose partition is elsewhere: it is moving, or has moved."""
    theirs = [_owned_leg(row) for row in rows]
    counted = [one for one in theirs if places.shard_of(one.leg.partition) == shard]
    return sorted([*legs, *counted], key=lambda owned: owned.leg.leg) if legs else counted


@cache
def legs_query(name: LiteralString) -> LiteralString:
    """Return a query whose rows begin with a leg's columns."""
    return sql(name).replace(":leg_columns", SELECTED)


def _owned_leg(row: tuple[Any, ...]) -> OwnedLeg:
    _key, *columns, owner = row
    return OwnedLeg(leg_of(tuple(columns)), USER + owner if owner else None)
