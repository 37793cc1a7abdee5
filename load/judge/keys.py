"""Idempotency keys: which record gets a transaction's id."""

from __future__ import annotations

from collections.abc import Iterable

from load.judge.records import Command, rules_of
from load.judge.rules import Rules
from load.judge.state import Leg, Verdict, Waiting


class Keys(Rules):
    """Duplicates, and the verdicts that the log gets if two partitions used the same key."""

    def __init__(self, partitions: int, verdicts: Iterable[Verdict]) -> None:
        super().__init__(partitions)
        self.verdicts = {(verdict.partition, verdict.offset): verdict for verdict in verdicts}
        self.conflicts: set[tuple[str, int, int]] = set()

    def _is_known(self, waiting: Waiting, command: Command) -> bool:
        leg = self._known_leg(command)
        if command["kind"] == "settlement":
            return leg is not None and leg.status != "pending"
        if is_nudge(command):
            return leg is not None and leg.account_id == command["account_id"]
        verdict = self._verdict_on(waiting, command)
        if verdict is not None:
            # Another partition's record won, even if it has not been replayed yet.
            return verdict.decided_in == self._partition and verdict.decided_at <= self._at[1]
        return leg is not None

    def _known_leg(self, command: Command) -> Leg | None:
        legs = self.second_legs if command["kind"] == "credit_leg" else self.first_legs
        return legs.get(command["transaction_id"])

    def _verdict_on(self, waiting: Waiting, command: Command) -> Verdict | None:
        verdict = self.verdicts.get((waiting.partition, waiting.offset))
        is_meant = (
            verdict is not None
            and verdict.contested == command["transaction_id"]
            and command["kind"] not in ("credit_leg", "settlement")
        )
        return verdict if is_meant else None

    def _note_repetition(self, waiting: Waiting, command: Command) -> None:
        if command["kind"] == "settlement" or is_nudge(command):
            return
        if self._is_conflict(waiting, command):
            place = (command["transaction_id"], waiting.partition, waiting.offset)
            self.conflicts.add(place)
        self._expect_verdict(waiting, command)

    def _is_conflict(self, waiting: Waiting, command: Command) -> bool:
        verdict, leg = self._verdict_on(waiting, command), self._known_leg(command)
        if verdict is not None:
            return verdict.is_conflict
        return leg is not None and leg.fingerprint != command.get("fingerprint", "")

    def _expect_verdict(self, waiting: Waiting, command: Command) -> None:
        """Expect a verdict in the log, unless the log's order alone shows who won."""
        leg = self._known_leg(command)
        if command["kind"] == "credit_leg" or leg is None or self._verdict_on(waiting, command):
            return
        # After a growth, a parked record is decided on another partition than it is on.
        is_ordered = leg.partition == waiting.partition == self._partition and (
            not leg.account_id or self._lives_here(leg.account_id)
        )
        if not is_ordered:
            place = ("idempotency_verdict", f"{waiting.partition}-{waiting.offset}")
            is_conflict = self._is_conflict(waiting, command)
            self.expected_messages[place] = (command["transaction_id"], self._at[1], is_conflict)


def is_nudge(command: Command) -> bool:
    """Return whether a command only makes the ledger check its account's holds."""
    return command["kind"] == "hold_expiry" and rules_of(command) > 1
