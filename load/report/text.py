"""A report as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from load.report.figures import Memory, Report, Spread


def as_text(report: Report) -> str:
    """Return the report as lines of text."""
    return "\n".join(
        [*_requests(report), "", *_outcomes(report), "", *_usage(report), "", *_verdict(report)]
    )


def number(value: float | None, digits: int = 0) -> str:
    """Format a number for people; a dash if it is None."""
    return "-" if value is None else f"{value:,.{digits}f}"


def milliseconds(values: Spread) -> str:
    """Format percentiles."""
    shown = [f"{name} {number(one)}" for name, one in (("p50", values.p50), ("p95", values.p95))]
    return f"{', '.join(shown)}, p99 {number(values.p99)} ms"


def _requests(report: Report) -> Iterator[str]:
    about, requests = report.about, report.requests
    yield (
        f"{about['mix']}, {about['profile']}, {about['rate']} requests/s, {about['seconds']} s;"
        f" {about['broker']}, {about['partitions']} partitions, {about['cpus']} CPUs"
    )
    yield (
        f"{requests.count:,} requests in {number(requests.seconds, 1)} s:"
        f" {number(requests.per_s, 1)} per second; {requests.dropped:,} due but not sent,"
        f" {requests.repeated:,} sent again with their key"
    )
    names = " ".join(
        f"{name:>8}" for name in ("/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors")
    )
    yield f"  {'':12} {names}"
    for one in requests.scenarios:
        times = one.latency_ms
        shown = (times.p50, times.p95, times.p99, times.most)
        cells = " ".join(f"{number(value, 1):>8}" for value in shown)
        yield f"  {one.kind:12} {number(one.per_s, 1):>8} {cells} {one.errors:>8,}"
    for error, count in requests.errors.items():
        yield f"  {count:,} x {error}"


def _outcomes(report: Report) -> Iterator[str]:
    ends = report.outcomes
    refused = sum(ends.refused.values())
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in ends.refused.items())
    yield f"accepted  {ends.accepted:>9,}  {number(ends.accepted_per_s, 1):>8}/s while loaded"
    yield f"applied   {ends.applied:>9,}  {number(ends.applied_per_s, 1):>8}/s, including the drain"
    yield (
        f"refused   {refused:>9,}  {number(ends.refused_per_s, 1):>8}/s"
        f"{f'  ({reasons})' if reasons else ''}"
    )
    if ends.accounts_opened:
        yield f"opened    {ends.accounts_opened:>9,} accounts"
    yield f"accepted to applied: {milliseconds(ends.accepted_to_applied_ms)}"
    if ends.accepted_to_completed_ms.count:
        yield f"transfers to completed: {milliseconds(ends.accepted_to_completed_ms)}"
    yield f"drained {number(ends.drain_s, 2)} s after the last response"


def _usage(report: Report) -> Iterator[str]:
    yield f"  {'':20} {'CPU s':>8} {'cores':>6} {'MiB start':>10} {'end':>7} {'per min':>9}"
    seconds = max(report.outcomes.seconds, 0.001)
    for part, cpu_s in report.cpu_s.items():
        memory = report.memory.get(part, Memory(0.0, 0.0, 0.0))
        yield (
            f"  {part:20} {number(cpu_s, 1):>8} {number(cpu_s / seconds, 2):>6}"
            f" {number(memory.start, 1):>10} {number(memory.end, 1):>7} {memory.slope:>+9.1f}"
        )
    growing = report.growing()
    if growing is not None:
        yield f"memory that grows: {', '.join(growing)}" if growing else "memory is flat"


def _verdict(report: Report) -> Iterator[str]:
    verdict = report.verdict
    found = verdict.findings
    judged = ", ".join(f"{count:,} {name}" for name, count in verdict.judged.items())
    yield f"checked against the log and a single-threaded model: {judged}"
    yield (
        f"lost {found['lost']}, doubled {found['doubled']}, reordered {found['reordered']},"
        f" balances or results that differ {found['diverging']}"
    )
    yield from (f"  {text}" for text in verdict.examples)
    if verdict.stale:
        yield f"read again because the cache was behind (at most 10 s): {verdict.stale} balances"
    wrong = ", ".join(f"{name} {count}" for name, count in verdict.audit.items())
    yield f"audit: {wrong or 'the books are right'}"
    yield from (f"  {text}" for text in verdict.audit_examples)
    if not verdict.is_drained:
        yield "NOT DRAINED: some accepted commands are not applied"
    for rule in verdict.crossed:
        yield f"threshold crossed: {rule}"
    if verdict.holds:
        yield "ALL CHECKS PASSED"
    else:
        yield "CORRECT, BUT TOO SLOW" if verdict.is_correct else "NOT CORRECT"
