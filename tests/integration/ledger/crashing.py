"""Kills a writer at each of its steps in turn, and each time sees that its successor sets it right.

Run as a program, because it forks: nothing here may have threads before.  A step is the time before
or after an exchange with the database, a record published, or a position committed.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import psycopg

from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure
from handlers.applying.sweeper import sweep
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.partitions import partition_of
from handlers.platform.kafka import Outbound, Position
from handlers.sharding.shards import Shards
from load.judge.model import Model
from tests.integration.ledger.harness import COMMANDS, START_MS, Client, Ledger
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.reading import read_ledger
from tests.support.comparison import check_against_model
from tests.support.invariants import check_invariants
from tests.support.memory import Log

BATCH_SIZE = 6
MAX_STEPS = 5000
MAX_SWEEPS = 50


class Steps:
    """Counts the steps of the main thread, and dies at a given one."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.count = 0

    def pass_one(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_the_database(self) -> None:
        """Make each exchange with the database two steps: before it and after it."""
        real: Callable[..., Any] = psycopg.Connection.wait

        def wait(connection: Any, *arguments: Any, **named: Any) -> Any:
            self.pass_one()
            result = real(connection, *arguments, **named)
            self.pass_one()
            return result

        psycopg.Connection.wait = wait  # type: ignore[assignment, method-assign]  # hands all on


class Topic:
    """A log in a file, and how far its reader says it is: both outlive a crash."""

    def __init__(self, folder: Path, partitions: int) -> None:
        self.path = folder / "log.jsonl"
        self.committed_path = folder / "committed.json"
        self.partitions = partitions

    def read(self) -> Log:
        log = Log(self.partitions)
        for line in self.path.read_text().splitlines():
            partition, key, value = json.loads(line)
            log.append(partition, bytes.fromhex(key), bytes.fromhex(value), START_MS)
        return log

    def append(self, partition: int, key: bytes, value: bytes) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps([partition, key.hex(), value.hex()]) + "\n")

    def committed(self) -> list[int]:
        if not self.committed_path.exists():
            return [0] * self.partitions
        offsets: list[int] = json.loads(self.committed_path.read_text())
        return offsets

    def commit(self, offsets: list[int]) -> None:
        new = self.committed_path.with_suffix(".new")
        new.write_text(json.dumps(offsets))
        new.rename(self.committed_path)


class Publisher:
    """Publishes into the file; also stands in for the sweeper's producer."""

    def __init__(self, topic: Topic, log: Log, steps: Steps) -> None:
        self.topic, self.log, self.steps = topic, log, steps

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        self.send(
            Outbound(one.topic, one.partition, one.key.encode(), bytes(one.value))
            for one in outgoing
        )
        return ()

    def send(self, records: Iterable[Outbound]) -> list[SimpleNamespace]:
        sent = []
        for record in records:
            offset = -1
            if record.topic == COMMANDS:
                self.steps.pass_one()
                offset = len(self.log.partitions[record.partition])
                self.topic.append(record.partition, record.key, record.value)
                self.log.append(record.partition, record.key, record.value, START_MS)
                self.steps.pass_one()
            position = Position(record.partition, offset)
            sent.append(SimpleNamespace(record=record, position=position))
        return sent

    def outcomes(self, pendings: Sequence[object], timeout_s: float = 0) -> list[None]:
        return [None] * len(pendings)


class FileLedger(Ledger):
    """A ledger whose log is the file."""

    def __init__(self, url: str, folder: Path, steps: Steps) -> None:
        super().__init__(url)
        self.steps = steps
        self.file = Topic(folder, self.partitions)
        self.log = self.file.read()
        self.applied = self.file.committed()
        self.published = Publisher(self.file, self.log, steps)
        self.publisher = self.published  # type: ignore[assignment]  # a double
        self.writer = self.new_writer()

    def run(self) -> None:
        """Apply and sweep until nothing is left to do."""
        for _ in range(MAX_SWEEPS):
            while any(self.waiting(partition) for partition in range(self.partitions)):
                for partition in range(self.partitions):
                    self.apply(partition, BATCH_SIZE)
                    self.steps.pass_one()
                    self.file.commit(self.applied)
                    self.steps.pass_one()
            swept = sweep(
                Shards.only(self.database),
                self.published,  # type: ignore[arg-type]  # a double
                commands_topic=COMMANDS,
                sending_by=lambda: self.partitions,
                outbox_age_s=0,
            )
            assert not swept.failures, swept.failures
            if not swept.published:
                return
        raise AssertionError("the outbox does not drain")


