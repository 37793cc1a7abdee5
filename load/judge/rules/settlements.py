"""Settlements: how moves to another partition end."""

from __future__ import annotations

from load.judge.records import Command, rules_of
from load.judge.rules.books import Fault
from load.judge.rules.holds import Holds
from load.judge.rules.reversals import Reversals
from load.judge.state import Account, Leg


class Settlements(Holds, Reversals):
    """The rules of settlements."""

    def _settlement(self, command: Command) -> None:
        transaction_id = command["transaction_id"]
        account, leg = self._under_way(command)
        leg.status = command["outcome"]
        # The other partition's clock may be behind.
        leg.completed_at_us = max(command["completed_at_us"], leg.posted_at_us)
        amount = account.on_the_way.pop(transaction_id)
        hold = self.holds[command["hold_id"]] if command.get("hold_id") else None
        if command["outcome"] == "completed":
            if hold is not None:
                self._finish_capture(hold)
            return
        leg.reason = command["reason"]
        leg.balance_after = None
        self._add(self.in_transit, account.currency, -amount)
        self._enter(account, transaction_id, amount)
        if hold is not None:
            self._reopen(hold)
        elif rules_of(command) > 1 and self._was_spending(leg, account):
            self._give_back(account, leg.posted_at_us, amount, 1)
        self._take_back_reversal(leg, amount)

    def _under_way(self, command: Command) -> tuple[Account, Leg]:
        account = self.accounts.get(command["account_id"])
        leg = self.first_legs.get(command["transaction_id"])
        if leg is None or account is None or leg.account_id != account.account_id:
            raise Fault
        if command.get("hold_id"):
            hold = self.holds.get(command["hold_id"])
            if hold is None or hold.status != "open" or not hold.captured_amount:
                raise Fault
        return account, leg

    def _was_spending(self, leg: Leg, account: Account) -> bool:
        return leg.kind == "transfer" or leg.user_id == account.user_id

    def _take_back_reversal(self, leg: Leg, amount: int) -> None:
        if leg.reverses is not None:
            original = self._leg_of(leg.reverses, leg.account_id)
            if original is not None:
                original.reversed_amount -= amount
