"""One ledger in memory, the naive model beside it, and the accidents that can befall them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from handlers.domain import apply as domain
from handlers.domain import commands as c
from handlers.domain.lanes import partition_of
from handlers.domain.state import Lane, Parked, Record
from load.history.model import Model
from load.history.records import Command
from tests.support.comparison import check_against_model
from tests.support.invariants import check_invariants
from tests.support.memory import Database, Log, run


class World:
    """The log, the committed state and the model.

    Attributes
    ----------
    cursed
        (kind, transaction id) of the commands that fail for a reason that nobody foresaw.
    order
        The records as they were first committed, for a replay.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.log = Log(partitions)
        self.database = Database(partitions)
        self.cursed: set[tuple[str, str]] = set()
        self.was_cursed = False
        self.model = Model(partitions, self._is_failing)
        self.next_offset = [0] * partitions
        self.order: list[Record] = []
        self.now_ms = 1_700_000_000_000
        rules = {kind: self._failing(rule) for kind, rule in domain._RULES.items()}
        self._patch = patch.dict(domain._RULES, rules)
        self._patch.start()

    def close(self) -> None:
        """Take the curses off the rules."""
        self._patch.stop()

    def _is_failing(self, command: Command) -> bool:
        return (command["kind"], command["transaction_id"]) in self.cursed

    def _failing(
        self, rule: Callable[[Lane, Record, Any], None]
    ) -> Callable[[Lane, Record, Any], None]:
        def maybe_fail(lane: Lane, record: Record, command: Any) -> None:
            # It fails after its work is done, so that it leaves the lane as spoilt as can be.
            rule(lane, record, command)
            if (command.__struct_config__.tag, command.transaction_id) in self.cursed:
                raise RuntimeError("cursed")

        return maybe_fail

    # -- the log ------------------------------------------------------------------------------

    def send(self, command: c.AnyCommand, step_ms: int = 1) -> None:
        self.now_ms += max(step_ms, 0)
        # A negative step is a broker whose clock lags: the record's time is before the last one's.
        self.log.send(command, self.now_ms + min(step_ms, 0))

    def send_raw(self, partition: int, key: bytes | None, value: bytes | None) -> None:
        self.now_ms += 1
        self.log.append(partition, key, value, self.now_ms)

    # -- the writers --------------------------------------------------------------------------

    def deliver(self, partition: int, count: int, back: int = 0) -> None:
        """Apply the next ``count`` records and, as a redelivery, the ``back`` before them."""
        start = max(self.next_offset[partition] - back, 0)
        end = min(self.next_offset[partition] + count, len(self.log.partitions[partition]))
        records = self.log.partitions[partition][start:end]
        if not records:
            return
        self.database.commit(run(self.database.load(partition), records, self.database))
        for record in self.log.partitions[partition][self.next_offset[partition] : end]:
            self.model.apply(*_plain(record))
            self.order.append(record)
        self.next_offset[partition] = max(end, self.next_offset[partition])

    def deliver_in_vain(self, partition: int, count: int, back: int) -> None:
        """Apply as a zombie does: all the work, and no commit."""
        start = max(self.next_offset[partition] - back, 0)
        records = self.log.partitions[partition][start : self.next_offset[partition] + count]
        if records:
            run(self.database.load(partition), records, self.database)

    def publish(self, row: int, *, is_forgotten: bool) -> None:
        """Publish an outbox row; a crash before it is deleted has it published again."""
        if not self.database.outbox:
            return
        # Each partition publishes its own rows oldest first.
        chosen = self.database.outbox[row % len(self.database.outbox)]
        first = next(r for r in self.database.outbox if r.partition == chosen.partition)
        for account_id, command in first.messages:
            self.now_ms += 1
            self.log.send(command, self.now_ms, account_id)
        if not is_forgotten:
            self.database.outbox.remove(first)

    # -- judging ------------------------------------------------------------------------------

    def check(self) -> None:
        check_invariants(self.database)
        check_against_model(self.database, self.model)

    def drain(self) -> None:
        """Mend what fails, replay what is parked, and let everything come to its end."""
        self.cursed.clear()
        # Each round settles at least one parked record or moves what is under way one leg on.
        for number in range(10 * sum(len(p) for p in self.log.partitions) + 10):
            while self.database.outbox:
                self.publish(0, is_forgotten=False)
            for partition in range(self.partitions):
                self.deliver(partition, len(self.log.partitions[partition]))
            if not self.database.outbox and not self._resolve_all(number):
                return
        raise AssertionError("the log does not drain")

    def _resolve_all(self, number: int) -> bool:
        heads: dict[tuple[int, str], Parked] = {}
        for parked in self.database.parked.values():
            if parked.status == "parked":
                place = (parked.record.partition, parked.account_id or parked.parked_id)
                heads.setdefault(place, parked)
        for index, ((partition, _), parked) in enumerate(heads.items()):
            command = _command_of(parked.record.value)
            is_hopeless = command is None or not self._belongs(partition, command)
            resolution = c.ParkedResolution(
                transaction_id=f"txn_{0xD << 120 | number << 32 | index:032x}",
                user_id="usr_" + "f" * 32,
                requested_at_us=self.now_ms * 1000,
                account_id=parked.account_id or "",
                parked_id=parked.parked_id,
                action="discard" if is_hopeless else "replay",
                note="drained",
            )
            self.now_ms += 1
            key = (parked.account_id or "").encode()
            self.log.append(partition, key, c.encode(resolution), self.now_ms)
        return bool(heads)

    def _belongs(self, partition: int, command: c.AnyCommand) -> bool:
        return partition_of(c.account_of(command), self.partitions) == partition

    def check_drained(self) -> None:
        """Fail if anything that was accepted has not come to its end."""
        in_transit = [a for a in self.database.accounts.values() if a.kind == "in_transit"]
        assert sum(account.balance for account in in_transit) == 0, "money is still in transit"
        pending = [leg for leg in self.database.transactions.values() if leg.status == "pending"]
        assert not pending, "a transaction has no end"
        for records in self.log.partitions:
            for record in records:
                command = _command_of(record.value)
                if command is not None and not isinstance(command, c.Settlement):
                    leg = 2 if isinstance(command, c.CreditLeg) else 1
                    assert (command.transaction_id, leg) in self.database.transactions

    def check_replay(self, size: int) -> None:
        """Fail unless the log alone makes the same ledger, hashes included.

        Batches are cut to at most ``size``.  Partitions take turns as they did, because a key that
        was used at once for two of them goes to the one that commits first.
        """
        replayed = Database(self.partitions)
        start = 0
        while start < len(self.order):
            end = start + 1
            partition = self.order[start].partition
            while (
                end < len(self.order)
                and self.order[end].partition == partition
                and end - start < size
            ):
                end += 1
            lane = run(replayed.load(partition), self.order[start:end], replayed)
            replayed.commit(lane)
            start = end
        assert replayed.accounts == self.database.accounts
        assert replayed.postings == self.database.postings
        assert replayed.transactions == self.database.transactions
        assert replayed.holds == self.database.holds
        assert replayed.conflicts == self.database.conflicts


def _command_of(value: bytes | None) -> c.AnyCommand | None:
    try:
        return c.decode(value)
    except c.UndecodableError:
        return None


def _plain(record: Record) -> tuple[int, int, int, bytes | None, bytes | None]:
    return record.partition, record.offset, record.timestamp_ms, record.key, record.value
