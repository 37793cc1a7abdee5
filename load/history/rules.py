"""The ledger's rules, one command at a time, over nothing but dictionaries."""

from __future__ import annotations

from typing import Any

from load.history.records import MAX_AMOUNT, Command, partition_of
from load.history.state import Account, Hold, Leg

DAY_US = 86_400_000_000


class Fault(Exception):
    """A command that makes no sense: it is parked."""


class Rules:
    """What each kind of command does; `load.history.model.Model` feeds them.

    Attributes
    ----------
    cash, in_transit
        Balances of the partitions' own accounts, by (partition, currency).
    first_legs, second_legs
        What is known of each transaction, by its id, at its source and at its destination.
    expected_messages
        The commands that the ledger itself must have sent on: (kind, transaction id) to (account,
        amount or outcome).
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.clocks_us: dict[int, int] = {}
        self.accounts: dict[str, Account] = {}
        self.holds: dict[str, Hold] = {}
        self.cash: dict[tuple[int, str], int] = {}
        self.in_transit: dict[tuple[int, str], int] = {}
        self.first_legs: dict[str, Leg] = {}
        self.second_legs: dict[str, Leg] = {}
        self.expected_messages: dict[tuple[str, str], tuple[str, Any]] = {}
        self._at = (0, 0)

    # -- results ------------------------------------------------------------------------------

    def _now(self) -> int:
        return self.clocks_us[self._at[0]]

    def _end(
        self,
        command: Command,
        kind: str,
        account_id: str,
        reason: str | None,
        amount: int | None,
        *,
        status: str | None = None,
        counterparty_id: str | None = None,
        balance_after: int | None = None,
        reverses: str | None = None,
        is_second: bool = False,
    ) -> None:
        legs = self.second_legs if is_second else self.first_legs
        legs[command["transaction_id"]] = Leg(
            kind,
            account_id,
            status or ("rejected" if reason else "completed"),
            reason,
            amount,
            command.get("fingerprint", ""),
            self._at[0],
            self._at[1],
            counterparty_id,
            balance_after,
            reverses,
        )

    def _enter(self, account: Account, transaction_id: str, amount: int) -> None:
        account.balance += amount
        account.entries.append((transaction_id, amount, account.balance))

    def _add(self, books: dict[tuple[int, str], int], currency: str, amount: int) -> None:
        place = (self._at[0], currency)
        books[place] = books.get(place, 0) + amount

    # -- what an account refuses --------------------------------------------------------------

    def _unusable(self, account_id: str, currency: str | None) -> str | None:
        account = self.accounts.get(account_id)
        if account is None:
            return "unknown_account"
        if account.is_closed:
            return "account_closed"
        if currency is not None and account.currency != currency:
            return "currency_mismatch"
        return None

    def _no_debit(self, account_id: str, currency: str, amount: int) -> str | None:
        reason = self._unusable(account_id, currency)
        if reason is not None:
            return reason
        account = self.accounts[account_id]
        if account.is_frozen("debit"):
            return "account_frozen"
        if account.balance - account.held + account.overdraft_limit < amount:
            return "insufficient_funds"
        return None

    def _no_credit(self, account_id: str, currency: str, amount: int) -> str | None:
        reason = self._unusable(account_id, currency)
        if reason is not None:
            return reason
        account = self.accounts[account_id]
        if account.is_frozen("credit"):
            return "account_frozen"
        # What is on its way out may come back, and must fit then.
        if account.balance + sum(account.on_the_way.values()) + amount > MAX_AMOUNT:
            return "balance_overflow"
        return None

    def _over_limit(self, account: Account, amount: int) -> str | None:
        spent, count = account.spent.get(self._now() // DAY_US, (0, 0))
        if account.daily_amount is not None and spent + amount > account.daily_amount:
            return "limit_exceeded"
        if account.daily_count is not None and count >= account.daily_count:
            return "limit_exceeded"
        return None

    def _spend(self, account: Account, amount: int) -> None:
        day = self._now() // DAY_US
        spent, count = account.spent.get(day, (0, 0))
        account.spent[day] = (spent + amount, count + 1)

    # -- cash ---------------------------------------------------------------------------------

    def _deposit(self, command: Command) -> None:
        account_id, amount, currency = (command[f] for f in ("account_id", "amount", "currency"))
        reason = self._no_credit(account_id, currency, amount)
        balance = None
        if reason is None:
            self._add(self.cash, currency, -amount)
            self._enter(self.accounts[account_id], command["transaction_id"], amount)
            balance = self.accounts[account_id].balance
        self._end(command, "deposit", account_id, reason, amount, balance_after=balance)

    def _withdrawal(self, command: Command) -> None:
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
        self._end(command, "withdrawal", account_id, reason, amount, balance_after=balance)

    # -- moves --------------------------------------------------------------------------------

    def _lives_here(self, account_id: str) -> bool:
        return partition_of(account_id, self.partitions) == self._at[0]

    def _transfer(self, command: Command) -> None:
        source_id, destination_id = command["source_account_id"], command["destination_account_id"]
        amount, currency = command["amount"], command["currency"]
        reason = self._no_debit(source_id, currency, amount)
        if reason is None:
            reason = self._over_limit(self.accounts[source_id], amount)
        if reason is None:
            reason = self._no_move(source_id, destination_id, currency, amount)
        if reason is not None:
            self._end(
                command, "transfer", source_id, reason, amount, counterparty_id=destination_id
            )
            return
        self._spend(self.accounts[source_id], amount)
        self._move(command, "transfer", source_id, destination_id, amount)

    def _no_move(
        self, source_id: str, destination_id: str, currency: str, amount: int
    ) -> str | None:
        if source_id == destination_id:
            return "same_account"
        if self._lives_here(destination_id):
            return self._no_credit(destination_id, currency, amount)
        return None

    def _move(
        self,
        command: Command,
        kind: str,
        source_id: str,
        destination_id: str,
        amount: int,
        reverses: str | None = None,
    ) -> None:
        transaction_id = command["transaction_id"]
        source = self.accounts[source_id]
        is_here = self._lives_here(destination_id)
        self._enter(source, transaction_id, -amount)
        if is_here:
            destination = self.accounts[destination_id]
            self._enter(destination, transaction_id, amount)
            self._receive(command, kind, source_id, destination, amount)
        else:
            self._add(self.in_transit, source.currency, amount)
            source.on_the_way[transaction_id] = amount
            self.expected_messages["credit_leg", transaction_id] = (destination_id, amount)
        self._end(
            command,
            kind,
            source_id,
            None,
            amount,
            status="completed" if is_here else "pending",
            counterparty_id=destination_id,
            balance_after=source.balance,
            reverses=reverses,
        )

    def _receive(
        self, command: Command, kind: str, source_id: str, destination: Account, amount: int
    ) -> None:
        self._end(
            command,
            kind,
            destination.account_id,
            None,
            amount,
            counterparty_id=source_id,
            balance_after=destination.balance,
            is_second=True,
        )

    def _credit_leg(self, command: Command) -> None:
        destination_id, amount = command["destination_account_id"], command["amount"]
        reason = self._no_credit(destination_id, command["currency"], amount)
        if reason is not None:
            self._turn_round(command, reason)
            return
        destination = self.accounts[destination_id]
        self._add(self.in_transit, command["currency"], -amount)
        self._enter(destination, command["transaction_id"], amount)
        self._receive(command, command["origin"], command["source_account_id"], destination, amount)
        self._expect_settlement(command, "completed")

    def _turn_round(self, command: Command, reason: str) -> None:
        self._end(
            command,
            command["origin"],
            command["destination_account_id"],
            reason,
            command["amount"],
            counterparty_id=command["source_account_id"],
            is_second=True,
        )
        self._expect_settlement(command, "rejected")

    def _expect_settlement(self, command: Command, outcome: str) -> None:
        place = ("settlement", command["transaction_id"])
        self.expected_messages[place] = (command["source_account_id"], outcome)

    def _settlement(self, command: Command) -> None:
        transaction_id = command["transaction_id"]
        leg = self.first_legs.get(transaction_id)
        account = self.accounts.get(command["account_id"])
        if leg is None or account is None or leg.account_id != account.account_id:
            raise Fault
        amount = account.on_the_way.pop(transaction_id)
        leg.status = command["outcome"]
        if command["outcome"] == "completed":
            return
        leg.reason = command["reason"]
        leg.balance_after = None
        self._add(self.in_transit, account.currency, -amount)
        self._enter(account, transaction_id, amount)
        if leg.reverses is not None:
            original = self._leg_of(leg.reverses, account.account_id)
            if original is not None:
                original.reversed_amount -= amount

    def _leg_of(self, transaction_id: str, account_id: str) -> Leg | None:
        for legs in (self.second_legs, self.first_legs):
            leg = legs.get(transaction_id)
            if leg is not None and leg.account_id == account_id:
                return leg
        return None

    # -- holds --------------------------------------------------------------------------------

    def _hold(self, command: Command) -> None:
        account_id, amount, currency = (command[f] for f in ("account_id", "amount", "currency"))
        destination_id = command.get("destination_account_id")
        reason = self._no_debit(account_id, currency, amount)
        if reason is None:
            reason = self._over_limit(self.accounts[account_id], amount)
        if reason is None and destination_id == account_id:
            reason = "same_account"
        balance = None
        if reason is None:
            account = self.accounts[account_id]
            self._spend(account, amount)
            account.held += amount
            balance = account.balance
            seconds = command.get("expires_in_s")
            expires = None if seconds is None else self._now() + seconds * 1_000_000
            hold_id = "hld_" + command["transaction_id"][4:]
            self.holds[hold_id] = Hold(account_id, amount, currency, destination_id, expires)
        self._end(
            command,
            "hold",
            account_id,
            reason,
            amount,
            counterparty_id=destination_id,
            balance_after=balance,
        )

    def _own_hold(self, command: Command) -> Hold | None:
        hold = self.holds.get(command["hold_id"])
        return hold if hold is not None and hold.account_id == command["account_id"] else None

    def _not_open(self, command: Command) -> str | None:
        hold = self._own_hold(command)
        if hold is None:
            return "unknown_hold"
        is_over = hold.expires_at_us is not None and hold.expires_at_us <= self._now()
        if hold.status != "open":
            return "hold_not_open"
        if command["kind"] == "hold_expiry":
            return None if is_over else "expiry_not_due"
        return "hold_not_open" if is_over else None

    def _capture(self, command: Command) -> None:
        account_id, hold = command["account_id"], self._own_hold(command)
        amount = command.get("amount")
        if amount is None and hold is not None:
            amount = hold.amount
        destination_id = hold.destination_id if hold else None
        reason = self._not_open(command)
        if reason is None and hold is not None and amount is not None:
            reason = self._no_capture(hold, amount)
        if reason is not None or hold is None or amount is None:
            self._end(
                command, "capture", account_id, reason, amount, counterparty_id=destination_id
            )
            return
        account = self.accounts[account_id]
        hold.status = "captured"
        account.held -= hold.amount
        if destination_id is not None:
            self._move(command, "capture", account_id, destination_id, amount)
            return
        self._add(self.cash, hold.currency, amount)
        self._enter(account, command["transaction_id"], -amount)
        self._end(command, "capture", account_id, None, amount, balance_after=account.balance)

    def _no_capture(self, hold: Hold, amount: int) -> str | None:
        account = self.accounts[hold.account_id]
        if amount > hold.amount:
            return "amount_exceeds_hold"
        if account.is_frozen("debit"):
            return "account_frozen"
        if hold.destination_id is not None:
            return self._no_move(account.account_id, hold.destination_id, hold.currency, amount)
        return None

    def _void(self, command: Command) -> None:
        self._let_go(command, "voided")

    def _hold_expiry(self, command: Command) -> None:
        self._let_go(command, "expired")

    def _let_go(self, command: Command, status: str) -> None:
        hold = self._own_hold(command)
        reason = self._not_open(command)
        balance = None
        if reason is None and hold is not None:
            hold.status = status
            account = self.accounts[hold.account_id]
            account.held -= hold.amount
            balance = account.balance
        self._end(
            command,
            command["kind"],
            command["account_id"],
            reason,
            hold.amount if hold else None,
            balance_after=balance,
        )

    # -- reversals ----------------------------------------------------------------------------

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

    # -- what changes an account without moving money -----------------------------------------

    def _account_opening(self, command: Command) -> None:
        account_id = command["account_id"]
        reason = "already_open" if account_id in self.accounts else None
        if reason is None:
            self.accounts[account_id] = Account(account_id, command["user_id"], command["currency"])
        self._end(command, "account_opening", account_id, reason, None)

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
            # An unset limit stays; it can't be in the way of the others.
            if "overdraft_limit" in command and account.balance - account.held < -overdraft:
                reason = "overdraft_in_use"
            else:
                account.overdraft_limit = overdraft
                account.daily_amount = command.get("daily_amount", account.daily_amount)
                account.daily_count = command.get("daily_count", account.daily_count)
        self._end(command, "limits", account_id, reason, None)
