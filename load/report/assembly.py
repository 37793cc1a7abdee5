"""Create a report from the outcomes, the final reads, the topic and the samples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from load.judge.findings import Finding, Topic
from load.judge.lines import Json
from load.judge.records import read_command
from load.report import arithmetic
from load.report.figures import Outcomes, Report, Requests, Scenario, Timeline, Verdict
from load.run.sampler import Samples
from load.traffic.outcomes import KINDS, LogPosition, Outcome

SORTS: Final = ("lost", "doubled", "reordered", "diverging")
MOST_EXAMPLES: Final = 10
_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """The inputs of a report.

    Attributes
    ----------
    transactions
        The final reads, by transaction id.
    topic
        The commands topic from before the run on.
    dropped
        How many requests were due but could not be sent.
    """

    outcomes: Sequence[Outcome]
    transactions: Mapping[str, Json]
    topic: Topic
    samples: Samples
    dropped: int


@dataclass(frozen=True)
class Command:
    """An accepted command. Times are in seconds since the Unix epoch, None if unknown.

    Attributes
    ----------
    logged_s
        The time of its record.
    applied_s
        When its partition was first seen past it.
    ended_s
        The same for the record that completed it, which for a transfer is its settlement.
    """

    kind: str
    logged_s: float
    applied_s: float | None
    ended_s: float | None
    status: str
    reason: str | None


def make_report(about: dict[str, Any], seen: Seen, verdict: Verdict) -> Report:
    """Create a report."""
    commands = commands_of(seen)
    # Usage after the end belongs to the verification.
    end_s = _end_s(seen, commands)
    looks = [(at_s, parts) for at_s, parts in seen.samples.usage if at_s <= end_s]
    usage = [(at_s, {name: one.cpu_s for name, one in parts.items()}) for at_s, parts in looks]
    sizes = [
        # A process that has ended stays in the process table for a while, without memory.
        (at_s, {name: one.memory_bytes / _MIB for name, one in parts.items() if one.memory_bytes})
        for at_s, parts in looks
    ]
    return Report(
        about,
        _requests(seen),
        _outcomes(seen, commands),
        verdict,
        arithmetic.grown(usage),
        arithmetic.memory(sizes),
        _timeline(seen, commands, usage, sizes),
    )


def make_verdict(
    findings: Sequence[Finding],
    audit: Mapping[str, int],
    audit_examples: Sequence[str],
    thresholds: Mapping[str, bool],
    is_drained: bool,
    judged: Mapping[str, int],
    stale: int,
) -> Verdict:
    """Count the findings, and keep the first few of each sort as examples."""
    found: Counter[str] = Counter(finding.sort for finding in findings)
    shown: Counter[str] = Counter()
    examples = []
    for finding in findings:
        shown[finding.sort] += 1
        if shown[finding.sort] <= MOST_EXAMPLES:
            examples.append(f"{finding.sort}: {finding.text}")
    return Verdict(
        {sort: found[sort] for sort in SORTS},
        examples,
        dict(audit),
        list(audit_examples)[:MOST_EXAMPLES],
        dict(thresholds),
        is_drained,
        dict(judged),
        stale,
    )


# -- commands ----------------------------------------------------------------------------------


def commands_of(seen: Seen) -> list[Command]:
    """Return each accepted command once, with its times and its outcome."""
    times = {
        (record.partition, record.offset): record.timestamp_ms / 1000
        for partition in seen.topic
        for record in partition
    }
    settled = _settlements(seen.topic)
    found: dict[str, Command] = {}
    for one in seen.outcomes:
        transaction_id = one.transaction_id
        if transaction_id is None or one.position is None or transaction_id in found:
            continue
        applied_s = _applied_s(seen.samples, one.position)
        last = settled.get(transaction_id)
        final = seen.transactions.get(transaction_id, {})
        found[transaction_id] = Command(
            one.kind,
            # A lost record has no time, so use the time of its response.
            times.get(one.position, one.answered_ms / 1000),
            applied_s,
            applied_s if last is None else _applied_s(seen.samples, last),
            final.get("status", "pending"),
            final.get("reason"),
        )
    return list(found.values())


def _settlements(topic: Topic) -> dict[str, LogPosition]:
    found: dict[str, LogPosition] = {}
    for record in (record for partition in topic for record in partition):
        # Checked in the bytes first, because most records are not settlements.
        if record.value is not None and b'"settlement"' in record.value:
            command = read_command(record.value)
            if command is not None and command["kind"] == "settlement":
                place = LogPosition(record.partition, record.offset)
                found.setdefault(command["transaction_id"], place)
    return found


def _applied_s(samples: Samples, position: LogPosition) -> float | None:
    return arithmetic.reached_at(samples.progress.get(position.partition, []), position.offset)


# -- the parts of a report ---------------------------------------------------------------------


def _requests(seen: Seen) -> Requests:
    seconds = (_last_answer_s(seen) - _start_s(seen)) if seen.outcomes else 0.0
    scenarios = []
    for kind in KINDS:
        several = [one for one in seen.outcomes if one.kind == kind]
        if several:
            scenarios.append(
                Scenario(
                    kind,
                    arithmetic.per_second(len(several), seconds),
                    arithmetic.spread(one.latency_ms for one in several),
                    sum(not one.is_answered_well for one in several),
                )
            )
    errors = Counter(one.error for one in seen.outcomes if one.error)
    return Requests(
        len(seen.outcomes),
        round(seconds, 2),
        arithmetic.per_second(len(seen.outcomes), seconds),
        len(seen.outcomes) - len({one.number for one in seen.outcomes}),
        seen.dropped,
        dict(errors.most_common()),
        scenarios,
    )


def _outcomes(seen: Seen, commands: Sequence[Command]) -> Outcomes:
    applied = sum(one.status == "completed" for one in commands)
    refused = Counter(one.reason or "?" for one in commands if one.status == "rejected")
    load_s = (_last_answer_s(seen) - _start_s(seen)) if seen.outcomes else 0.0
    drain_s = _end_s(seen, commands) - _last_answer_s(seen)
    whole_s = load_s + drain_s
    lasted = arithmetic.spread(
        _since_logged(one, one.applied_s) for one in commands if one.applied_s
    )
    transfers = [one for one in commands if one.kind == "transfers" and one.status == "completed"]
    completed = arithmetic.spread(
        _since_logged(one, one.ended_s) for one in transfers if one.ended_s
    )
    opened = {one.reference for one in seen.outcomes if one.kind == "accounts" and not one.error}
    return Outcomes(
        round(whole_s, 2),
        len(commands),
        applied,
        dict(refused.most_common()),
        len(commands) - applied - refused.total(),
        len(opened),
        arithmetic.per_second(len(commands), load_s),
        arithmetic.per_second(applied, whole_s),
        arithmetic.per_second(refused.total(), whole_s),
        round(drain_s, 2),
        lasted,
        completed,
    )


def _since_logged(command: Command, moment_s: float | None) -> float:
    """Return the milliseconds from a command's record to a moment."""
    return max(0.0, ((moment_s or 0.0) - command.logged_s) * 1000)


