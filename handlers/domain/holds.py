"""Holds: money set aside (authorised), then captured, voided or released on expiry."""

from __future__ import annotations

from typing import Literal

from handlers.domain import commands as c
from handlers.domain import ids, preconditions, reasons
from handlers.domain.expiry import close, give_back, is_over, let_go_due, release
from handlers.domain.moves import move, move_refusal, must_travel
from handlers.domain.postings import UnforeseenError, post, record_result
from handlers.domain.state import DEBIT, Account, Hold, PartitionState, Record


def place(state: PartitionState, record: Record, command: c.HoldPlacement) -> None:
    """Set money aside, so that it is no longer available."""
    account = state.accounts.get(command.account_id)
    reason = preconditions.debit(account, command.currency, command.amount)
    if reason is None and account is not None:
        reason = preconditions.velocity(account, command.amount, state.clock_us)
    if reason is None and command.destination_account_id == command.account_id:
        reason = reasons.SAME_ACCOUNT
    hold_id = ids.hold_id_of(command.transaction_id)
    balance_after = None
    if reason is None and account is not None:
        preconditions.count_spending(account, command.amount, state.clock_us)
        account.held += command.amount
        account.is_changed = True
        balance_after = account.balance
        lifetime_s = command.expires_in_s
        hold = Hold(
            hold_id,
            command.account_id,
            command.amount,
            command.currency,
            state.clock_us,
            command.destination_account_id,
            None if lifetime_s is None else state.clock_us + lifetime_s * 1_000_000,
            is_new=True,
        )
        state.holds[hold_id] = hold
        if lifetime_s is not None:
            state.expiring.setdefault(command.account_id, []).append(hold)
    record_result(
        state,
        record,
        command,
        "hold",
        command.account_id,
        reason=reason,
        counterparty_id=command.destination_account_id,
        amount=command.amount,
        currency=command.currency,
        balance_after=balance_after,
        hold_id=hold_id,
    )


def capture(state: PartitionState, record: Record, command: c.Capture) -> None:
    """Move all or part of the held money to the hold's destination, or out of the ledger."""
    hold = _own_hold(state, command)
    account = state.accounts.get(command.account_id)
    amount = command.amount if command.amount is not None or hold is None else hold.amount
    reason = _refusal(state, hold)
    if reason is None and hold is not None and account is not None and amount is not None:
        reason = _capture_refusal(state, record, command, hold, account, amount)
    if reason is not None or hold is None or account is None or amount is None:
        record_result(
            state,
            record,
            command,
            "capture",
            command.account_id,
            reason=reason or reasons.UNKNOWN_HOLD,
            counterparty_id=hold.destination_id if hold else None,
            amount=amount,
            currency=hold.currency if hold else None,
            hold_id=command.hold_id,
        )
        return
    _take(state, command, hold, account, amount)
    if hold.destination_id is not None:
        move(
            state,
            record,
            command,
            "capture",
            account,
            hold.destination_id,
            amount,
            hold_id=hold.hold_id,
        )
        return
    clearing = state.clearing(hold.currency, amount)
    post(state, command.transaction_id, 1, account, clearing, amount)
    record_result(
        state,
        record,
        command,
        "capture",
        account.account_id,
        amount=amount,
        currency=hold.currency,
        balance_after=account.balance,
        hold_id=hold.hold_id,
    )


def void(state: PartitionState, record: Record, command: c.Void) -> None:
    """Release a hold without taking any money."""
    _let_go(state, record, command, "voided", "void")


def expire(state: PartitionState, record: Record, command: c.HoldExpiry) -> None:
    """Release an expired hold.

    By today's rules `let_go_due` has just done that, as before any command about the account; this
    command exists to trigger it.
    """
    if command.rules > 1:
        if (command.transaction_id, 1) not in state.legs:
            state.duplicates += 1
        return
    _let_go(state, record, command, "expired", "hold_expiry")


def settle_capture(
    state: PartitionState, record: Record, account: Account, hold_id: str, outcome: c.Outcome
) -> None:
    """End a hold whose capture succeeded, or reopen it with everything it held.

    Raises
    ------
    UnforeseenError
        If no capture of the hold is in progress.
    """
    hold = state.holds.get(hold_id)
    if hold is None or hold.status != "open" or not hold.captured_amount:
        raise UnforeseenError("a settlement names a hold without a capture in progress")
    if outcome == "completed":
        close(state, hold, "captured")
        released = hold.amount - hold.captured_amount
        account.held -= released
        give_back(account, hold, released, count=0)
    else:
        account.held += hold.captured_amount
        hold.captured_amount = 0
        hold.is_changed = True
        # It may have expired while the money was in transit.
        let_go_due(state, record, account)


def _let_go(
    state: PartitionState,
    record: Record,
    command: c.Void | c.HoldExpiry,
    status: Literal["voided", "expired"],
    kind: str,
) -> None:
    hold = _own_hold(state, command)
    account = state.accounts.get(command.account_id)
    reason = _refusal(state, hold, is_expiry=status == "expired")
    balance_after = None
    if reason is None and hold is not None and account is not None:
        release(state, hold, account, status)
        if command.rules > 1:
            give_back(account, hold, hold.amount, count=1)
        balance_after = account.balance
    record_result(
        state,
        record,
        command,
        kind,
        command.account_id,
        reason=reason,
        amount=hold.amount if hold else None,
        currency=hold.currency if hold else None,
        balance_after=balance_after,
        hold_id=command.hold_id,
    )


def _own_hold(state: PartitionState, command: c.Capture | c.Void | c.HoldExpiry) -> Hold | None:
    """Return the hold that a command names, if it is on the command's account.

    The result must reveal nothing about another account's hold, which may also be on another
    partition.
    """
    hold = state.holds.get(command.hold_id)
    return hold if hold is not None and hold.account_id == command.account_id else None


def _refusal(state: PartitionState, hold: Hold | None, *, is_expiry: bool = False) -> str | None:
    if hold is None:
        return reasons.UNKNOWN_HOLD
    if hold.status != "open":
        return reasons.HOLD_NOT_OPEN
    if hold.captured_amount:
        return reasons.CAPTURE_PENDING
    if is_expiry:
        return None if is_over(state, hold) else reasons.EXPIRY_NOT_DUE
    # By the earlier rules it may still be open after it expired.
    return reasons.HOLD_NOT_OPEN if is_over(state, hold) else None


def _capture_refusal(
    state: PartitionState,
    record: Record,
    command: c.Capture,
    hold: Hold,
    account: Account,
    amount: int,
) -> str | None:
    if amount > hold.amount:
        return reasons.AMOUNT_EXCEEDS_HOLD
    if account.is_closed:
        return reasons.ACCOUNT_CLOSED
    if account.frozen & DEBIT:
        return reasons.ACCOUNT_FROZEN
    if hold.destination_id is not None:
        return move_refusal(state, record, command, account, hold.destination_id, amount)
    return None


def _take(
    state: PartitionState, command: c.Capture, hold: Hold, account: Account, amount: int
) -> None:
    """Take ``amount`` minor units from a hold, and release the rest once that is certain."""
    destination_id = hold.destination_id
    travels = destination_id is not None and must_travel(state, command, destination_id)
    if command.rules > 1 and travels:
        # The destination may refuse, and then the hold must be restored completely.
        account.held -= amount
        hold.is_changed = True
    else:
        release(state, hold, account, "captured")
        if command.rules > 1:
            give_back(account, hold, hold.amount - amount, count=0)
    hold.captured_amount = amount
