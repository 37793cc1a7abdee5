"""After the load: wait until everything is applied, and verify the result."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from handlers.auditing.auditor import audit
from handlers.auditing.report import Report as Audit
from handlers.platform.bounds import COMMANDS_TOPIC
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from load.client import Client
from load.judge.findings import Finding, Topic, check_history
from load.judge.lines import History, Json, Recorder, load_history
from load.judge.topic import read_topic
from load.run.sampler import Ledger
from load.traffic.finals import FinalReads, WorkloadFailed, with_clients
from load.traffic.outcomes import Outcome, attempts
from load.traffic.setup import Setup

POLL_S = 0.1
#: How often the topic is read again because it grew while it was read.
MOST_READINGS = 5
_CONNECTIONS = 8
_PATIENCE_S = 30.0
#: Longer than an account stays in the cache (decision 5).
_CACHE_S = 12.0


@dataclass(frozen=True)
class Log:
    """The commands topic, and where in it the run began."""

    bootstrap: str
    topic: str
    since: Mapping[int, int]


def drain(
    ledger: Ledger, log: Log, outcomes: Sequence[Outcome], limit_s: float
) -> tuple[Topic, bool]:
    """Wait until everything in the log is applied; return the log, and whether it was.

    The log also has commands from clients that got no response, at unknown positions. So read the
    log's end to know what to wait for, and read again if it grew in the meantime.

    Raises
    ------
    TopicUnreadable
        If the log can't be read.
    """
    deadline_s = time.monotonic() + limit_s
    wanted: dict[int, int] = {}
    for one in outcomes:
        if one.position is not None:
            partition, offset = one.position
            wanted[partition] = max(wanted.get(partition, 0), offset + 1)
    is_drained = _wait(ledger, wanted, deadline_s)
    topic: Topic = []
    for _ in range(MOST_READINGS):
        topic = read_topic(log.bootstrap, log.topic, log.since)
        wanted = {records[-1].partition: records[-1].offset + 1 for records in topic if records}
        is_drained = _wait(ledger, wanted, deadline_s)
        now = ledger.next_offsets()
        if not is_drained or all(now.get(partition, 0) <= end for partition, end in wanted.items()):
            break
    return topic, is_drained


def _wait(ledger: Ledger, wanted: Mapping[int, int], deadline_s: float) -> bool:
    while True:
        seen = ledger.next_offsets()
        is_behind = any(seen.get(partition, 0) < offset for partition, offset in wanted.items())
        if not is_behind and ledger.under_way() == 0:
            return True
        if time.monotonic() >= deadline_s:
            return False
        time.sleep(POLL_S)


def run_audit(urls: Sequence[str]) -> Audit:
    """Audit the whole ledger, over all its databases.

    Raises
    ------
    LedgerlaneError
        If the database can't be read.
    """
    with closing(Shards([Database(url) for url in urls], COMMANDS_TOPIC, 1)) as shards:
        return audit(shards)


async def record(path: Path, setup: Setup, outcomes: Sequence[Outcome]) -> tuple[History, int]:
    """Write the history of a run with the final reads.

    Returns
    -------
    The history, and how many balances were read again because the cache was behind.

    Raises
    ------
    WorkloadFailed
        If a final read gets no response.
    """
    with path.open("w", encoding="utf-8") as file:
        recorder = Recorder(file)
        accepted: dict[str, set[str]] = defaultdict(set)
        for attempt in attempts(outcomes, setup):
            recorder.write(
                type="invoke", id=attempt.id, tag=attempt.tag, client=attempt.client,
                at_us=attempt.invoked_at_us, path=attempt.path, body=attempt.body, key=attempt.key,
            )  # fmt: skip
            recorder.write(
                type="return", id=attempt.id, at_us=attempt.returned_at_us, status=attempt.status,
                answer=attempt.answer,
            )  # fmt: skip
            if attempt.transaction_id is not None:
                source = attempt.body.get("account_id") or attempt.body["source_account_id"]
                accepted[source].add(attempt.transaction_id)
        reads = FinalReads(setup.url, recorder, _CONNECTIONS, _PATIENCE_S, _CACHE_S)
        try:
            await _read_opened(reads, recorder, setup, outcomes)
            await reads.read(setup.owned(), accepted)
        except ExceptionGroup as group:
            raise WorkloadFailed(f"the final reads failed: {group.exceptions[0]}") from group
    return load_history(path), reads.stale


async def _read_opened(
    reads: FinalReads, recorder: Recorder, setup: Setup, outcomes: Sequence[Outcome]
) -> None:
    """Record the accounts that were opened under load, which no other request used."""
    opened = opened_accounts(outcomes)
    if not opened:
        return

    async def read_some(client: Client, number: int) -> None:
        for user in setup.users[number::_CONNECTIONS]:
            client.token = user.token
            for account in await reads.all_accounts(client):
                if account["account_id"] in opened:
                    recorder.write(type="account", account=account, entries=[])

    await with_clients(setup.url, _CONNECTIONS, read_some)


def opened_accounts(outcomes: Sequence[Outcome]) -> set[str]:
    """Return the accounts that were opened successfully."""
    return {one.reference for one in outcomes if one.kind == "accounts" and one.is_answered_well}


def judge(history: History, topic: Topic, outcomes: Sequence[Outcome]) -> list[Finding]:
    """Check a run against the log, a single-threaded model and the final reads."""
    lost = [
        Finding("lost", f"{account_id} was opened but is not in the ledger")
        for account_id in sorted(opened_accounts(outcomes) - history.accounts.keys())
    ]
    return lost + check_history(history, topic)


def judged(history: History, topic: Topic) -> Json:
    """Return how much was checked."""
    return {
        "attempts": sum(1 for _ in history.attempts),
        "transactions": len(history.transactions),
        "entries": sum(map(len, history.entries.values())),
        "accounts": len(history.accounts),
        "records": sum(map(len, topic)),
    }
