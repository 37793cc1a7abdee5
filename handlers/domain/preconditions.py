"""Why an account refuses a command.  Each check returns a reason, or None."""

from __future__ import annotations

from handlers.domain import reasons
from handlers.domain.money import MAX_AMOUNT, MAX_SYSTEM_BALANCE
from handlers.domain.state import CREDIT, DAY_US, DEBIT, Account


def usability(account: Account | None, currency: str) -> str | None:
    """Return why an account can't take part in any posting, or None."""
    if account is None or account.kind != "customer":
        return reasons.UNKNOWN_ACCOUNT
    if account.is_closed:
        return reasons.ACCOUNT_CLOSED
    if account.currency != currency:
        return reasons.CURRENCY_MISMATCH
    return None


def debit(account: Account | None, currency: str, amount: int) -> str | None:
    """Return why ``amount`` (minor units) can't be debited or held, or None."""
    refusal = usability(account, currency)
    if refusal is not None or account is None:
        return refusal
    if account.frozen & DEBIT:
        return reasons.ACCOUNT_FROZEN
    if account.balance - account.held - amount < -account.overdraft_limit:
        return reasons.INSUFFICIENT_FUNDS
    return None


def credit(account: Account | None, currency: str, amount: int) -> str | None:
    """Return why ``amount`` (minor units) can't be credited, or None."""
    refusal = usability(account, currency)
    if refusal is not None or account is None:
        return refusal
    if account.frozen & CREDIT:
        return reasons.ACCOUNT_FROZEN
    # Outgoing money may be refused and come back, and must still fit then.
    if account.balance + account.pending_out + amount > MAX_AMOUNT:
        return reasons.BALANCE_OVERFLOW
    return None


def velocity(account: Account, amount: int, posted_at_us: int) -> str | None:
    """Return whether ``amount`` (minor units) would exceed the account's daily limits, as a reason.

    The day is the UTC day of the posting.  What counts is what leaves the account at its owner's
    request, and what a hold sets aside; a capture was counted with its hold.
    """
    is_today = account.day == posted_at_us // DAY_US
    spent = account.day_amount if is_today else 0
    count = account.day_count if is_today else 0
    if account.daily_amount is not None and spent + amount > account.daily_amount:
        return reasons.LIMIT_EXCEEDED
    if account.daily_count is not None and count + 1 > account.daily_count:
        return reasons.LIMIT_EXCEEDED
    return None


def count_spending(account: Account, amount: int, posted_at_us: int) -> None:
    """Add ``amount`` (minor units) to the account's spending on the posting's day."""
    day = posted_at_us // DAY_US
    if account.day != day:
        account.day = day
        account.day_amount = 0
        account.day_count = 0
    # An account can receive and spend the whole range many times a day. The counter saturates at
    # the column's limit, and every limit is below that.
    account.day_amount = min(account.day_amount + amount, MAX_SYSTEM_BALANCE)
    account.day_count += 1
    account.is_changed = True


def uncount_spending(account: Account, amount: int, counted_at_us: int, count: int = 1) -> None:
    """Undo the count of an amount that did not leave the account after all.

    Parameters
    ----------
    amount
        In minor units.
    counted_at_us
        When it was counted. If that day is over, there is nothing to undo.
    count
        The number of spendings to undo: 0 if only part of one is undone.
    """
    if account.day == counted_at_us // DAY_US:
        # A saturated counter is less than the sum of what was added.
        account.day_amount = max(0, account.day_amount - amount)
        account.day_count = max(0, account.day_count - count)
        account.is_changed = True
