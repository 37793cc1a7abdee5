"""A report as one self-contained HTML page, without scripts, fonts or other files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final

from load.report.charts import COLOURS, heat, legend, lines, stacked
from load.report.figures import Memory, Report, Series
from load.report.text import number

CSS: Final = Path(__file__).with_name("page.css")


def as_page(report: Report) -> str:
    """Return the report as HTML."""
    about = report.about
    title = f"Load: {about['mix']}, {about['profile']}"
    body = "\n".join(
        [
            _head(report),
            _verdict(report),
            f'<div class="tiles">{"".join(_tiles(report))}</div>',
            f'<div class="board">{"".join([*_plots(report), *_tables(report)])}</div>',
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{CSS.read_text()}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


# -- the top -----------------------------------------------------------------------------------


def _head(report: Report) -> str:
    about = report.about
    rate = "the maximum rate" if about["rate"] == "max" else f"{about['rate']} requests/s"
    words = [
        f"{rate} for {about['seconds']} s",
        f"{about['accounts']} accounts of {about['users']} users",
        f"{about['broker']}, {about['partitions']} partitions",
        f"{about['cpus']} CPUs ({about['machine']})",
        f"Python {about['python']}, k6 {about['k6']}",
        about["started_at"],
    ]
    return (
        f"<header><h1>{escape(about['mix'])} · {escape(about['profile'])}</h1>"
        f'<p class="about">{escape(" · ".join(map(str, words)))}</p></header>'
    )


def _verdict(report: Report) -> str:
    verdict = report.verdict
    judged = verdict.judged
    details = [*verdict.examples, *verdict.audit_examples]
    if verdict.holds:
        text = (
            "All checks passed. Nothing is lost, doubled or reordered, and every balance is right."
        )
    elif verdict.is_correct:
        text = "Correct, but thresholds were crossed."
        details += [f"threshold crossed: {rule}" for rule in verdict.crossed]
    else:
        text = "Not correct."
        if not verdict.is_drained:
            details.insert(0, "some accepted commands are not applied")
    items = "".join(f"<li>{escape(detail)}</li>" for detail in details)
    proof = ", ".join(f"{count:,} {name}" for name, count in judged.items())
    return (
        f'<div class="verdict {"good" if verdict.holds else "bad"}">{text}'
        f"{f'<ul>{items}</ul>' if items else ''}"
        f'<p class="note">Checked against the log and a single-threaded model: {escape(proof)}; and'
        " by an audit of the whole ledger.</p></div>"
    )


def _tiles(report: Report) -> Iterator[str]:
    ends, requests, verdict = report.outcomes, report.requests, report.verdict
    yield _tile(number(requests.per_s), "/s", "requests")
    yield _tile(number(ends.accepted_per_s), "/s", f"accepted, {ends.accepted:,} in all")
    yield _tile(number(ends.applied_per_s), "/s", f"applied, {ends.applied:,}, including the drain")
    refused = sum(ends.refused.values())
    yield _tile(number(ends.refused_per_s), "/s", f"refused, {refused:,}")
    errors = sum(requests.errors.values())
    yield _tile(f"{errors:,}", "", "errors", "bad" if errors else "good")
    lasted = ends.accepted_to_applied_ms
    yield _tile(number(lasted.p50), " ms", f"accepted to applied; p95 {number(lasted.p95)} ms")
    yield _tile(number(ends.drain_s, 2), " s", "drain after the last response")
    for sort, word in (
        ("lost", "lost"),
        ("doubled", "doubled"),
        ("reordered", "reordered"),
        ("diverging", "balances or results that differ"),
    ):
        count = verdict.findings[sort]
        yield _tile(f"{count:,}", "", word, "bad" if count else "good")
    wrong = sum(verdict.audit.values())
    yield _tile(f"{wrong:,}", "", "findings of the audit", "bad" if wrong else "good")


def _tile(value: str, unit: str, text: str, mood: str = "") -> str:
    small = f"<small>{escape(unit)}</small>" if unit else ""
    return f'<div class="tile {mood}"><b>{value}{small}</b><span>{escape(text)}</span></div>'


# -- plots -------------------------------------------------------------------------------------


def _plots(report: Report) -> Iterator[str]:
    time = report.timeline
    flow = {
        "requests": time.sent,
        "accepted": time.accepted,
        "applied": time.applied,
        "refused": time.refused,
        "errors": time.errors,
    }
    yield _section(
        "Throughput",
        "Accepted commands that move money, and their outcomes: applied and refused.",
        legend(list(flow)) + lines(flow, "/s"),
    )
    yield _section(
        "Response time",
        "Of all requests, by the second in which they were sent, in milliseconds.",
        legend(list(time.latency_ms)) + lines(time.latency_ms, "ms"),
    )
    yield _section(
        "Accepted to applied",
        "From a command's record in the log until its partition passed it, in milliseconds.",
        legend(list(time.applied_ms)) + lines(time.applied_ms, "ms"),
    )
    most = max((one for values in time.lag.values() for one in values if one), default=0)
    yield _section(
        "Lag of each partition",
        f"Records in the log that are not applied, by second; the maximum is {most:,.0f}.",
        heat(time.lag, "records"),
    )
    cpu = _largest(time.cpu, list(report.cpu_s))
    yield _section(
        "CPU of each part",
        f"Cores in use, of {report.about['cpus']}; k6 and the measuring process share the machine.",
        legend(list(cpu)) + stacked(cpu, "cores"),
    )
    memory = _largest(time.memory, list(report.cpu_s))
    yield _section(
        "Memory of each part",
        "Resident memory not shared with other processes, in MiB.",
        legend(list(memory)) + lines(memory, "MiB"),
    )


def _largest(series: dict[str, Series], order: Sequence[str]) -> dict[str, Series]:
    """Return the first series of an order, one for each colour, and the sum of the rest."""
    names = [name for name in order if name in series]
    found = {name: series[name] for name in names[: COLOURS - 1]}
    rest = [series[name] for name in names[COLOURS - 1 :]]
    if rest:
        found["the rest"] = [sum(one or 0.0 for one in each) for each in zip(*rest, strict=True)]
    return found


def _section(title: str, note: str, inner: str, kind: str = "") -> str:
    return (
        f'<section class="{kind}"><h2>{escape(title)}</h2><p class="note">{escape(note)}</p>'
        f"{inner}</section>"
    )


# -- tables ------------------------------------------------------------------------------------


def _tables(report: Report) -> Iterator[str]:
    rows = []
    for one in report.requests.scenarios:
        times = one.latency_ms
        shown = [number(value, 1) for value in (times.p50, times.p95, times.p99, times.most)]
        rows.append([one.kind, f"{times.count:,}", number(one.per_s, 1), *shown, f"{one.errors:,}"])
    yield _section(
        "Requests",
        f"{report.requests.dropped:,} were due but could not be sent;"
        f" {report.requests.repeated:,} were sent again with their key after the response.",
        _table(["", "count", "/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"], rows),
    )
    yield _section("Outcomes", "", _table(["", "count"], _ends(report)))
    growing = report.growing()
    told = "The run was too short to show whether memory grows."
    if growing is not None:
        told = f"Memory grows: {', '.join(growing)}." if growing else "Memory is flat."
    yield _section(
        "Parts", f"Unshared memory, and its slope after the warm-up. {told}", _parts(report)
    )
    held = [[rule, "held" if ok else "CROSSED"] for rule, ok in report.verdict.thresholds.items()]
    yield _section("Thresholds", "From the k6 script.", _table(["", ""], held))


def _ends(report: Report) -> list[list[str]]:
    ends = report.outcomes
    completed = ends.accepted_to_completed_ms
    return [
        ["accepted", f"{ends.accepted:,}"],
        ["applied", f"{ends.applied:,}"],
        *([f"refused: {reason}", f"{count:,}"] for reason, count in ends.refused.items()),
        ["not ended", f"{ends.unended:,}"],
        ["accounts opened", f"{ends.accounts_opened:,}"],
        *([f"error: {error}", f"{count:,}"] for error, count in report.requests.errors.items()),
        ["accepted to applied, p99", f"{number(ends.accepted_to_applied_ms.p99)} ms"],
        ["transfers to completed, p50", f"{number(completed.p50)} ms"],
        ["transfers to completed, p99", f"{number(completed.p99)} ms"],
        ["balances read again because the cache was behind", f"{report.verdict.stale:,}"],
    ]


def _parts(report: Report) -> str:
    seconds = max(report.outcomes.seconds, 0.001)
    rows = []
    for part, cpu_s in report.cpu_s.items():
        memory = report.memory.get(part, Memory(0.0, 0.0, 0.0))
        rows.append(
            [
                part,
                number(cpu_s, 1),
                number(cpu_s / seconds, 2),
                number(memory.start, 1),
                number(memory.end, 1),
                f"{memory.slope:+.1f}",
            ]
        )
    return _table(["", "CPU s", "cores", "MiB at start", "at end", "per minute"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines_ = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f'<div class="scroll"><table><tr>{top}</tr>{lines_}</table></div>'
