"""Holds: money set aside (authorised), then captured, voided, or let go when its time is over."""

from __future__ import annotations

from typing import Literal

from handlers.domain import checks, ids, reasons
from handlers.domain import commands as c
from handlers.domain.moves import move, move_refusal
from handlers.domain.postings import post, record_result
from handlers.domain.state import DEBIT, Account, Hold, Lane, Record


def place(lane: Lane, record: Record, command: c.HoldPlacement) -> None:
    """Set money aside; it counts against what is available from now on."""
    account = lane.accounts.get(command.account_id)
    reason = checks.debit(account, command.currency, command.amount)
    if reason is None and account is not None:
        reason = checks.velocity(account, command.amount, lane.clock_us)
    if reason is None and command.destination_account_id == command.account_id:
        reason = reasons.SAME_ACCOUNT
    hold_id = ids.hold_id_of(command.transaction_id)
    balance_after = None
    if reason is None and account is not None:
        checks.count_spending(account, command.amount, lane.clock_us)
        account.held += command.amount
        account.is_changed = True
        balance_after = account.balance
        lifetime_s = command.expires_in_s
        lane.holds[hold_id] = Hold(
            hold_id,
            command.account_id,
            command.amount,
            command.currency,
            lane.clock_us,
            command.destination_account_id,
            None if lifetime_s is None else lane.clock_us + lifetime_s * 1_000_000,
            is_new=True,
        )
    record_result(
        lane,
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


def capture(lane: Lane, record: Record, command: c.Capture) -> None:
    """Take what is held, or a part of it, to the hold's destination or outside."""
    hold = _own_hold(lane, command)
    account = lane.accounts.get(command.account_id)
    amount = command.amount if command.amount is not None or hold is None else hold.amount
    reason = _refusal(lane, hold)
    if reason is None and hold is not None and account is not None and amount is not None:
        reason = _capture_refusal(lane, hold, account, amount)
    if reason is not None or hold is None or account is None or amount is None:
        record_result(
            lane,
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
    _release(lane, hold, account, "captured")
    hold.captured_amount = amount
    if hold.destination_id is not None:
        move(
            lane,
            record,
            command,
            "capture",
            account,
            hold.destination_id,
            amount,
            hold_id=hold.hold_id,
        )
        return
    post(lane, command.transaction_id, 1, account, lane.clearing(hold.currency), amount)
    record_result(
        lane,
        record,
        command,
        "capture",
        account.account_id,
        amount=amount,
        currency=hold.currency,
        balance_after=account.balance,
        hold_id=hold.hold_id,
    )


def void(lane: Lane, record: Record, command: c.Void) -> None:
    """Let go of a hold without taking anything."""
    _let_go(lane, record, command, "voided", "void")


def expire(lane: Lane, record: Record, command: c.HoldExpiry) -> None:
    """Let go of a hold whose time is over."""
    _let_go(lane, record, command, "expired", "hold_expiry")


def _let_go(
    lane: Lane,
    record: Record,
    command: c.Void | c.HoldExpiry,
    status: Literal["voided", "expired"],
    kind: str,
) -> None:
    hold = _own_hold(lane, command)
    account = lane.accounts.get(command.account_id)
    reason = _refusal(lane, hold, is_expiry=status == "expired")
    balance_after = None
    if reason is None and hold is not None and account is not None:
        _release(lane, hold, account, status)
        balance_after = account.balance
    record_result(
        lane,
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


def _own_hold(lane: Lane, command: c.Capture | c.Void | c.HoldExpiry) -> Hold | None:
    """Return the hold that a command names, if it is the account's.

    Nothing of another's hold may show in the result; and it may be another partition's to change.
    """
    hold = lane.holds.get(command.hold_id)
    return hold if hold is not None and hold.account_id == command.account_id else None


def _refusal(lane: Lane, hold: Hold | None, *, is_expiry: bool = False) -> str | None:
    if hold is None:
        return reasons.UNKNOWN_HOLD
    if hold.status != "open":
        return reasons.HOLD_NOT_OPEN
    is_over = hold.expires_at_us is not None and lane.clock_us >= hold.expires_at_us
    if is_expiry:
        return None if is_over else reasons.EXPIRY_NOT_DUE
    # Time decides by the log, not by when the sweeper comes round.
    return reasons.HOLD_NOT_OPEN if is_over else None


def _capture_refusal(lane: Lane, hold: Hold, account: Account, amount: int) -> str | None:
    if amount > hold.amount:
        return reasons.AMOUNT_EXCEEDS_HOLD
    if account.is_closed:
        return reasons.ACCOUNT_CLOSED
    if account.frozen & DEBIT:
        return reasons.ACCOUNT_FROZEN
    if hold.destination_id is not None:
        return move_refusal(lane, account, hold.destination_id, hold.currency, amount)
    return checks.own_account(lane.clearing(hold.currency), amount)


def _release(
    lane: Lane, hold: Hold, account: Account, status: Literal["captured", "voided", "expired"]
) -> None:
    hold.status = status
    hold.closed_at_us = lane.clock_us
    hold.is_changed = True
    account.held -= hold.amount
    account.is_changed = True
