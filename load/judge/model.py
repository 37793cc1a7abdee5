"""A minimal model of the ledger, which the real one is checked against.

It has no batches, no database, no retries and no outbox. It gets the log's records, in offset order
within each partition, and computes every balance, status and reason. Partitions can be interleaved
in any order, as long as the model gets the log's verdicts beforehand: they say which record won a
key that two partitions used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from load.judge.keys import Keys, is_nudge
from load.judge.records import (
    CASH,
    KNOWN_RULES,
    LAST_TIME_US,
    Command,
    account_of,
    account_of_key,
    parked_id_of,
    partition_of,
    read_command,
    rules_of,
)
from load.judge.rules import Fault
from load.judge.state import Verdict, Waiting

_ID: Final = re.compile(r"(acc|txn|hld)_[0-9a-f]{32}")
_IDS: Final = ("account_id", "source_account_id", "destination_account_id", "transaction_id")


def never(_: Command) -> bool:
    """Return False: no command fails for a reason outside the rules."""
    return False


class Model(Keys):
    """The state of the whole ledger.

    Parameters
    ----------
    partitions
        Partition count of the commands topic.
    is_failing
        Returns whether a command currently fails for a reason outside the rules.
    verdicts
        The log's verdicts. Without them, the first record that arrives wins its key.
    """

    def __init__(
        self,
        partitions: int,
        is_failing: Callable[[Command], bool] = never,
        verdicts: Iterable[Verdict] = (),
    ) -> None:
        super().__init__(partitions, verdicts)
        self.is_failing = is_failing

    # -- the log ------------------------------------------------------------------------------

    def apply(
        self, partition: int, offset: int, timestamp_ms: int, key: bytes | None, value: bytes | None
    ) -> None:
        """Apply one record. Call it once for each record, in the partition's order."""
        time_us, clock_us = timestamp_ms * 1000, self.clocks_us.get(partition, 0)
        # A time beyond the calendar is invalid.
        self.clocks_us[partition] = clock_us if time_us > LAST_TIME_US else max(clock_us, time_us)
        command = read_command(value)
        waiting = Waiting(
            parked_id_of(partition, offset, timestamp_ms), partition, offset, command, False
        )
        self._at = (partition, offset)
        self._partition = partition
        if command is None:
            self._park(account_of_key(key), waiting)
        elif command["kind"] == "log_growth":
            self.clocks_us[partition] = max(self.clocks_us[partition], command["clock_us"])
        elif command["kind"] == "idempotency_verdict":
            pass  # Verdicts are passed to the constructor.
        elif command["kind"] == "parked_resolution":
            self._resolve(waiting, command)
        elif self._is_known(waiting, command):
            self._note_repetition(waiting, command)
        elif (partition, account_of(command)) in self.parked and not _comes_first(command):
            waiting.is_behind = True
            self._park(account_of(command), waiting)
        elif not self._attempt(waiting):
            self._park(account_of(command), waiting)

    def grow(self, partitions: int) -> None:
        """Change the partition count, once all earlier records are applied."""
        self.partitions = partitions
        for partition, account_id in [*self.parked]:
            if account_id:
                queue = self.parked.pop((partition, account_id))
                self.parked[partition_of(account_id, partitions), account_id] = queue

    def _attempt(self, waiting: Waiting) -> bool:
        """Try to apply one command; return whether it was possible."""
        command = waiting.command
        if command is None:
            return False
        if self._is_known(waiting, command):
            self._note_repetition(waiting, command)
            return True
        is_here = self._lives_here(account_of(command))
        if self.is_failing(command) or not is_here or rules_of(command) not in KNOWN_RULES:
            return False
        before, self._at = self._at, (waiting.partition, waiting.offset)
        try:
            self._decide(command)
        except Fault:
            return False
        finally:
            self._at = before
        return True

    def _decide(self, command: Command) -> None:
        if command["kind"] == "settlement":
            self._under_way(command)
        if rules_of(command) > 1:
            self._expire_holds(account_of(command))
        kind = command["kind"]
        getattr(self, f"_cash_{CASH[kind]}" if kind in CASH else f"_{kind}")(command)

    # -- parking ------------------------------------------------------------------------------

    def _park(self, account_id: str, waiting: Waiting) -> None:
        # Records without an account have a separate queue.
        account_id = account_id if _ID.fullmatch(account_id) else ""
        self.parked.setdefault((self._partition, account_id), []).append(waiting)

    def _resolve(self, waiting: Waiting, command: Command) -> None:
        partition, offset = waiting.partition, waiting.offset
        if self._is_known(waiting, command):
            if rules_of(command) > 1:
                self._note_repetition(waiting, command)
            return
        account_id = command["account_id"]
        queue = self.parked.get((partition, account_id), [])
        heads = queue[:1] if account_id else queue
        target = next((w for w in heads if w.parked_id == command["parked_id"]), None)
        reason = None
        if target is None:
            reason = "not_parked"
        elif command["action"] == "discard":
            reason = self._discard(target)
        elif not self._attempt(target):
            target.is_behind = False
            reason = "still_failing"
        if reason is None and target is not None:
            queue.remove(target)
            while queue and queue[0].is_behind:
                if not self._attempt(queue[0]):
                    queue[0].is_behind = False
                    break
                del queue[0]
        if not queue:
            self.parked.pop((partition, account_id), None)
        self._at = (partition, offset)
        self._end(command, "parked_resolution", account_id, reason, None)

    def _discard(self, waiting: Waiting) -> str | None:
        command = waiting.command
        if command is None:
            return None
        if command["kind"] == "settlement":
            leg = self.first_legs.get(command["transaction_id"])
            # The money of a move in progress would never arrive anywhere.
            return "still_needed" if leg is not None and leg.status == "pending" else None
        if self._is_known(waiting, command):
            self._expect_verdict(waiting, command)
            return None
        if is_nudge(command) or not _has_proper_ids(command):
            return None
        before, self._at = self._at, (waiting.partition, waiting.offset)
        if command["kind"] == "credit_leg":
            self._turn_round(command, "discarded")
        else:
            self._end(
                command,
                command["kind"],
                account_of(command),
                "discarded",
                command.get("amount"),
            )
        self._at = before
        return None


def _comes_first(command: Command) -> bool:
    """Return whether a command skips the parked queue, because it ends an earlier decision."""
    return command["kind"] == "settlement" and rules_of(command) > 1


def _has_proper_ids(command: Command) -> bool:
    named = [command[name] for name in _IDS if command.get(name) is not None]
    return all(_ID.fullmatch(one) for one in named)
