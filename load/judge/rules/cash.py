"""Deposits and withdrawals."""

from __future__ import annotations

from load.judge.records import Command
from load.judge.rules.books import Books


class Cash(Books):
    """The rules of cash movements, such as deposits and withdrawals."""

    def _cash_in(self, command: Command) -> None:
        account_id, amount, currency = (command[f] for f in ("account_id", "amount", "currency"))
        reason = self._no_credit(account_id, currency, amount)
        balance = None
        if reason is None:
            self._add(self.cash, currency, -amount)
            self._enter(self.accounts[account_id], command["transaction_id"], amount)
            balance = self.accounts[account_id].balance
        self._end(command, command["kind"], account_id, reason, amount, balance_after=balance)

    def _cash_out(self, command: Command) -> None:
        account_id, amount, currency = (command[f] for f in ("account_id", "amount", "currency"))
        reason = self._no_debit(account_id, currency, amount)
        if reason is None:
            reason = self._over_limit(self.accounts[account_id], amount)
        balance = None
        if reason is None:
            self._spend(self.accounts[account_id], amount)
            self._add(self.cash, currency, amount)
            self._enter(self.accounts[account_id], command["transaction_id"], -amount)
            balance = self.accounts[account_id].balance
        self._end(command, command["kind"], account_id, reason, amount, balance_after=balance)
