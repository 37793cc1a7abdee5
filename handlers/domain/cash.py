"""Deposits and withdrawals, which go through the partition's clearing account."""

from __future__ import annotations

from handlers.domain import commands as c
from handlers.domain import preconditions
from handlers.domain.postings import post, record_result
from handlers.domain.state import PartitionState, Record


def bring_in(state: PartitionState, record: Record, command: c.Cash) -> None:
    """Move money into the ledger, from clearing to the account."""
    amount, currency = command.amount, command.currency
    account = state.accounts.get(command.account_id)
    reason = preconditions.credit(account, currency, amount)
    balance_after = None
    if reason is None and account is not None:
        clearing = state.clearing(currency, -amount)
        post(state, command.transaction_id, 1, clearing, account, amount)
        balance_after = account.balance
    record_result(
        state,
        record,
        command,
        c.kind_of(command),
        command.account_id,
        reason=reason,
        amount=amount,
        currency=currency,
        balance_after=balance_after,
    )


def take_out(state: PartitionState, record: Record, command: c.Cash) -> None:
    """Move money out of the ledger, from the account to clearing."""
    amount, currency = command.amount, command.currency
    account = state.accounts.get(command.account_id)
    reason = preconditions.debit(account, currency, amount)
    balance_after = None
    if reason is None and account is not None:
        # Do this before the limits check, as the earlier rules did: it opens the clearing account.
        clearing = state.clearing(currency, amount)
        reason = preconditions.velocity(account, amount, state.clock_us)
        if reason is None:
            preconditions.count_spending(account, amount, state.clock_us)
            post(state, command.transaction_id, 1, account, clearing, amount)
            balance_after = account.balance
    record_result(
        state,
        record,
        command,
        c.kind_of(command),
        command.account_id,
        reason=reason,
        amount=amount,
        currency=currency,
        balance_after=balance_after,
    )
