"""`make check-history`: check what clients saw against the log and a single-threaded model.

Without a file, it first records a history: clients move money through the running API and record
what they sent and received. Exit status 0: the history is correct. 1: it is not, and the findings
say why. 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from handlers.platform.bounds import SETTINGS
from load.judge.findings import Topic, check_history
from load.judge.lines import History, HistoryFormatError, Recorder, load_history
from load.judge.topic import TopicUnreadable, read_topic
from load.traffic.finals import WorkloadFailed
from load.traffic.workload import Plan, Workload

#: The maximum number of findings to print of each sort.
MOST_SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        path = options.history or _record(options)
        history = load_history(path)
        topic = read_topic(options.kafka, options.topic) if options.kafka else None
    except (HistoryFormatError, TopicUnreadable, WorkloadFailed, OSError) as error:
        print(f"check-history: {error}", file=sys.stderr)
        return 2
    return _judge(path, history, topic)


def _judge(path: Path, history: History, topic: Topic | None) -> int:
    findings = check_history(history, topic)
    source = "the log and final reads" if topic is not None else "only final reads (no --kafka)"
    accepted = sum(attempt.transaction_id is not None for attempt in history.attempts)
    unknown = sum(attempt.status is None for attempt in history.attempts)
    print(f"{path}: {len(history.attempts)} attempts, {accepted} accepted, {unknown} unknown")
    print(f"checked against {source}: {len(history.transactions)} transactions", end=", ")
    print(f"{sum(map(len, history.entries.values()))} entries of {len(history.accounts)} accounts")
    shown: Counter[str] = Counter()
    for finding in findings:
        shown[finding.sort] += 1
        if shown[finding.sort] <= MOST_SHOWN:
            print(f"{finding.sort:>10}: {finding.text}")
    if findings:
        print("NOT CORRECT: " + ", ".join(f"{count} {sort}" for sort, count in shown.items()))
        return 1
    print("correct: nothing lost, doubled, reordered or diverging")
    return 0


def _record(options: argparse.Namespace) -> Path:
    if not options.url:
        raise WorkloadFailed("give the API's URL (--url or LEDGERLANE_API_URL)")
    plan = Plan(clients=options.clients, requests=options.requests, accounts=options.accounts)
    if options.output is not None:
        path: Path = options.output
    else:
        handle, name = tempfile.mkstemp(prefix="ledgerlane-history-", suffix=".jsonl")
        os.close(handle)
        path = Path(name)
    with path.open("w", encoding="utf-8") as file:
        workload = Workload(options.url, Recorder(file), plan)
        try:
            asyncio.run(workload.run())
        except ExceptionGroup as group:
            # One failed client cancels the others, so report its error.
            raise WorkloadFailed(str(_first_of(group))) from group
    return path


def _first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="check-history", description=__doc__)
    parser.add_argument("history", nargs="?", type=Path, help="the file; if omitted, record one")
    parser.add_argument("--url", default=os.environ.get("LEDGERLANE_API_URL"), help="the API's URL")
    parser.add_argument(
        "--kafka",
        default=os.environ.get("LEDGERLANE_KAFKA"),
        help="the broker (host:port); if empty, check only the final reads",
    )
    parser.add_argument("--topic", default=SETTINGS["COMMANDS_TOPIC"].read(os.environ))
    parser.add_argument("--output", type=Path, help="where to write the recorded history")
    parser.add_argument("--clients", type=int, default=Plan.clients)
    parser.add_argument("--requests", type=int, default=Plan.requests)
    parser.add_argument("--accounts", type=int, default=Plan.accounts)
    return parser


if __name__ == "__main__":
    sys.exit(main())
