"""Transfers from one account to another, on one partition or across two."""

from __future__ import annotations

from load.judge.records import Command, partition_of, rules_of
from load.judge.rules.expiry import Expiry
from load.judge.state import Account, Leg


class Moves(Expiry):
    """The rules of transfers and their second legs."""

    def _lives_here(self, account_id: str) -> bool:
        return partition_of(account_id, self.partitions) == self._partition

    def _must_travel(self, command: Command, destination_id: str) -> bool:
        """Return whether money reaches a destination through a second leg.

        On the same partition, it does if the destination has a parked queue to wait behind.
        """
        waits = rules_of(command) > 1 and (self._partition, destination_id) in self.parked
        return waits or not self._lives_here(destination_id)

    def _transfer(self, command: Command) -> None:
        source_id, destination_id = command["source_account_id"], command["destination_account_id"]
        amount, currency = command["amount"], command["currency"]
        reason = self._no_debit(source_id, currency, amount)
        if reason is None:
            reason = self._over_limit(self.accounts[source_id], amount)
        if reason is None:
            reason = self._no_move(command, source_id, destination_id, amount)
        if reason is not None:
            self._end(
                command, "transfer", source_id, reason, amount, counterparty_id=destination_id
            )
            return
        self._spend(self.accounts[source_id], amount)
        self._move(command, "transfer", source_id, destination_id, amount)

    def _no_move(
        self, command: Command, source_id: str, destination_id: str, amount: int
    ) -> str | None:
        if source_id == destination_id:
            return "same_account"
        if self._must_travel(command, destination_id):
            return None
        if rules_of(command) > 1:
            # Like a second leg, which is a command of the destination's account.
            self._expire_holds(destination_id)
        return self._no_credit(destination_id, self.accounts[source_id].currency, amount)

    def _move(
        self,
        command: Command,
        kind: str,
        source_id: str,
        destination_id: str,
        amount: int,
        *,
        hold_id: str | None = None,
        reverses: str | None = None,
    ) -> None:
        transaction_id = command["transaction_id"]
        source = self.accounts[source_id]
        is_here = not self._must_travel(command, destination_id)
        self._enter(source, transaction_id, -amount)
        if is_here:
            destination = self.accounts[destination_id]
            self._enter(destination, transaction_id, amount)
            self._receive(command, kind, source_id, destination, amount)
        else:
            self._add(self.in_transit, source.currency, amount)
            source.on_the_way[transaction_id] = amount
            # Second legs and settlements of rules 1 have no hold.
            named = hold_id if rules_of(command) > 1 else None
            message = (destination_id, amount, rules_of(command), named)
            self.expected_messages["credit_leg", transaction_id] = message
        self._end(
            command,
            kind,
            source_id,
            None,
            amount,
            status="completed" if is_here else "pending",
            counterparty_id=destination_id,
            balance_after=source.balance,
            hold_id=hold_id,
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
        source_id, hold_id = command["source_account_id"], command.get("hold_id")
        self.expected_messages[place] = (source_id, outcome, rules_of(command), hold_id)

    def _leg_of(self, transaction_id: str, account_id: str) -> Leg | None:
        for legs in (self.second_legs, self.first_legs):
            leg = legs.get(transaction_id)
            if leg is not None and leg.account_id == account_id:
                return leg
        return None
