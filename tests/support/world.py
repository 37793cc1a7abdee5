"""A ledger in memory beside the naive model, and the failures that can happen to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any
from unittest.mock import patch

from handlers.auditing.rebuild import verdicts_of
from handlers.domain import commands as c
from handlers.domain import ledger as domain
from handlers.domain import state
from handlers.domain.money import HALF_FULL
from handlers.domain.partitions import partition_of
from handlers.domain.row_limits import storable
from handlers.domain.state import Parked, PartitionState, Record
from load.judge.findings import verdicts_of as model_verdicts_of
from load.judge.model import Model
from load.judge.records import Command
from load.judge.topic import TopicRecord
from tests.support.comparison import check_against_model
from tests.support.invariants import check_invariants
from tests.support.memory import Database, Log, run


class World:
    """The log, the committed state and the model.

    Parameters
    ----------
    room
        The balance at which a system account is full and the next of its series is used.

    Attributes
    ----------
    cursed
        (kind, transaction id) of the commands that fail with an unexpected error.
    order
        The records in the order of their first commit, for a replay.
    """

    def __init__(self, partitions: int, room: int = HALF_FULL) -> None:
        self.partitions = partitions
        self.log = Log(partitions)
        self.database = Database(partitions)
        self.cursed: set[tuple[str, str]] = set()
        self.was_cursed = False
        self.room = room
        self.model = Model(partitions, self._is_failing)
        self.model.room = room
        self.next_offset = [0] * partitions
        self.order: list[Record] = []
        self.now_ms = 1_700_000_000_000
        rules = {kind: self._failing(rule) for kind, rule in domain._RULES.items()}
        self._patches = ExitStack()
        self._patches.enter_context(patch.dict(domain._RULES, rules))
        self._patches.enter_context(patch.object(state, "HALF_FULL", room))

    def close(self) -> None:
        """Restore the original rules and the system accounts' limit."""
        self._patches.close()

    def _is_failing(self, command: Command) -> bool:
        return (command["kind"], command["transaction_id"]) in self.cursed

    def _failing(
        self, rule: Callable[[PartitionState, Record, Any], None]
    ) -> Callable[[PartitionState, Record, Any], None]:
        def maybe_fail(state: PartitionState, record: Record, command: Any) -> None:
            # Fail after the work is done, to leave as many changes as possible.
            rule(state, record, command)
            if (command.__struct_config__.tag, command.transaction_id) in self.cursed:
                raise RuntimeError("cursed")

        return maybe_fail

    # -- the log ------------------------------------------------------------------------------

    def send(self, command: c.AnyCommand, step_ms: int = 1) -> None:
        self.now_ms += max(step_ms, 0)
        # A negative step simulates a broker with a slow clock: time goes backwards.
        self.log.send(command, self.now_ms + min(step_ms, 0))

    def send_raw(self, partition: int, key: bytes | None, value: bytes | None) -> None:
        self.now_ms += 1
        self.log.append(partition, key, value, self.now_ms)

    # -- the writers --------------------------------------------------------------------------

    def deliver(self, partition: int, count: int, back: int = 0) -> None:
        """Apply the next ``count`` records, after redelivering the ``back`` ones before them."""
        start = max(self.next_offset[partition] - back, 0)
        end = min(self.next_offset[partition] + count, len(self.log.partitions[partition]))
        records = self.log.partitions[partition][start:end]
        if not records:
            return
        self.database.apply(records)
        for record in self.log.partitions[partition][self.next_offset[partition] : end]:
            self.model.apply(*_plain(record))
            self.order.append(record)
        self.next_offset[partition] = max(end, self.next_offset[partition])

    def deliver_in_vain(self, partition: int, count: int, back: int) -> None:
        """Apply like a zombie: do all the work, but don't commit."""
        start = max(self.next_offset[partition] - back, 0)
        records = self.log.partitions[partition][start : self.next_offset[partition] + count]
        if records:
            run(self.database.load(partition), records, self.database)

    def publish(self, row: int, *, is_forgotten: bool) -> None:
        """Publish an outbox row. After a crash before its deletion, it is published again."""
        if not self.database.outbox:
            return
        # Each partition publishes its rows oldest first.
        chosen = self.database.outbox[row % len(self.database.outbox)]
        first = next(r for r in self.database.outbox if r.partition == chosen.partition)
        for account_id, command in first.messages:
            self.now_ms += 1
            # A message without an account is for the partition that sends it.
            home = partition_of(account_id, self.partitions) if account_id else first.partition
            self.log.append(home, account_id.encode(), c.encode(command), self.now_ms)
        if not is_forgotten:
            self.database.outbox.remove(first)

    # -- checks -------------------------------------------------------------------------------

    def check(self) -> None:
        check_invariants(self.database)
        check_against_model(self.database, self.model)
        self._check_order()

    def _check_order(self) -> None:
        """Fail unless results were recorded in the order of the model."""
        for leg, wanted in ((1, self.model.first_legs), (2, self.model.second_legs)):
            recorded = [one for one, number in self.database.transactions if number == leg]
            assert recorded == [*wanted], "results are recorded in another order"

    def drain(self) -> None:
        """Repair failures, replay parked records, and process everything to its end."""
        self.cursed.clear()
        # Each round resolves at least one parked record, or advances moves by one leg.
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
            is_hopeless = command is None or not self._can_be_mended(partition, command)
            resolution = c.ParkedResolution(
                transaction_id=f"txn_{0xD << 120 | number << 32 | index:032x}",
                user_id="usr_" + "f" * 32,
                requested_at_us=self.now_ms * 1000,
                rules=c.RULES,
                account_id=parked.account_id or "",
                parked_id=parked.parked_id,
                action="discard" if is_hopeless else "replay",
                note="drained",
            )
            self.now_ms += 1
            key = (parked.account_id or "").encode()
            self.log.append(partition, key, c.encode(resolution), self.now_ms)
        return bool(heads)

    def _can_be_mended(self, partition: int, command: c.AnyCommand) -> bool:
        is_here = partition_of(c.account_of(command), self.partitions) == partition
        return is_here and command.rules in (1, c.RULES)

    def check_drained(self) -> None:
        """Fail if an accepted command has not ended."""
        in_transit = [a for a in self.database.accounts.values() if a.kind == "in_transit"]
        assert sum(account.balance for account in in_transit) == 0, "money is still in transit"
        pending = [leg for leg in self.database.transactions.values() if leg.status == "pending"]
        assert not pending, "a transaction has not ended"
        for records in self.log.partitions:
            for record in records:
                command = _command_of(record.value)
                if command is not None and has_an_end(command):
                    leg = 2 if isinstance(command, c.CreditLeg) else 1
                    assert (command.transaction_id, leg) in self.database.transactions

    def check_replay(self, size: int, random: Random) -> None:
        """Fail unless the log alone produces the same ledger, including hashes.

        Batches have at most ``size`` records. The partitions are replayed in their original order,
        by the records' times like in a rebuild, and at random, because the log records what their
        order decided.
        """
        for order in (self.order, by_time(self.log), at_random(self.log, random)):
            assert len(order) == len(self.order)
            self._check_replay_in(order, size)

    def _check_replay_in(self, order: Sequence[Record], size: int) -> None:
        replayed = Database(self.partitions)
        replayed.verdicts = verdicts_of(record.value for record in order)
        topic = [TopicRecord(*record[:5]) for record in order]
        model = Model(self.partitions, verdicts=model_verdicts_of(topic))
        model.room = self.room
        for batch in batches(order, size):
            replayed.apply(batch)
        for record in topic:
            model.apply(*record)
        check_against_model(replayed, model)
        assert replayed.accounts == self.database.accounts
        assert set(replayed.postings) == set(self.database.postings)
        assert replayed.transactions == self.database.transactions
        assert replayed.holds == self.database.holds
        assert replayed.conflicts == self.database.conflicts
        assert replayed.parked == self.database.parked
        assert replayed.sent == {
            place: content
            for place, content in self.database.sent.items()
            # The log already has these messages.
            if place[0] != "idempotency_verdict"
        }


