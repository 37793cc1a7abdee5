"""Money that is given back, never more than the original."""

from __future__ import annotations

from load.history.records import Command
from load.history.rules.moves import Moves
from load.history.state import Leg


class Reversals(Moves):
    """Reversals of cash and of moves."""

    def _reversal(self, command: Command) -> None:
        account_id, reverses = command["account_id"], command["reverses"]
        original = self._leg_of(reverses, account_id)
        amount = command.get("amount")
        if amount is None and original is not None and original.amount is not None:
            amount = original.amount - original.reversed_amount or None
        reason = self._no_reversal(original, amount, reverses)
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
        if original.counterparty_id is not None:
            self._move(command, "reversal", account_id, original.counterparty_id, amount, reverses)
            return
        account = self.accounts[account_id]
        change = -amount if original.kind == "deposit" else amount
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

    def _no_reversal(self, original: Leg | None, amount: int | None, reverses: str) -> str | None:
        if original is None:
            return "unknown_transaction"
        is_received = self.second_legs.get(reverses) is original
        is_cash = not is_received and original.counterparty_id is None
        if (
            original.kind not in ("deposit", "withdrawal", "transfer", "capture")
            or original.status != "completed"
            or not (is_received or is_cash)
        ):
            return "not_reversible"
        left = (original.amount or 0) - original.reversed_amount
        if amount is None or amount > left:
            return "exceeds_original"
        account = self.accounts[original.account_id]
        if is_cash and original.kind != "deposit":
            return self._no_credit(account.account_id, account.currency, amount)
        reason = self._no_debit(account.account_id, account.currency, amount)
        if reason is None and original.counterparty_id is not None:
            reason = self._no_move(
                account.account_id, original.counterparty_id, account.currency, amount
            )
        return reason
