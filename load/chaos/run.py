"""A run: money moves, faults happen, sessions read; then the judges look at what was seen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from handlers.auditing.auditor import audit
from handlers.people.users import Users
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from load.chaos.books import differences
from load.chaos.moves import Moves
from load.chaos.nemesis import Nemesis
from load.chaos.parts import PartFailed, wait_until
from load.chaos.rewind import Rewind
from load.chaos.schedule import Fault, Step
from load.chaos.sessions import Sessions, operator_session
from load.chaos.site import COMMANDS, Site, application_log, undelivered
from load.judge.findings import Finding, Topic, check_history
from load.judge.guarantees import check_guarantees
from load.judge.lines import History, Recorder, load_history
from load.traffic.finals import WorkloadFailed
from load.traffic.workload import Plan, Workload

#: The bank's own currency, so that the trial balance shows its money alone.
BANK_CURRENCY: Final = "CHF"
FUNDING: Final = 10_000
DRAIN_S: Final = 90.0
#: How long a transaction may take to end once the log is applied.
ENDING_S: Final = 15.0
#: Longer than an account stays in the cache (decision 5).
CACHE_S: Final = 12.0


@dataclass(frozen=True)
class Size:
    """How much happens at a time."""

    clients: int = 12
    accounts: int = 60
    bank_accounts: int = 16
    sessions: int = 4
    pause_s: float = 0.02


@dataclass(frozen=True)
class Result:
    """What happened, and what is wrong with it."""

    history: History
    topic: Topic
    faults: list[Fault]
    findings: list[Finding]
    took_s: float

    def counts(self) -> Counter[str]:
        """Return how many findings there are of each sort."""
        return Counter(finding.sort for finding in self.findings)


class Run:
    """A run on one instance.

    Parameters
    ----------
    path
        Where the history is written.
    show
        Prints a line.
    rewind
        If given, a copy of the database from before the faults replaces it before the final reads.
    """

    def __init__(
        self,
        site: Site,
        seed: int,
        path: Path,
        show: Callable[[str], None],
        size: Size = Size(),
        rewind: Rewind | None = None,
    ) -> None:
        self._rewind = rewind
        self._site = site
        self._seed = seed
        self._path = path
        self._show = show
        self._size = size
        self._found: list[Finding] = []

    def carry_out(self, steps: Iterable[Step], minutes: float = float("inf")) -> Result:
        """Carry out steps until there are no more or the time is over, and judge the run.

        Raises
        ------
        WorkloadFailed
            If the accounts can't be opened.
        """
        logs = application_log(self._site.state)
        started_s = time.monotonic()
        with self._path.open("w", encoding="utf-8") as file:
            faults = asyncio.run(self._move(Recorder(file), steps, minutes))
        took_s = time.monotonic() - started_s
        history, topic = load_history(self._path), self._site.topic()
        findings = [
            *self._found,
            *check_history(history, topic),
            *check_guarantees(history),
            *(Finding("diverging", text) for text in differences(self._site.all_rows, topic)),
            *(Finding("diverging", f"audit: {text}") for text in self._audited()),
            *(Finding("diverging", text) for text in undelivered(self._site.state, logs)),
        ]
        return Result(history, topic, faults, findings, took_s)

    async def _move(self, recorder: Recorder, steps: Iterable[Step], minutes: float) -> list[Fault]:
        url, size = self._site.api_url, self._size
        plan = Plan(
            clients=size.clients, requests=10_000_000, accounts=size.accounts, keyed=0.9,
            seed=self._seed, patience_s=120, pause_s=size.pause_s,
        )  # fmt: skip
        money = Workload(url, recorder, plan)
        plan = Plan(
            clients=max(1, size.clients // 3), requests=10_000_000, accounts=size.bank_accounts,
            users=2, keyed=1.0, seed=self._seed, currency=BANK_CURRENCY, patience_s=120,
            pause_s=size.pause_s, cash=0.0,
        )  # fmt: skip
        bank = Workload(url, recorder, plan)
        operator = await operator_session(url, self._promote)
        sessions = Sessions(url, recorder, bank, [money, bank], operator)
        before = await sessions.total(BANK_CURRENCY)
        for workload in (money, bank):
            await workload.open_accounts()
        funds = FUNDING * size.bank_accounts
        await sessions.await_bank(BANK_CURRENCY, before, funds, self._site.shards)
        if self._rewind is not None:
            await asyncio.to_thread(self._rewind.take)
        moves = Moves(self._site) if self._site.shards > 1 else None
        nemesis = Nemesis(self._site.parts, money, self._show, moves)
        async with asyncio.TaskGroup() as group:
            for workload in (money, bank):
                group.create_task(workload.move_money())
            group.create_task(sessions.read(size.sessions, self._seed))
            with self._stopping(money, bank, sessions):
                await nemesis.run(steps, time.monotonic() + 60 * minutes)
        await asyncio.to_thread(self._settle)
        for workload in (money, bank):
            self._found += _unserved(workload)
            self._found += [one async for one in _unreadable(workload)]
        return nemesis.done

    @contextlib.contextmanager
    def _stopping(self, *working: Workload | Sessions) -> Iterator[None]:
        """Stop what works at the end. What did not come back after faults is a finding."""
        try:
            yield
        except PartFailed as error:
            self._note_away(error)
        finally:
            for one in working:
                one.stop()

    def _settle(self) -> None:
        """Wait until everything is applied."""
        try:
            wait_until(self._site.is_healthy, "the API is healthy", DRAIN_S)
        except PartFailed as error:
            self._note_away(error)
        if not self._site.drains(DRAIN_S):
            self._found.append(Finding("lost", f"the log is not applied after {DRAIN_S:.0f} s"))
        if self._rewind is not None:
            self._rewind.put_back()

    def _note_away(self, error: PartFailed) -> None:
        """Note what did not come back, at once: without it, nothing else may be judged."""
        self._show(f"did not come back: {error}")
        self._found.append(Finding("lost", f"did not come back: {error}"))

    def _promote(self, email: str) -> None:
        with contextlib.closing(Database(self._site.database_url, max_size=1)) as database:
            Users(database).promote(email)

    def _audited(self) -> list[str]:
        site = self._site
        databases = [Database(url) for url in (site.database_url, *site.further_urls)]
        with contextlib.closing(Shards(databases, COMMANDS, 1)) as shards:
            return [str(finding) for finding in audit(shards).findings]


async def _unreadable(workload: Workload) -> AsyncIterator[Finding]:
    """Make the final reads; yield what can't be read, although everything is up and applied."""
    try:
        await workload.read_finals(CACHE_S, ENDING_S)
    except* WorkloadFailed as failed:
        for error in failed.exceptions:
            yield Finding("lost", f"a final read failed: {error}")


def _unserved(workload: Workload) -> Iterator[Finding]:
    """Yield requests that should have been accepted and were not."""
    if workload.unknown:
        yield Finding("lost", f"{workload.unknown} requests with a key never got their answer")
    for refused in workload.refused:
        yield Finding("diverging", f"refused without a reason: {refused}")
