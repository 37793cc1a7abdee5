"""The same history has the same outcome wherever the accounts live: the rules alone, in memory."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.domain import commands as c
from handlers.domain.partitions import partition_of
from handlers.domain.state import DAY_US, RETURN_LEG
from tests.support.histories import START_MS, History
from tests.support.invariants import check_invariants
from tests.support.memory import Database, Log
from tests.support.playing import Outcomes, Player, assert_same

LENGTH: Final = 40
#: What of a leg or a hold follows from where it was applied.
_PLACES: Final = ("partition", "offset", "posted_at_us", "completed_at_us", "requested_at_us")
#: What is of a day that is over is nobody's any more: only the day's own is compared.
_COUNTERS: Final = ("day", "day_amount", "day_count")
_MARKS: Final = ("is_new", "is_changed")


class MemoryPlayer(Player):
    """Plays over the rules alone.

    Parameters
    ----------
    times
        How often each batch is delivered.
    """

    def __init__(
        self, partitions: int, at_step: int, grows_to: int | None = None, times: int = 1
    ) -> None:
        super().__init__(partitions, at_step, grows_to)
        self._times = times
        self.log = Log(partitions)
        self.database = Database(partitions)
        self.now_ms = START_MS
        self._applied = [0] * partitions
        self._spent: list[dict[str, tuple[int, int]]] = []

    def tick(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)

    def put(self, partition: int, account_id: str, value: bytes) -> None:
        self.log.append(partition, account_id.encode(), value, self.now_ms)

    def drain(self) -> None:
        while any(self._apply(partition) for partition in range(self.partitions)):
            pass
        today = self.now_ms * 1000 // DAY_US
        self._spent.append(
            {
                account.account_id: (account.day_amount, account.day_count)
                for account in self.database.accounts.values()
                if account.day == today and account.day_count
            }
        )

    def _apply(self, partition: int) -> bool:
        records = self.log.partitions[partition][self._applied[partition] :]
        if records:
            for _ in range(self._times):
                self.database.apply(records)
            self._applied[partition] += len(records)
        for row in self.database.outbox:
            for account_id, command in row.messages:
                home = partition_of(account_id, self.partitions) if account_id else row.partition
                self.put(home, account_id, c.encode(command))
        self.database.outbox.clear()
        return bool(records)

    def head(self, account_id: str) -> tuple[str, int] | None:
        for parked_id, parked in self.database.parked.items():
            if parked.account_id == account_id and parked.status == "parked":
                return parked_id, self.database.worked_on.get(parked_id, parked.record.partition)
        return None

    def grow(self, partitions: int) -> None:
        self.database.grow(partitions)
        self.log.partitions += [[] for _ in range(self.partitions, partitions)]
        self._applied += [0] * (partitions - self.partitions)

    def outcomes(self) -> Outcomes:
        database = self.database
        returns = Counter(
            posting.credit_account_id for posting in database.postings if posting.leg == RETURN_LEG
        )
        accounts = {}
        for account_id, account in database.accounts.items():
            if account.kind == "customer":
                values = msgspec.structs.asdict(account)
                # A move that was refused elsewhere went there and came back: two entries more.
                values["version"] -= 2 * returns[account_id]
                accounts[account_id] = _without(
                    values, (*_COUNTERS, "hash", "is_restated", "is_described", *_MARKS)
                )
        return {
            "legs": {
                place: _without(msgspec.structs.asdict(leg), (*_PLACES, *_MARKS))
                for place, leg in database.transactions.items()
                if leg.leg == 1 or leg.status == "completed"
            },
            "accounts": accounts,
            "spent on the day of each step": dict(enumerate(self._spent)),
            "holds": {
                hold_id: _without(msgspec.structs.asdict(hold), ("closed_at_us", *_MARKS))
                for hold_id, hold in database.holds.items()
            },
            "parked": Counter(
                (parked.account_id, parked.record.value, parked.status)
                for parked in database.parked.values()
            ),
            "conflicts": Counter(transaction_id for transaction_id, *_ in database.conflicts),
        }


def _without(values: dict[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name not in names}


def played(seed: int, partitions: int, grows_to: int | None = None) -> Outcomes:
    player = MemoryPlayer(partitions, LENGTH, grows_to)
    outcomes = player.play(History(seed, LENGTH))
    check_invariants(player.database)
    return outcomes


@given(seed=st.integers(0, 2**32 - 1))
@settings(phases=[Phase.generate])
def test_where_accounts_live_changes_nothing(seed: int) -> None:
    together = played(seed, 1)

    assert_same(together, played(seed, 4), "four partitions")
    assert_same(together, played(seed, 7), "seven partitions")
    assert_same(together, played(seed, 4, grows_to=7), "a growth from four to seven")


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=settings().max_examples // 2, phases=[Phase.generate])
def test_the_tenth_delivery_changes_nothing(seed: int) -> None:
    once, ten_times = MemoryPlayer(4, LENGTH), MemoryPlayer(4, LENGTH, times=10)

    assert_same(once.play(History(seed, LENGTH)), ten_times.play(History(seed, LENGTH)), "and over")

    assert once.database.accounts == ten_times.database.accounts, "hashes included"
    assert once.database.holds == ten_times.database.holds


def test_the_histories_reach_what_they_are_to_compare() -> None:
    seen: Counter[object] = Counter()
    for seed in range(60):
        outcomes = played(seed, 4)
        seen.update((leg["kind"], leg["reason"]) for leg in outcomes["legs"].values())
        seen.update(status for _, _, status in outcomes["parked"])
        seen.update("conflict" for _ in outcomes["conflicts"])
        seen.update(hold["status"] for hold in outcomes["holds"].values())
    for kind in ("transfer", "capture", "reversal"):
        assert seen[kind, None], kind
        assert seen[kind, "account_frozen"], kind
    for kind in ("transfer", "capture"):
        assert seen[kind, "unknown_account"], kind
        assert seen[kind, "currency_mismatch"], kind
    for kind in ("transfer", "hold", "withdrawal"):
        assert seen[kind, "limit_exceeded"], kind
    assert seen["capture", "hold_not_open"]
    assert seen["hold_expiry", None]
    assert {"captured", "voided", "expired", "replayed", "discarded", "conflict"} <= seen.keys()
