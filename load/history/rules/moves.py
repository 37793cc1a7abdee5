"""Money that goes from one account to another, on the same partition or across two."""

from __future__ import annotations

from load.history.records import Command, partition_of
from load.history.rules.books import Books, Fault
from load.history.state import Account, Leg


class Moves(Books):
    """Transfers, their second legs and their settlements."""

    def _lives_here(self, account_id: str) -> bool:
        return partition_of(account_id, self.partitions) == self._lane

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
