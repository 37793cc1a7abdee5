"""Reversals: giving back all or part of a transaction, never more than its amount in total.

A reversal is decided where the original left its money, because the sum of its reversals is stored
with the leg there: on the deposit's account or the transfer's destination.  Money that left the
ledger (a withdrawal, or a capture without a destination) comes back through the clearing account of
the partition it left by.
"""

from __future__ import annotations

from handlers.domain import commands as c
from handlers.domain import preconditions, reasons
from handlers.domain.kinds import CASH_IN, REVERSIBLE
from handlers.domain.moves import move, move_refusal, received_leg
from handlers.domain.postings import post, record_result
from handlers.domain.state import Account, Leg, PartitionState, Record


def reverse(state: PartitionState, record: Record, command: c.Reversal) -> None:
    """Give back ``amount`` of a completed transaction, or the rest of it."""
    original = _original(state, command)
    account = state.accounts.get(command.account_id)
    amount = command.amount
    if amount is None and original is not None and original.amount is not None:
        # If nothing is left, there is no amount: a row can't have 0 minor units.
        amount = original.amount - original.reversed_amount or None
    reason = _refusal(original, amount)
    if reason is None and original is not None and account is not None and amount is not None:
        reason = _account_refusal(state, record, command, original, account, amount)
    if reason is not None or original is None or account is None or amount is None:
        record_result(
            state,
            record,
            command,
            "reversal",
            command.account_id,
            reason=reason or reasons.UNKNOWN_ACCOUNT,
            counterparty_id=original.counterparty_id if original else None,
            amount=amount,
            currency=original.currency if original else None,
            reverses=command.reverses,
        )
        return
    original.reversed_amount += amount
    original.is_changed = True
    if _is_spending(command, original, account):
        preconditions.count_spending(account, amount, state.clock_us)
    if original.leg == 2 and original.counterparty_id is not None:
        move(
            state,
            record,
            command,
            "reversal",
            account,
            original.counterparty_id,
            amount,
            reverses=command.reverses,
        )
        return
    if original.kind in CASH_IN:
        clearing = state.clearing(account.currency, amount)
        post(state, command.transaction_id, 1, account, clearing, amount)
    else:
        clearing = state.clearing(account.currency, -amount)
        post(state, command.transaction_id, 1, clearing, account, amount)
    record_result(
        state,
        record,
        command,
        "reversal",
        account.account_id,
        amount=amount,
        currency=account.currency,
        balance_after=account.balance,
        reverses=command.reverses,
    )


def _original(state: PartitionState, command: c.Reversal) -> Leg | None:
    original = received_leg(state, command.reverses, command.account_id)
    is_refused = original is not None and original.leg == 2 and original.status == "rejected"
    # A refused leg gave its account nothing; the result must not show on which partition it lives.
    return None if is_refused and command.rules > 1 else original


def _refusal(original: Leg | None, amount: int | None) -> str | None:
    if original is None:
        return reasons.UNKNOWN_TRANSACTION
    is_cash = original.leg == 1 and original.counterparty_id is None
    reversible = original.kind in REVERSIBLE
    if not reversible or original.status != "completed" or not (is_cash or original.leg == 2):
        return reasons.NOT_REVERSIBLE
    if original.amount is None or amount is None or amount <= 0:
        return reasons.EXCEEDS_ORIGINAL
    if original.reversed_amount + amount > original.amount:
        return reasons.EXCEEDS_ORIGINAL
    return None


def _account_refusal(
    state: PartitionState,
    record: Record,
    command: c.Reversal,
    original: Leg,
    account: Account,
    amount: int,
) -> str | None:
    currency = account.currency
    if not _is_debit(original):
        return preconditions.credit(account, currency, amount)
    reason = preconditions.debit(account, currency, amount)
    if reason is None and _is_spending(command, original, account):
        reason = preconditions.velocity(account, amount, state.clock_us)
    if reason is None and original.leg == 2 and original.counterparty_id is not None:
        reason = move_refusal(state, record, command, account, original.counterparty_id, amount)
    return reason


def _is_debit(original: Leg) -> bool:
    """Tell whether the reversal takes money from the account, because the original brought it."""
    return original.kind in CASH_IN or original.leg == 2


def _is_spending(command: c.Reversal, original: Leg, account: Account) -> bool:
    """Tell whether it counts against the daily limits, as everything the owner requests does."""
    return command.rules > 1 and command.user_id == account.user_id and _is_debit(original)
