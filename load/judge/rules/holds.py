"""Holds: placed, captured, voided, expired."""

from __future__ import annotations

from load.judge.records import Command, rules_of
from load.judge.rules.moves import Moves
from load.judge.state import Hold


class Holds(Moves):
    """The rules of holds."""

    def _hold(self, command: Command) -> None:
        account_id, amount, currency = (command[f] for f in ("account_id", "amount", "currency"))
        destination_id = command.get("destination_account_id")
        reason = self._no_debit(account_id, currency, amount)
        if reason is None:
            reason = self._over_limit(self.accounts[account_id], amount)
        if reason is None and destination_id == account_id:
            reason = "same_account"
        hold_id = "hld_" + command["transaction_id"][4:]
        balance = None
        if reason is None:
            account = self.accounts[account_id]
            self._spend(account, amount)
            account.held += amount
            balance = account.balance
            now, seconds = self._now(), command.get("expires_in_s")
            expires = None if seconds is None else now + seconds * 1_000_000
            hold = Hold(hold_id, account_id, amount, currency, destination_id, now, expires)
            self.holds[hold_id] = hold
            if expires is not None:
                account.expiring[hold_id] = hold
        self._end(
            command,
            "hold",
            account_id,
            reason,
            amount,
            counterparty_id=destination_id,
            balance_after=balance,
            hold_id=hold_id,
        )

    def _own_hold(self, command: Command) -> Hold | None:
        hold = self.holds.get(command["hold_id"])
        return hold if hold is not None and hold.account_id == command["account_id"] else None

    def _not_open(self, command: Command) -> str | None:
        hold = self._own_hold(command)
        if hold is None:
            return "unknown_hold"
        if hold.status != "open":
            return "hold_not_open"
        if hold.captured_amount:
            return "capture_pending"
        if command["kind"] == "hold_expiry":
            return None if self._is_over(hold) else "expiry_not_due"
        return "hold_not_open" if self._is_over(hold) else None

    # -- capturing ----------------------------------------------------------------------------

    def _capture(self, command: Command) -> None:
        account_id, hold_id = command["account_id"], command["hold_id"]
        hold = self._own_hold(command)
        amount = command.get("amount")
        if amount is None and hold is not None:
            amount = hold.amount
        destination_id = hold.destination_id if hold else None
        reason = self._not_open(command)
        if reason is None and hold is not None and amount is not None:
            reason = self._no_capture(command, hold, amount)
        if reason is not None or hold is None or amount is None:
            self._end(
                command,
                "capture",
                account_id,
                reason,
                amount,
                counterparty_id=destination_id,
                hold_id=hold_id,
            )
            return
        self._begin_capture(command, hold, amount)
        if destination_id is not None:
            self._move(command, "capture", account_id, destination_id, amount, hold_id=hold_id)
            return
        account = self.accounts[account_id]
        self._add(self.cash, hold.currency, amount)
        self._enter(account, command["transaction_id"], -amount)
        self._end(
            command,
            "capture",
            account_id,
            None,
            amount,
            balance_after=account.balance,
            hold_id=hold_id,
        )

    def _no_capture(self, command: Command, hold: Hold, amount: int) -> str | None:
        account = self.accounts[hold.account_id]
        if amount > hold.amount:
            return "amount_exceeds_hold"
        if account.is_frozen("debit"):
            return "account_frozen"
        if hold.destination_id is not None:
            return self._no_move(command, account.account_id, hold.destination_id, amount)
        return None

    def _begin_capture(self, command: Command, hold: Hold, amount: int) -> None:
        """Take the captured amount from a hold. The rest is released once the capture ends."""
        hold.captured_amount = amount
        self.accounts[hold.account_id].held -= amount
        destination_id = hold.destination_id
        is_sure = destination_id is None or not self._must_travel(command, destination_id)
        if rules_of(command) == 1:
            self._close_hold(hold, "captured")
        elif is_sure:
            self._finish_capture(hold)

    def _finish_capture(self, hold: Hold) -> None:
        account = self.accounts[hold.account_id]
        self._give_back(account, hold.created_at_us, hold.amount - hold.captured_amount, 0)
        self._close_hold(hold, "captured")

    def _reopen(self, hold: Hold) -> None:
        self.accounts[hold.account_id].held += hold.captured_amount
        hold.captured_amount = 0
        self._expire_holds(hold.account_id)

    # -- releasing ----------------------------------------------------------------------------

    def _void(self, command: Command) -> None:
        self._let_go(command, "voided")

    def _hold_expiry(self, command: Command) -> None:
        # Under later rules, it does nothing: every command releases expired holds first.
        if rules_of(command) == 1:
            self._let_go(command, "expired")

    def _let_go(self, command: Command, status: str) -> None:
        hold = self._own_hold(command)
        reason = self._not_open(command)
        balance = None
        if reason is None and hold is not None:
            account = self.accounts[hold.account_id]
            if rules_of(command) > 1:
                self._give_back(account, hold.created_at_us, hold.amount, 1)
            self._close_hold(hold, status)
            balance = account.balance
        self._end(
            command,
            command["kind"],
            command["account_id"],
            reason,
            hold.amount if hold else None,
            balance_after=balance,
            hold_id=command["hold_id"],
        )
