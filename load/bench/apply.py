"""Measure the apply side alone, with PostgreSQL through PgBouncer and fsync on.

Processes that each own some partitions pass batches to the writer, like the apply function. Nothing
is produced: the outbox row is written and deleted as usual, but the publisher drops its messages.
The same run also measures pgbench's TPC-B through the same pooler.

    python -m load.bench.apply --help

It EMPTIES the ``ledger`` schema of the database in LEDGERLANE_DATABASE_URL first, so use a separate
instance, like ``make bench-apply``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import queue
import random
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any
from uuid import uuid4

import psycopg

from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure
from handlers.applying.writer import Writer
from handlers.domain import commands as c
from handlers.domain.ids import account_id_of
from handlers.domain.partitions import partition_of
from handlers.domain.state import PartitionState, Record
from handlers.platform.bounds import COMMANDS_TOPIC, EVENTS_TOPIC
from handlers.platform.memory import keep_for_batches
from handlers.platform.migrator import migrate, migrations
from handlers.platform.postgres import Database
from handlers.platform.random_ids import new_id
from handlers.sharding.shards import Shards
from load.bench.history import preload
from load.bench.processes import cpu_s
from load.bench.wal import lay_ready
from load.bench.yardstick import prepare, tpc_b

BATCH = 500
#: How long the processes may take to prepare their records, in seconds.
READY_WITHIN_S = 120
USER = new_id("usr_")
FINGERPRINT = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Scenario:
    """What is applied: the number of commands and accounts, and the existing history."""

    commands: int
    accounts: int
    partitions: int
    processes: int
    hot_share: float
    history: int
    batch: int = BATCH


@dataclass(frozen=True)
class Round:
    """A measured round. Times are in microseconds of CPU per command."""

    commands_per_s: float
    tpc_b_per_s: float
    ratio: float
    python_us: float
    postgres_us: float
    wal_bytes: float


class Dropping:
    """A publisher that drops all messages."""

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        """Drop the messages."""
        return ()


class NoCache:
    """A cache that stores nothing."""

    def before_commit(self, state: PartitionState, marker: str) -> None:
        """Do nothing."""

    def after_commit(self, state: PartitionState, marker: str) -> None:
        """Do nothing."""


class OneTopic:
    """A topic that is never recreated."""

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return a constant."""
        return "benchmark"

    def records(self, topic: str, partition: int, start: int, end: int) -> list[Record]:
        """Return no records, because none are skipped."""
        return []


def make_writer(database: Database, partitions: int) -> Writer:
    """Create a writer with a real database and fakes for everything else."""
    return Writer(
        Shards.only(database),
        Dropping(),
        NoCache(),
        OneTopic(),
        commands_topic=COMMANDS_TOPIC,
        events_topic=EVENTS_TOPIC,
        partitions=partitions,
    )


def opening(transaction_id: str) -> c.AccountOpening:
    """Create the command that opens an account."""
    return c.AccountOpening(
        transaction_id=transaction_id,
        user_id=USER,
        requested_at_us=time.time_ns() // 1000,
        fingerprint=FINGERPRINT,
        account_id=account_id_of(transaction_id),
        currency="EUR",
    )


def movement(choice: random.Random, account_id: str) -> c.Deposit | c.Withdrawal:
    """Create a deposit or, one time in four, a withdrawal."""
    kind = c.Withdrawal if choice.random() < 0.25 else c.Deposit
    return kind(
        # Distributed like the ids that are derived from idempotency keys.
        transaction_id="txn_" + uuid4().hex,
        user_id=USER,
        requested_at_us=time.time_ns() // 1000,
        fingerprint=uuid4().hex,
        request_id=new_id("req_"),
        account_id=account_id,
        amount=choice.randint(1, 100_000),
        currency="EUR",
    )


def records_of(partition: int, first: int, commands: Sequence[Any]) -> list[Record]:
    """Create a partition's records from commands, from offset ``first`` on."""
    timestamp_ms = time.time_ns() // 1_000_000
    return [
        Record(partition, first + i, timestamp_ms, c.account_of(one).encode(), c.encode(one))
        for i, one in enumerate(commands)
    ]


