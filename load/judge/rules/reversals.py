"""Reversals, which return at most the original amount."""

from __future__ import annotations

from load.judge.records import CASH, Command, rules_of
from load.judge.rules.moves import Moves
from load.judge.state import Account, Leg


class Reversals(Moves):
    """The rules of reversing cash movements and moves."""

    def _reversal(self, command: Command) -> None:
        account_id, reverses = command["account_id"], command["reverses"]
        original = self._leg_of(reverses, account_id)
        if original is not None and rules_of(command) > 1 and self._was_refused(reverses, original):
            original = None
        amount = command.get("amount")
        if amount is None and original is not None and original.amount is not None:
            amount = original.amount - original.reversed_amount or None
        reason = self._no_reversal(command, original, amount)
        if reason is not None or original is None or amount is None:
            self._end(
                command,
                "reversal",
                account_id,
                reason,
                amount,
                counterparty_id=original.counterparty_id if original else None,
                reverses=reverses,
            )
            return
        original.reversed_amount += amount
        account = self.accounts[account_id]
        if self._is_debit(original) and self._is_spending(command, account):
            self._spend(account, amount)
        if original.counterparty_id is not None:
            payer_id = original.counterparty_id
            self._move(command, "reversal", account_id, payer_id, amount, reverses=reverses)
            return
        change = -amount if self._is_debit(original) else amount
        self._add(self.cash, account.currency, -change)
        self._enter(account, command["transaction_id"], change)
        self._end(
            command,
            "reversal",
            account_id,
            None,
            amount,
            balance_after=account.balance,
            reverses=reverses,
        )

    def _was_refused(self, transaction_id: str, leg: Leg) -> bool:
        """Return whether an account never received the money it should return."""
        return leg.status == "rejected" and self.second_legs.get(transaction_id) is leg

    def _is_debit(self, original: Leg) -> bool:
        return CASH.get(original.kind) == "in" or original.counterparty_id is not None

    def _is_spending(self, command: Command, account: Account) -> bool:
        """Return whether the owner spends the account's money; never true for rules 1."""
        return rules_of(command) > 1 and command["user_id"] == account.user_id

    def _no_reversal(
        self, command: Command, original: Leg | None, amount: int | None
    ) -> str | None:
        if original is None:
            return "unknown_transaction"
        is_received = self.second_legs.get(command["reverses"]) is original
        is_cash = not is_received and original.counterparty_id is None
        if (
            original.kind not in (*CASH, "transfer", "capture")
            or original.status != "completed"
            or not (is_received or is_cash)
        ):
            return "not_reversible"
        left = (original.amount or 0) - original.reversed_amount
        if amount is None or amount > left:
            return "exceeds_original"
        account = self.accounts[original.account_id]
        if not self._is_debit(original):
            return self._no_credit(account.account_id, account.currency, amount)
        reason = self._no_debit(account.account_id, account.currency, amount)
        if reason is None and self._is_spending(command, account):
            reason = self._over_limit(account, amount)
        if reason is None and original.counterparty_id is not None:
            payer_id = original.counterparty_id
            reason = self._no_move(command, account.account_id, payer_id, amount)
        return reason
