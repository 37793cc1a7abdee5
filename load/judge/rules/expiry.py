"""The ends of holds, including their expiry by the log's time."""

from __future__ import annotations

from load.judge.records import hold_expiry_id_of
from load.judge.rules.books import Books
from load.judge.state import Hold


class Expiry(Books):
    """The rules of ending holds."""

    def _is_over(self, hold: Hold) -> bool:
        return hold.expires_at_us is not None and hold.expires_at_us <= self._now()

    def _close_hold(self, hold: Hold, status: str) -> None:
        account = self.accounts[hold.account_id]
        account.held -= hold.amount - hold.captured_amount
        account.expiring.pop(hold.hold_id, None)
        hold.status = status
        hold.closed_at_us = self._now()

    def _expire_holds(self, account_id: str) -> None:
        """Release an account's expired holds, unless a capture is in progress."""
        account = self.accounts.get(account_id)
        if account is None:
            return
        over = [
            (hold.expires_at_us, hold.hold_id, hold)
            for hold in account.expiring.values()
            if self._is_over(hold) and not hold.captured_amount
        ]
        for expires_at_us, hold_id, hold in sorted(over, key=lambda one: one[:2]):
            self._give_back(account, hold.created_at_us, hold.amount, 1)
            self._close_hold(hold, "expired")
            expiry = {
                "transaction_id": hold_expiry_id_of(hold_id),
                "user_id": "",
                "requested_at_us": expires_at_us,
            }
            if expiry["transaction_id"] not in self.first_legs:
                self._end(
                    expiry,
                    "hold_expiry",
                    account_id,
                    None,
                    hold.amount,
                    balance_after=account.balance,
                    hold_id=hold_id,
                )
