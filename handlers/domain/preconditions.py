"""What an account refuses, and why.  Each check returns a reason, or None when nothing is wrong."""

from __future__ import annotations

from handlers.domain import reasons
from handlers.domain.money import MAX_AMOUNT, MAX_SYSTEM_BALANCE
from handlers.domain.state import CREDIT, DAY_US, DEBIT, Account


def usability(account: Account | None, currency: str) -> str | None:
    """Tell why an account can't take part in a posting at all."""
    if account is None or account.kind != "customer":
        return reasons.UNKNOWN_ACCOUNT
    if account.is_closed:
        return reasons.ACCOUNT_CLOSED
    if account.currency != currency:
        return reasons.CURRENCY_MISMATCH
    return None


def debit(account: Account | None, currency: str, amount: int) -> str | None:
    """Tell why ``amount`` (minor units) can't be taken from an account or held on it."""
    refusal = usability(account, currency)
    if refusal is not None or account is None:
        return refusal
    if account.frozen & DEBIT:
        return reasons.ACCOUNT_FROZEN
    if account.balance - account.held - amount < -account.overdraft_limit:
        return reasons.INSUFFICIENT_FUNDS
    return None


def credit(account: Account | None, currency: str, amount: int) -> str | None:
    """Tell why an account can't take ``amount`` (minor units)."""
    refusal = usability(account, currency)
    if refusal is not None or account is None:
        return refusal
    if account.frozen & CREDIT:
        return reasons.ACCOUNT_FROZEN
    # What is on its way out may be refused there and come back, and must fit then.
    if account.balance + account.pending_out + amount > MAX_AMOUNT:
        return reasons.BALANCE_OVERFLOW
    return None


def velocity(account: Account, amount: int, posted_at_us: int) -> str | None:
    """Tell whether ``amount`` (minor units) more would pass the account's limits of the day.

    The day is the UTC day of the posting.  What counts is what leaves the account at its owner's
    asking, and what is set aside by a hold; a capture was counted with its hold.
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
    """Add ``amount`` (minor units) to the account's spending of the posting's day."""
    day = posted_at_us // DAY_US
    if account.day != day:
        account.day = day
        account.day_amount = 0
        account.day_count = 0
    # An account may receive and spend the whole range many times a day: the counter saturates
    # where the column does, and a limit is always below that.
    account.day_amount = min(account.day_amount + amount, MAX_SYSTEM_BALANCE)
    account.day_count += 1
    account.is_changed = True


def uncount_spending(account: Account, amount: int, counted_at_us: int, count: int = 1) -> None:
    """Give back what was counted and did not leave the account after all.

    Parameters
    ----------
    amount
        In minor units.
    counted_at_us
        When it was counted; a day that is over has nothing to give back.
    count
        How many spendings fewer there were: 0 where only a part of one is given back.
    """
    if account.day == counted_at_us // DAY_US:
        # A counter that was saturated is less than what was added to it.
        account.day_amount = max(0, account.day_amount - amount)
        account.day_count = max(0, account.day_count - count)
        account.is_changed = True