def _start_s(seen: Seen) -> float:
    return min((one.sent_ms for one in seen.outcomes), default=0.0) / 1000


def _last_answer_s(seen: Seen) -> float:
    return max((one.answered_ms for one in seen.outcomes), default=0.0) / 1000


def _end_s(seen: Seen, commands: Sequence[Command]) -> float:
    """Return when both the last response had arrived and the last command was applied."""
    ended = [one.ended_s for one in commands if one.ended_s is not None]
    return max([_last_answer_s(seen), *ended])


def _timeline(
    seen: Seen,
    commands: Sequence[Command],
    usage: Sequence[tuple[float, Mapping[str, float]]],
    sizes: Sequence[tuple[float, Mapping[str, float]]],
) -> Timeline:
    start_s = _start_s(seen)
    span = (start_s, max(1, math.ceil(_end_s(seen, commands) - start_s)))
    applied = [one for one in commands if one.applied_s is not None]
    lags = {}
    for partition, records in enumerate(seen.topic):
        if records:
            lags[str(partition)] = arithmetic.lag(
                [record.timestamp_ms / 1000 for record in records],
                records[0].offset,
                seen.samples.progress.get(partition, []),
                *span,
            )
    return Timeline(
        span[1],
        arithmetic.counts((one.sent_ms / 1000 for one in seen.outcomes), *span),
        arithmetic.counts((one.logged_s for one in commands), *span),
        arithmetic.counts((one.ended_s or 0.0 for one in _ended(commands, "completed")), *span),
        arithmetic.counts((one.ended_s or 0.0 for one in _ended(commands, "rejected")), *span),
        arithmetic.counts((one.answered_ms / 1000 for one in seen.outcomes if one.error), *span),
        arithmetic.percentiles(
            ((one.sent_ms / 1000, one.latency_ms) for one in seen.outcomes), *span
        ),
        arithmetic.percentiles(
            ((one.logged_s, _since_logged(one, one.applied_s)) for one in applied), *span
        ),
        lags,
        arithmetic.rates(usage, *span),
        arithmetic.levels(sizes, *span),
    )


def _ended(commands: Sequence[Command], status: str) -> list[Command]:
    return [one for one in commands if one.status == status and one.ended_s is not None]