def worker(
    pooler_url: str,
    scenario: Scenario,
    partitions: Sequence[int],
    accounts: dict[int, list[str]],
    offsets: dict[int, int],
    ready: Any,
    results: Any,
) -> None:
    """Apply this process's share, alternating between its partitions; report time and CPU."""
    choice = random.Random(partitions[0] + offsets[partitions[0]])
    share = scenario.commands // scenario.partitions
    work = []
    for partition in partitions:
        own = accounts[partition]
        picked = [
            own[0] if choice.random() < scenario.hot_share else choice.choice(own)
            for _ in range(share)
        ]
        records = records_of(
            partition, offsets[partition], [movement(choice, account) for account in picked]
        )
        starts = range(0, len(records), scenario.batch)
        work += [(i, records[i : i + scenario.batch]) for i in starts]
    work.sort(key=lambda one: one[0])
    database = Database(pooler_url, min_size=1, max_size=1)
    writer = make_writer(database, scenario.partitions)
    database.read("select 1")
    # Like the apply function. It also keeps the collector from scanning the prepared records.
    keep_for_batches()
    ready.wait()
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    applied = sum(sum(_finals(writer.apply(batch))) for _, batch in work)
    took_s = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    database.close()
    results.put((applied, took_s, used_s))


def _finals(applied: Any) -> tuple[int, int]:
    return applied.completed, applied.rejected


def start_accounts(pooler_url: str, scenario: Scenario) -> dict[int, list[str]]:
    """Open the accounts with the writer; return them by partition."""
    commands: dict[int, list[c.AccountOpening]] = {p: [] for p in range(scenario.partitions)}
    for _ in range(scenario.accounts):
        command = opening(new_id("txn_"))
        commands[partition_of(command.account_id, scenario.partitions)].append(command)
    database = Database(pooler_url, min_size=1, max_size=1)
    writer = make_writer(database, scenario.partitions)
    for partition, openings in commands.items():
        records = records_of(partition, 0, openings)
        for i in range(0, len(records), BATCH):
            writer.apply(records[i : i + BATCH])
    database.close()
    return {p: [one.account_id for one in openings] for p, openings in commands.items()}


def measure(
    scenario: Scenario,
    urls: tuple[str, str],
    accounts: dict[int, list[str]],
    offsets: dict[int, int],
    seconds: int,
    postmaster: int,
) -> Round:
    """Run one round: the yardstick, then the apply side."""
    database_url, pooler_url = urls
    yardstick = tpc_b(pooler_url, seconds)
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(scenario.processes + 1, timeout=READY_WITHIN_S)
    results = spawn.Queue()
    shares = [
        range(first, scenario.partitions, scenario.processes) for first in range(scenario.processes)
    ]
    workers = [
        spawn.Process(
            target=worker, args=(pooler_url, scenario, share, accounts, offsets, ready, results)
        )
        for share in shares
    ]
    for one in workers:
        one.start()
    with psycopg.connect(database_url, autocommit=True) as admin:
        try:
            ready.wait()
        except BrokenBarrierError:
            raise SystemExit("the writers' processes did not start; see above") from None
        wal, cpu, start = _wal(admin), cpu_s(postmaster), time.perf_counter()
        reports = [_report_of(results, workers) for _ in workers]
        took_s = time.perf_counter() - start
        cpu, wal = cpu_s(postmaster) - cpu, _wal(admin) - wal
    for one in workers:
        one.join()
    applied = sum(report[0] for report in reports)
    expected = scenario.commands // scenario.partitions * scenario.partitions
    if applied != expected:
        raise SystemExit(f"got {applied} results for {expected} commands")
    for partition in offsets:
        offsets[partition] += scenario.commands // scenario.partitions
    return Round(
        commands_per_s=applied / took_s,
        tpc_b_per_s=yardstick,
        ratio=applied / took_s / yardstick,
        python_us=sum(report[2] for report in reports) / applied * 1e6,
        postgres_us=cpu / applied * 1e6,
        wal_bytes=wal / applied,
    )