def has_an_end(command: c.AnyCommand) -> bool:
    """Return whether an accepted command is a separate transaction."""
    if isinstance(command, c.Settlement | c.IdempotencyVerdict):
        return False
    is_nudge = isinstance(command, c.HoldExpiry) and command.rules > 1
    return not is_nudge and storable(command) is not None


def by_time(log: Log) -> list[Record]:
    """Return all records in the order of a rebuild: the partition with the oldest is next."""
    order: list[Record] = []
    left = [deque(records) for records in log.partitions]
    while waiting := [records for records in left if records]:
        order.append(min(waiting, key=lambda records: records[0].timestamp_ms).popleft())
    return order


def at_random(log: Log, random: Random) -> list[Record]:
    """Return all records in a random order that keeps only each partition's order."""
    turns = [number for number, records in enumerate(log.partitions) for _ in records]
    random.shuffle(turns)
    left = [iter(records) for records in log.partitions]
    return [next(left[turn]) for turn in turns]


def batches(order: Sequence[Record], size: int) -> Iterator[list[Record]]:
    """Split records into batches of one partition each."""
    for _, neighbours in groupby(order, key=attrgetter("partition")):
        records = list(neighbours)
        for start in range(0, len(records), size):
            yield records[start : start + size]


def _command_of(value: bytes | None) -> c.AnyCommand | None:
    try:
        return c.decode(value)
    except c.UndecodableError:
        return None


def _plain(record: Record) -> tuple[int, int, int, bytes | None, bytes | None]:
    return record.partition, record.offset, record.timestamp_ms, record.key, record.value
