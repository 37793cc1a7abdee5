"""`make crowd`: measure deposits beside a crowd of connections, and check the crowd.

    make crowd ARGS="--rounds 3 --rate 300"

Deposits arrive at an even pace, in rounds that alternate without and with a crowd. The crowd's
connections are idle, wait (`Prefer: wait=20`) for pending transactions, send a head slowly, or read
slowly. Afterwards, the benchmark looks up each deposit in the ledger, checks that each member of
the crowd got the expected result, and audits the ledger. The exit status is 1 if a check fails or
if deposits take more than twice as long beside the crowd, and 2 if the measurement failed.

``--here`` measures the running instance (LEDGERLANE_STATE) instead of a new one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from load.bench.generator import GeneratorError
from load.bench.latency import drive_paced
from load.bench.own import own_instance
from load.bench.people import Deposit, People, SetUpFailed, make_people, single_deposits
from load.bench.proof import Proof, audited, database_now, prove
from load.bench.target import Target, TargetError
from load.crowd.gathering import Crowd, Size, crowded
from load.crowd.held_back import PATIENCE_S, POLL_S, held_back
from load.crowd.members import Awaited
from load.traffic.finals import WorkloadFailed
from local_cloud import interrupts
from local_cloud.config import Instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError

#: The maximum ratio of the 95th percentiles of deposits beside a crowd and without one.
MOST_TIMES: Final = 2.0
SHARES: Final = ("p50_ms", "p95_ms", "p99_ms")
WARM_UP_S: Final = 3.0
_EXPECTED = (GeneratorError, LocalCloudError, SetUpFailed, TargetError, WorkloadFailed)


@dataclass
class Found:
    """The results of the rounds.

    Attributes
    ----------
    quiet, beside
        The figures of each round, without and with a crowd.
    wrong
        The failed checks.
    """

    quiet: list[dict[str, float]] = field(default_factory=list)
    beside: list[dict[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def times(self, share: str) -> float:
        """Return the ratio of a figure beside a crowd to the same without one."""
        return median(self.beside, share) / median(self.quiet, share)


def median(rounds: Sequence[dict[str, float]], share: str) -> float:
    """Return the median of a figure over rounds."""
    return statistics.median(one[share] for one in rounds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _options(arguments)
    interrupts.install()
    try:
        with contextlib.ExitStack() as stack:
            if options.here:
                target = Target.from_environment()
            else:
                target = stack.enter_context(own_instance(Progress()))
            found = asyncio.run(measure(target.instance, options))
            audit = audited(target.instance.database_urls)
    except _EXPECTED as why:
        print(f"crowd: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print(as_text(found))
    wrong = [*found.wrong, *map(str, audit.findings)]
    if not options.untimed and found.times("p95_ms") > MOST_TIMES:
        wrong.append(f"p95 beside a crowd is {found.times('p95_ms'):.1f} times p95 without it")
    for one in wrong:
        print(f"WRONG: {one}", file=sys.stderr)
    if not wrong:
        print(f"every deposit was applied once; the audit of {audit.postings:,} postings is clean")
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='make crowd ARGS="..."', description=(__doc__ or "").split("\n\n")[2]
    )
    parser.add_argument("--here", action="store_true", help="measure the running instance")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each kind (3)")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of a round (15)")
    parser.add_argument("--rate", type=int, default=300, help="deposits per second (300)")
    parser.add_argument("--accounts", type=int, default=256, help="accounts of 8 users (256)")
    parser.add_argument("--idle", type=int, default=500, help="idle connections (500)")
    parser.add_argument("--waiting", type=int, default=500, help="waiting requests (500)")
    parser.add_argument("--wait", type=int, default=20, help="their waiting time in seconds (20)")
    parser.add_argument("--slow-heads", type=int, default=50, help="slow senders (50)")
    parser.add_argument("--slow-readers", type=int, default=50, help="slow readers (50)")
    parser.add_argument("--untimed", action="store_true", help="don't check the ratio of p95")
    return parser.parse_args(arguments)


async def measure(instance: Instance, options: argparse.Namespace) -> Found:
    """Run all rounds, after a short one that does not count."""
    people = await make_people(instance.api_url, options.accounts)
    found = Found()
    size = Size(options.idle, options.slow_heads, options.slow_readers)
    with tempfile.TemporaryDirectory() as name:
        rounds = _Rounds(instance, people, people.write_accounts(Path(name) / "accounts"), options)
        async with held_back(instance, options.waiting) as held:
            if not options.untimed:
                await rounds.deposit("warm-up", WARM_UP_S)
            for number in range(1, options.rounds + 1):
                found.quiet.append(await rounds.deposit(f"quiet {number}", options.seconds))
                found.beside.append(await rounds.beside(f"crowded {number}", held.awaited, size))
    found.wrong += rounds.wrong
    found.wrong += held.wrong
    return found


@dataclass
class _Rounds:
    """Runs rounds and collects failed checks."""

    instance: Instance
    people: People
    accounts: Path
    options: argparse.Namespace
    wrong: list[str] = field(default_factory=list)

    async def beside(self, name: str, awaited: Sequence[Awaited], size: Size) -> dict[str, float]:
        """Run a round beside a crowd, and wait until the crowd is gone."""
        async with crowded(self.instance.api_url, awaited, self.options.wait, size) as crowd:
            figures = await self.deposit(name, self.options.seconds)
        self._judge(name, crowd)
        return figures

    def _judge(self, name: str, crowd: Crowd) -> None:
        print(f"{name}: {crowd}", flush=True)
        self.wrong += [f"{name}: {what}" for what in crowd.wrong()]

    async def deposit(self, name: str, seconds: float) -> dict[str, float]:
        """Send deposits at a pace, wait until they are applied, and look up each of them."""
        seen = await asyncio.to_thread(self._deposit, name, seconds)
        shown = ", ".join(f"{share[:-3]} {seen[share]:.1f} ms" for share in SHARES)
        print(f"{name}: {seen['accepted']:,} of {seen['sent']:,} deposits, {shown}", flush=True)
        return {share: seen[share] for share in SHARES}

    def _deposit(self, name: str, seconds: float) -> dict[str, Any]:
        url, run = self.instance.database_url, secrets.token_hex(6)
        since = database_now(url)
        seen = drive_paced(
            [f"{self.instance.api_url}/deposits", self.accounts, self.options.rate, seconds, run]
        )
        sent = list(single_deposits(self.people, run, (seen["sent"],)))
        proof = self._prove(since, sent, seen["accepted"])
        if seen["accepted"] < seen["sent"]:
            self.wrong.append(f"{name}: deposits returned {seen['statuses']}")
        if not proof.holds:
            self.wrong.append(f"{name}: {proof}")
        return seen

    def _prove(self, since: datetime, sent: list[Deposit], accepted: int) -> Proof:
        """Wait until the deposits are applied, and compare the ledger with them."""
        before, deadline_s = self.people.balances, time.monotonic() + PATIENCE_S
        while True:
            self.people.balances = dict(before)
            proof = prove(self.instance.database_urls, self.people, since, sent, accepted)
            if proof.holds or time.monotonic() >= deadline_s:
                return proof
            time.sleep(POLL_S)


def as_text(found: Found) -> str:
    """Return the medians as a table."""
    lines = [f"{'median of rounds':18}" + "".join(f"{share[:-3]:>10}" for share in SHARES)]
    for name, rounds in (("quiet, ms", found.quiet), ("crowded, ms", found.beside)):
        lines.append(f"{name:18}" + "".join(f"{median(rounds, share):10.1f}" for share in SHARES))
    lines.append(f"{'times':18}" + "".join(f"{found.times(share):10.2f}" for share in SHARES))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
