"""The invariants of the ledger at every commit, recomputed from its rows."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from hashlib import sha256

from handlers.domain.state import Posting
from tests.support.memory import Database

_POSTGRES_EPOCH_US = 946_684_800_000_000


def check_invariants(database: Database) -> None:
    """Fail unless the committed state satisfies every invariant."""
    _check_double_entry(database)
    _check_entries(database)
    _check_holds(database)
    _check_moves(database)
    _check_reversals(database)


def _check_double_entry(database: Database) -> None:
    sums: Counter[str] = Counter()
    for account in database.accounts.values():
        sums[account.currency] += account.balance
    assert not any(sums.values()), f"the books do not sum to zero: {dict(sums)}"


def _check_entries(database: Database) -> None:
    entries: dict[str, list[tuple[int, int, int, bytes, str, Posting]]] = defaultdict(list)
    for p in database.postings:
        entries[p.debit_account_id].append(
            (
                p.debit_version,
                -p.amount,
                p.debit_balance_after,
                p.debit_hash,
                p.credit_account_id,
                p,
            )
        )
        entries[p.credit_account_id].append(
            (
                p.credit_version,
                p.amount,
                p.credit_balance_after,
                p.credit_hash,
                p.debit_account_id,
                p,
            )
        )
    assert entries.keys() <= database.accounts.keys(), "a posting names an unknown account"
    for account_id, account in database.accounts.items():
        balance, digest = 0, sha256(bytes.fromhex(account_id[4:])).digest()
        last_us = 0
        history = sorted(entries[account_id], key=lambda entry: entry[0])
        for number, (version, amount, after, chained, other, p) in enumerate(history, 1):
            balance += amount
            assert version == number, f"{account_id}: version {version} instead of {number}"
            assert after == balance, f"{account_id}: balance_after is wrong at {version}"
            assert p.currency == account.currency
            assert p.posted_at_us >= last_us, f"{account_id}: time goes backwards at {version}"
            last_us = p.posted_at_us
            digest = sha256(
                digest
                + struct.pack(">qqq", version, amount, after)
                + bytes.fromhex(p.transaction_id[4:])
                + struct.pack(">h", p.leg)
                + bytes.fromhex(other[4:])
                + struct.pack(">q", p.posted_at_us - _POSTGRES_EPOCH_US)
            ).digest()
            assert chained == digest, f"{account_id}: the chain is broken at {version}"
        assert account.version == len(history), f"{account_id}: versions have gaps"
        assert account.balance == balance, f"{account_id}: the balance is not that of its postings"
        assert account.hash == digest, f"{account_id}: its hash is not that of its last entry"


def _check_holds(database: Database) -> None:
    held: Counter[str] = Counter()
    for hold in database.holds.values():
        if hold.status == "open":
            held[hold.account_id] += hold.amount - hold.captured_amount
    for account_id, account in database.accounts.items():
        assert account.held == held[account_id], f"{account_id}: held is not that of its holds"
        if account.kind == "customer":
            assert account.balance - account.held >= -account.overdraft_limit, "overspent"
    _check_captures_under_way(database)
    _check_expiries(database)


def _check_captures_under_way(database: Database) -> None:
    under_way = Counter(
        (leg.hold_id, leg.amount)
        for (_, number), leg in database.transactions.items()
        if number == 1
        and leg.kind == "capture"
        and leg.status == "pending"
        # Under rules 1, a capture closes its hold, whatever its outcome.
        and database.holds[leg.hold_id or ""].status == "open"
    )
    assert under_way == Counter(
        (hold.hold_id, hold.captured_amount)
        for hold in database.holds.values()
        if hold.status == "open" and hold.captured_amount
    ), "an open hold's captured amount is not that of its capture in progress"


def _check_expiries(database: Database) -> None:
    expired = Counter(
        (leg.hold_id, leg.account_id, leg.amount, leg.currency)
        for leg in database.transactions.values()
        if leg.kind == "hold_expiry" and leg.status == "completed"
    )
    assert max(expired.values(), default=1) == 1, "a hold expired twice"
    for hold_id, account_id, amount, currency in expired:
        hold = database.holds[hold_id or ""]
        assert hold.status == "expired", f"{hold_id}: its expiry is recorded, but it is not expired"
        assert (hold.account_id, hold.amount, hold.currency) == (account_id, amount, currency)


def _check_moves(database: Database) -> None:
    under_way: Counter[str] = Counter()
    pending: Counter[str] = Counter()
    for (transaction_id, leg), first in database.transactions.items():
        if leg == 2 or first.status != "pending":
            continue
        assert first.amount is not None
        assert first.currency is not None
        pending[first.account_id] += first.amount
        second = database.transactions.get((transaction_id, 2))
        if second is None or second.status != "completed":
            under_way[first.currency] += first.amount
    in_transit: Counter[str] = Counter()
    for account in database.accounts.values():
        assert account.pending_out == pending[account.account_id], "pending_out is wrong"
        if account.kind == "in_transit":
            in_transit[account.currency] += account.balance
    assert +in_transit == +under_way, f"in transit {in_transit}, outstanding legs {under_way}"
    assert all(value >= 0 for value in in_transit.values())


def _check_reversals(database: Database) -> None:
    reversed_amounts: Counter[tuple[str, str]] = Counter()
    for (_, leg), reversal in database.transactions.items():
        is_counted = leg == 1 and reversal.kind == "reversal" and reversal.status != "rejected"
        if is_counted and reversal.reverses is not None and reversal.amount is not None:
            reversed_amounts[reversal.reverses, reversal.account_id] += reversal.amount
    for (transaction_id, leg), original in database.transactions.items():
        # In a move, only the leg that received the money counts what it returns.
        if leg == 1 and original.kind not in ("deposit", "withdrawal", "capture"):
            continue
        if leg == 1 and original.counterparty_id is not None:
            continue
        expected = reversed_amounts[transaction_id, original.account_id]
        assert original.reversed_amount == expected, "the reversed amount is wrong"
        assert expected <= (original.amount or 0), "more is returned than was taken"
