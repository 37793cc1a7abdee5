"""Kills a move at each of its steps in turn, and each time sees that the next run sets it right.

Run as a program, because it forks: nothing here may have threads before.  A step is the time before
or after an exchange with a database.  The same ledger is moved to and fro, and used between the
kill and the next run, so that whatever is lost once stays lost until the end.
"""

from __future__ import annotations

import itertools
import json
import pickle
import re
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from handlers.applying.loader import NotHereError
from handlers.auditing.auditor import audit
from handlers.moving.mover import Mover, Waits
from handlers.moving.moves import CannotMove, Moves
from tests.integration.ledger.crashing import MAX_STEPS, Steps, in_child
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Client
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.integration.ledger.sharded import ShardedLedger

MOVED = 0


class Kept:
    """The log and what was applied of it, which outlive a process."""

    def __init__(self, path: Path, urls: list[str]) -> None:
        self.path = path
        self.urls = urls

    def open(self) -> ShardedLedger:
        ledger = ShardedLedger(self.urls, {})
        if self.path.exists():
            ledger.log.partitions, ledger.applied = pickle.loads(self.path.read_bytes())
        return ledger

    def save(self, ledger: ShardedLedger) -> None:
        self.path.write_bytes(pickle.dumps((ledger.log.partitions, ledger.applied)))


def mover(ledger: ShardedLedger) -> Mover:
    waits = Waits(settle_s=0, read_s=0)
    return Mover(ledger.shards, COMMANDS, PARTITIONS, waits=waits)


def begin(kept: Kept) -> None:
    """Put something into each table, the log's answers included."""
    for url in kept.urls:
        empty(url)
    ledger = ShardedLedger(kept.urls, {1: 2})
    client = Client(ledger)
    here, there = client.open(MOVED, balance=10_000), client.open(1, balance=10_000)
    waiting = client.open(MOVED)
    for number in range(1, 8):
        ledger.do(client.transfer(here, there, number))
        ledger.do(client.hold(here, number))
        ledger.do(client.deposit(there, 1, transaction_id=f"txn_{number:032x}"))
        ledger.do(client.deposit(here, 1, transaction_id=f"txn_{number:032x}", fingerprint="x"))
    ledger.put(waiting.encode(), b"garbage", MOVED)
    ledger.send(client.deposit(waiting, 1))
    ledger.drain()
    kept.save(ledger)


def use(kept: Kept) -> None:
    """Send commands about every partition, and apply those of partitions that are in use."""
    ledger = kept.open()
    client = Client(ledger)
    rows = ledger.rows(
        "select distinct on (partition) replace(account_id::text, '-', '') as id, partition"
        " from ledger.accounts where kind = 'customer' and balance > 1000 order by partition"
    )
    # While the partition moves, two databases have the same account.
    here, there = sorted({(row["partition"], f"acc_{row['id']}") for row in rows})
    ledger.publisher.is_down = len(ledger.log.partitions[MOVED]) % 3 == 0
    ledger.send(client.transfer(here[1], there[1], 2), client.transfer(there[1], here[1], 1))
    for partition in range(PARTITIONS):
        try:
            ledger.apply(partition)
        except NotHereError:
            assert partition == MOVED
    kept.save(ledger)


def move(kept: Kept, target: int, fatal: int) -> None:
    """Move, to die at a step."""
    ledger = kept.open()
    steps = Steps(fatal)
    steps.around_the_database()
    mover(ledger).move(MOVED, target)


def undo(kept: Kept) -> None:
    """Take back a move that is not switched yet."""
    ledger = kept.open()
    try:
        mover(ledger).undo()
    except CannotMove as error:
        if not re.search("no partition is being moved|can't stay on shard", str(error)):
            raise
    else:
        check(kept, ledger)


def finish(kept: Kept, target: int) -> None:
    """Run the move again, and check."""
    ledger = kept.open()
    mover(ledger).move(MOVED, target)
    assert Moves(ledger.database, COMMANDS).current() is None
    check(kept, ledger)


def check(kept: Kept, ledger: ShardedLedger) -> None:
    ledger.shards.forget()
    ledger.drain()
    report = audit(ledger.shards)
    assert report.is_sound, report.findings
    kept.save(ledger)


def compare(kept: Kept, url: str) -> None:
    """Compare with the ledger that the log makes."""
    ledger = kept.open()
    ledger.drain()
    assert difference_when_rebuilt(ledger, url) is None


def main(urls: list[str], other_url: str, folder: Path, stride: int) -> int:
    """Crash at every ``stride``-th step; print how many crashes there were."""
    kept = Kept(folder / "log.pickle", urls)

    def must(work: Callable[[], None], what: str) -> None:
        assert in_child(work) == 0, what

    must(partial(begin, kept), "the ledger can't be made")
    for fatal in itertools.count(1, stride):
        assert fatal < MAX_STEPS, "the move does not come to its end"
        for target in (2, 1):
            for way in ("undone", "finished"):
                ended = in_child(partial(move, kept, target, fatal))
                assert ended in (0, -signal.SIGKILL), f"the move failed before step {fatal}"
                must(partial(use, kept), f"the ledger is not usable after step {fatal}")
                if way == "undone":
                    must(partial(undo, kept), f"wrong when undone after step {fatal} to {target}")
            must(partial(finish, kept, target), f"wrong after step {fatal} to {target}")
        if ended == 0:
            must(partial(compare, kept, other_url), "another ledger than the log makes")
            print(json.dumps({"crashes": (fatal - 1) // stride, "steps": fatal - 1}))
            return 0
    return 1


if __name__ == "__main__":
    *addresses, path, every = sys.argv[1:]
    sys.exit(main(addresses[:2], addresses[2], Path(path), int(every)))