def _report_of(results: Any, workers: Sequence[Any]) -> Any:
    """Return the next worker's report. Fail if a worker ended without one."""
    while True:
        try:
            return results.get(timeout=1)
        except queue.Empty:
            if any(one.exitcode for one in workers):
                raise SystemExit("a writer's process failed; see above") from None


def _wal(admin: psycopg.Connection[Any]) -> float:
    row = admin.execute("select pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
    return float(row[0]) if row else 0.0


def _postmaster(admin: psycopg.Connection[Any]) -> int:
    row = admin.execute("select pg_read_file('postmaster.pid')").fetchone()
    return int(str(row[0]).split()[0]) if row else 0


def report(scenario: Scenario, rounds: list[Round], version: str) -> dict[str, Any]:
    """Print medians and spread; return the report."""
    print(f"\n{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {version}")
    print(f"{scenario}; {len(rounds)} rounds, medians [lowest .. highest]")
    medians = {}
    for name in asdict(rounds[0]):
        values = [getattr(one, name) for one in rounds]
        medians[name] = statistics.median(values)
        print(f"  {name:16} {medians[name]:12,.1f}   [{min(values):,.1f} .. {max(values):,.1f}]")
    return {
        "scenario": asdict(scenario),
        "batch": scenario.batch,
        "median": medians,
        "rounds": [asdict(one) for one in rounds],
        "cores": os.cpu_count(),
        "postgresql": version,
        "python": platform.python_version(),
    }


def main(arguments: Sequence[str]) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m load.bench.apply", description=__doc__)
    parser.add_argument("--commands", type=int, default=100_000, help="commands per round (100000)")
    parser.add_argument("--accounts", type=int, default=10_000, help="accounts (10000)")
    parser.add_argument("--partitions", type=int, default=4, help="partitions of the log (4)")
    parser.add_argument("--processes", type=int, default=4, help="concurrent writers (4)")
    parser.add_argument(
        "--hot-share", type=float, default=0.0, help="share of one account per partition (0)"
    )
    parser.add_argument("--history", type=int, default=0, help="existing postings (0)")
    parser.add_argument("--batch", type=int, default=BATCH, help="commands in a batch (500)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (3)")
    parser.add_argument("--seconds", type=int, default=10, help="length of each pgbench (10)")
    parser.add_argument("--json", type=Path, help="also write the report to this file")
    options = parser.parse_args(arguments)
    urls = os.environ["LEDGERLANE_DATABASE_URL"], os.environ["LEDGERLANE_POOLER_URL"]
    scenario = Scenario(
        options.commands,
        options.accounts,
        options.partitions,
        options.processes,
        options.hot_share,
        options.history,
        options.batch,
    )
    with psycopg.connect(urls[0], autocommit=True) as admin:
        admin.execute("drop schema if exists ledger cascade")
        version = str((admin.execute("select version()").fetchone() or [""])[0]).split(" on ")[0]
        postmaster = _postmaster(admin)
    with Database(urls[1], 1, 1).connection() as connection:
        migrate(connection, migrations())
    prepare(urls[1])
    print(f"opening {scenario.accounts:,} accounts ...", flush=True)
    accounts = start_accounts(urls[1], scenario)
    if scenario.history:
        preload(urls[0], scenario.history)
    with psycopg.connect(urls[0], autocommit=True) as admin:
        admin.execute("vacuum (analyze)")
        # The warm-up writes full pages to the WAL, as after any checkpoint. The rounds run between
        # two checkpoints, like most work in production.
        lay_ready(admin)
    offsets = {partition: len(own) for partition, own in accounts.items()}
    rounds = []
    for i in range(options.rounds + 1):
        one = measure(scenario, urls, accounts, offsets, options.seconds, postmaster)
        kept = "warm-up" if i == 0 else f"round {i}"
        print(f"{kept}: {one.commands_per_s:,.0f}/s, {one.ratio:.1f} x TPC-B", flush=True)
        rounds += [one] if i else []
    result = report(scenario, rounds, version)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
