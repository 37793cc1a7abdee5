"""How holds end, and their expiry by the log's time.

An account's expired holds are released before any command about the account is decided, so nobody
has to wait for the sweeper.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Final, Literal

from handlers.domain import commands as c
from handlers.domain import ids, preconditions
from handlers.domain.postings import record_result
from handlers.domain.state import Account, Hold, PartitionState, Record

_by_time: Final = attrgetter("expires_at_us", "hold_id")


def let_go_due(state: PartitionState, record: Record, account: Account) -> None:
    """Release an account's expired holds, and record each expiry once."""
    due = [hold for hold in state.expiring.get(account.account_id, ()) if _is_due(state, hold)]
    for hold in sorted(due, key=_by_time):
        release(state, hold, account, "expired")
        give_back(account, hold, hold.amount, count=1)
        expiry = c.HoldExpiry(
            transaction_id=ids.hold_expiry_id(hold.hold_id),
            user_id="",
            requested_at_us=hold.expires_at_us or 0,
            account_id=account.account_id,
            hold_id=hold.hold_id,
        )
        if (expiry.transaction_id, 1) not in state.legs:
            record_result(
                state,
                record,
                expiry,
                "hold_expiry",
                account.account_id,
                amount=hold.amount,
                currency=hold.currency,
                balance_after=account.balance,
                hold_id=hold.hold_id,
            )


def _is_due(state: PartitionState, hold: Hold) -> bool:
    return hold.status == "open" and not hold.captured_amount and is_over(state, hold)


def is_over(state: PartitionState, hold: Hold) -> bool:
    """Tell whether a hold has expired by the partition's clock."""
    return hold.expires_at_us is not None and state.clock_us >= hold.expires_at_us


def give_back(account: Account, hold: Hold, amount: int, *, count: int) -> None:
    """Undo the daily count of ``amount`` minor units of a hold, on the day it was placed."""
    preconditions.uncount_spending(account, amount, hold.created_at_us, count)


def release(
    state: PartitionState,
    hold: Hold,
    account: Account,
    status: Literal["captured", "voided", "expired"],
) -> None:
    """Close a hold and release everything it holds."""
    close(state, hold, status)
    account.held -= hold.amount
    account.is_changed = True


def close(
    state: PartitionState, hold: Hold, status: Literal["captured", "voided", "expired"]
) -> None:
    """Record that a hold has ended, and how."""
    hold.status = status
    hold.closed_at_us = state.clock_us
    hold.is_changed = True