def check(ledger: FileLedger) -> None:
    """Fail unless every command of the log took effect, once, as the model says."""
    model = Model(ledger.partitions)
    sent = []
    for records in ledger.log.partitions:
        for r in records:
            model.apply(r.partition, r.offset, r.timestamp_ms, r.key, r.value)
            if r.value is not None and (b'"credit_leg"' in r.value or b'"settlement"' in r.value):
                key = (r.key or b"").decode()
                sent.append(Outgoing(COMMANDS, r.partition, key, msgspec.Raw(r.value)))
    read = read_ledger(ledger.url, ledger.partitions, sent)
    check_invariants(read)
    check_against_model(read, model)
    report = audit(ledger.shards)
    assert report.is_sound, report.findings
    assert not report.in_transit, "money is still under way"
    assert all(leg.status != "pending" for leg in read.transactions.values())
    assert ledger.count("outbox") == 0


def write_log(folder: Path, partitions: int) -> None:
    """Write what clients asked for: some of everything, all of it before the writer starts."""
    topic = Topic(folder, partitions)
    planned = Ledger("host=127.0.0.1", partitions)
    client = Client(planned)
    accounts: list[str] = []

    def send(*commands: c.AnyCommand) -> None:
        planned.send(*commands)

    while len(accounts) < 5:
        common = client.common()
        account_id = ids.account_id_of(common["transaction_id"])
        if partition_of(account_id, partitions) == len(accounts) % partitions:
            accounts.append(account_id)
            send(c.AccountOpening(account_id=account_id, currency="EUR", **common))
    one, two, three, four, frozen = accounts
    deposits = [client.deposit(account, 1000) for account in accounts]
    hold = client.hold(two, 300, destination_account_id=three)
    across, within = client.transfer(one, two, 100), client.transfer(one, four, 50)
    send(*deposits, client.freeze(frozen, "credit"), across, within, deposits[0], hold)
    send(client.transfer(one, frozen, 70), client.withdrawal(three, 5000), across)
    send(client.capture(two, ids.hold_id_of(hold.transaction_id), 120))
    send(client.deposit(one, 9, transaction_id=deposits[0].transaction_id, fingerprint="other"))
    send(client.reversal(four, within.transaction_id, 20), client.withdrawal(four, 10))
    planned.put(four.encode(), b"garbage", partition_of(four, partitions))
    send(client.deposit(four, 3), client.transfer(three, one, 33))
    for records in planned.log.partitions:
        for record in records:
            topic.append(record.partition, record.key or b"", record.value or b"")


def in_child(work: Callable[[], None]) -> int:
    """Run ``work`` in a process of its own; return its exit code, or minus the signal."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def start_anew(url: str, folder: Path, log: bytes) -> None:
    """Empty the database and put the log back to what the clients wrote."""
    empty(url)
    (folder / "log.jsonl").write_bytes(log)
    (folder / "committed.json").unlink(missing_ok=True)


def run_until(url: str, folder: Path, fatal: int) -> None:
    """Run the writer, to die at a step."""
    steps = Steps(fatal)
    steps.around_the_database()
    FileLedger(url, folder, steps).run()


def set_right(url: str, folder: Path) -> None:
    """Run a new writer to the end and check."""
    ledger = FileLedger(url, folder, Steps(None))
    ledger.run()
    check(ledger)


def main(url: str, folder: Path, stride: int) -> int:
    """Crash at every ``stride``-th step; print how many crashes there were."""
    write_log(folder, Ledger("host=127.0.0.1").partitions)
    log = (folder / "log.jsonl").read_bytes()
    for fatal in itertools.count(1, stride):
        assert fatal < MAX_STEPS, "the writer does not come to its end"
        start_anew(url, folder, log)
        ended = in_child(partial(run_until, url, folder, fatal))
        assert ended in (0, -signal.SIGKILL), f"the writer failed before step {fatal}"
        assert in_child(lambda: set_right(url, folder)) == 0, f"wrong after a crash at {fatal}"
        if ended == 0:
            print(json.dumps({"crashes": (fatal - 1) // stride, "steps": fatal - 1}))
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
