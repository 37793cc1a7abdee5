"""Playing a history over real writers, with the accounts spread over partitions in some way."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from handlers.domain import commands as c
from handlers.domain.growth import KEY, marker
from handlers.growing.growths import Growing
from tests.integration.ledger.harness import COMMANDS, Ledger
from tests.support.playing import Outcomes, Player

DAY_MS: Final = 86_400_000
_LEGS: Final = """
select transaction_id, leg, kind, status, reason, account_id, counterparty_id, amount, currency,
       balance_after, description, hold_id, reverses, reversed_amount, fingerprint, user_id
from ledger.legs
where leg = 1 or leg = 2 and status = 'completed'
"""
#: A move that was refused elsewhere went there and came back: two entries more than one that was
#: refused at once, which sum to nothing.
_ACCOUNTS: Final = """
select account_id, currency, name, metadata, balance, held, pending_out, overdraft_limit,
       daily_amount, daily_count,
       frozen_by_owner, frozen_by_operator, is_closed,
       version - 2 * (select count(*) from ledger.legs l
                      where l.leg = 3 and l.account_id = a.account_id) as version,
       case when day = %s then day_amount else 0 end as spent,
       case when day = %s then day_count else 0 end as spendings
from ledger.accounts a
where kind = 'customer'
"""
_HOLDS: Final = """
select hold_id, account_id, amount, currency, destination_id, status, captured_amount, opened_at,
       expires_at
from ledger.holds
"""
_HEAD: Final = """
select 'prk_' || encode(uuid_send(parked_id), 'hex') as parked_id,
       coalesce(lane, partition) as partition
from ledger.parked_commands
where status = 'parked' and account_id = %s
order by parked_at, lane is null, partition, "offset"
limit 1
"""


class LedgerPlayer(Player):
    """Plays over an empty ledger in PostgreSQL."""

    def __init__(self, ledger: Ledger, at_step: int, grows_to: int | None = None) -> None:
        super().__init__(ledger.partitions, at_step, grows_to)
        self.ledger = ledger

    def tick(self, seconds: float) -> None:
        self.ledger.tick(seconds)

    def put(self, partition: int, account_id: str, value: bytes) -> None:
        self.ledger.put(account_id.encode(), value, partition)

    def drain(self) -> None:
        self.ledger.drain()

    def head(self, account_id: str) -> tuple[str, int] | None:
        rows = self.ledger.rows(_HEAD, account_id[4:])
        return (rows[0]["parked_id"], rows[0]["partition"]) if rows else None

    def grow(self, partitions: int) -> None:
        ledger = self.ledger
        growing = Growing(ledger.shards, COMMANDS)
        before = ledger.partitions
        growing.fence(before, partitions)
        growth = growing.mark(partitions)
        assert growth.clock_us is not None
        growing.announce(growth)
        ledger.log.partitions += [[] for _ in range(before, partitions)]
        ledger.applied += [0] * (partitions - before)
        ledger.partitions = partitions
        has_parked = bool(growth.has_parked)
        for partition in range(partitions):
            mark = marker(partition, before, partitions, growth.clock_us, has_parked=has_parked)
            ledger.put(KEY, c.encode(mark), partition)
        ledger.drain()
        growing.complete(growth, lambda seen: None)

    def outcomes(self) -> Outcomes:
        ledger = self.ledger
        today = ledger.publisher.now_ms // DAY_MS
        parked = ledger.rows("select account_id, value, status from ledger.parked_commands")
        conflicts = ledger.rows("select transaction_id, fingerprint from ledger.conflicts")
        legs = {(row["transaction_id"], row["leg"]): row for row in ledger.rows(_LEGS)}
        return {
            "legs": legs,
            "accounts": _by("account_id", ledger.rows(_ACCOUNTS, today, today)),
            "holds": _by("hold_id", ledger.rows(_HOLDS)),
            "parked": Counter(tuple(row.values()) for row in parked),
            "conflicts": Counter(tuple(row.values()) for row in conflicts),
        }


def _by(key: str, rows: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in rows}
