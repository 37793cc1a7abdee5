"""Money that comes from outside or goes there, through the partition's clearing account."""

from __future__ import annotations

from handlers.domain import checks
from handlers.domain import commands as c
from handlers.domain.postings import post, record_result
from handlers.domain.state import Lane, Record


def deposit(lane: Lane, record: Record, command: c.Deposit) -> None:
    """Bring money in: clearing to account."""
    amount, currency = command.amount, command.currency
    account = lane.accounts.get(command.account_id)
    reason = checks.credit(account, currency, amount)
    balance_after = None
    if reason is None and account is not None:
        clearing = lane.clearing(currency, -amount)
        post(lane, command.transaction_id, 1, clearing, account, amount)
        balance_after = account.balance
    record_result(
        lane,
        record,
        command,
        "deposit",
        command.account_id,
        reason=reason,
        amount=amount,
        currency=currency,
        balance_after=balance_after,
    )


def withdrawal(lane: Lane, record: Record, command: c.Withdrawal) -> None:
    """Take money out: account to clearing."""
    amount, currency = command.amount, command.currency
    account = lane.accounts.get(command.account_id)
    reason = checks.debit(account, currency, amount)
    balance_after = None
    if reason is None and account is not None:
        # Before the limits are looked at: it opens the account, and did so by the rules of before.
        clearing = lane.clearing(currency, amount)
        reason = checks.velocity(account, amount, lane.clock_us)
        if reason is None:
            checks.count_spending(account, amount, lane.clock_us)
            post(lane, command.transaction_id, 1, account, clearing, amount)
            balance_after = account.balance
    record_result(
        lane,
        record,
        command,
        "withdrawal",
        command.account_id,
        reason=reason,
        amount=amount,
        currency=currency,
        balance_after=balance_after,
    )
