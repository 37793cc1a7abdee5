"""Commands that change an account without moving money."""

from __future__ import annotations

from load.judge.records import MAX_METADATA_KEYS, Command
from load.judge.rules.books import Books
from load.judge.state import Account


class Controls(Books):
    """The rules of openings, names, freezes, closings and limits."""

    def _account_opening(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = "already_open" if account_id in self.accounts else None
        if reason is None:
            self.accounts[account_id] = Account(
                account_id,
                command["user_id"],
                command["currency"],
                command.get("name"),
                command.get("metadata") or None,
            )
        self._end(command, "account_opening", account_id, reason, None)

    def _account_update(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = self._unusable(account_id, None)
        if reason is None:
            account = self.accounts[account_id]
            metadata = dict(account.metadata or {})
            for key, value in (command.get("metadata", {}) or {}).items():
                metadata.pop(key, None)
                if value is not None:
                    metadata[key] = value
            if "metadata" in command and command["metadata"] is None:
                metadata = {}
            if len(metadata) > MAX_METADATA_KEYS:
                reason = "metadata_too_large"
            else:
                account.metadata = metadata or None
                account.name = command.get("name", account.name)
        self._end(command, "account_update", account_id, reason, None)

    def _freeze(self, command: Command) -> None:
        account_id, direction = command["account_id"], command["direction"]
        reason = self._unusable(account_id, None)
        if reason is None:
            account = self.accounts[account_id]
            by_operator = command.get("by_operator", False)
            frozen = account.frozen_by_operator if by_operator else account.frozen_by_owner
            frozen |= {"debit", "credit"} if direction == "both" else {direction}
        self._end(command, "freeze", account_id, reason, None)

    def _unfreeze(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = self._unusable(account_id, None)
        if reason is None:
            account = self.accounts[account_id]
            if not account.frozen_by_owner and not account.frozen_by_operator:
                reason = "not_frozen"
            elif command.get("by_operator"):
                account.frozen_by_owner = set()
                account.frozen_by_operator = set()
            elif not account.frozen_by_owner:
                reason = "operator_freeze"
            else:
                account.frozen_by_owner = set()
        self._end(command, "unfreeze", account_id, reason, None)

    def _close(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = self._unusable(account_id, None)
        if reason is None:
            account = self.accounts[account_id]
            if account.held:
                reason = "holds_open"
            elif account.on_the_way:
                reason = "transfers_pending"
            elif account.balance:
                reason = "balance_not_zero"
            elif account.frozen_by_operator and not command.get("by_operator"):
                reason = "operator_freeze"
            else:
                account.is_closed = True
        self._end(command, "close", account_id, reason, None)

    def _limits(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = self._unusable(account_id, None)
        if reason is None:
            account = self.accounts[account_id]
            overdraft = command.get("overdraft_limit", account.overdraft_limit) or 0
            # An overdraft limit that is not in the command stays, so it can't be in use.
            if "overdraft_limit" in command and account.balance - account.held < -overdraft:
                reason = "overdraft_in_use"
            else:
                account.overdraft_limit = overdraft
                account.daily_amount = command.get("daily_amount", account.daily_amount)
                account.daily_count = command.get("daily_count", account.daily_count)
        self._end(command, "limits", account_id, reason, None)
