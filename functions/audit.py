"""The audit function, which a schedule invokes, and a command that shows its progress.

As a command (``python -m functions.audit``) it audits the database in ``--database-url`` or
``LEDGERLANE_POOLER_URL`` with the further shards in ``--shards`` or ``DATABASE_SHARDS``, or else
the ones in the function's environment. The exit status is 0 if the books are right, 1 if they are
wrong, and 2 if the audit could not run, also because partitions are being moved.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, TextIO

from aws_lambda_powertools.metrics import MetricUnit

from functions import wiring
from functions.settings import SettingsError
from handlers.auditing.auditor import Progress, audit
from handlers.auditing.checks import CHECKS
from handlers.auditing.report import Report
from handlers.auditing.snapshots import PartitionsMoving
from handlers.domain.money import formatted, is_currency
from handlers.platform.bounds import SETTINGS
from handlers.platform.errors import LedgerlaneError
from handlers.platform.setting import SettingError
from handlers.sharding.addresses import shards_at
from handlers.sharding.shards import Shards

SOUND: Final = 0
UNSOUND: Final = 1
UNKNOWN: Final = 2
#: How often to print progress if the output is not a terminal, in seconds.
PROGRESS_INTERVAL_S: Final = 5.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Audit the ledger, log and count what is wrong, and return it."""
    started_s = time.monotonic()
    report = audit(wiring.shards())
    took_s = time.monotonic() - started_s
    metrics = wiring.metrics()
    for name, value in (
        ("AuditFindings", sum(report.wrong.values())),
        ("ImbalancedCurrencies", report.wrong.get("sum_zero", 0)),
        ("BrokenAccounts", report.wrong.get("entries", 0)),
        ("AuditedPostings", report.postings),
        ("WaitingCommands", report.waiting),
    ):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.add_metric(name="AuditTook", unit=MetricUnit.Seconds, value=round(took_s, 3))
    metrics.flush_metrics()
    result = {
        "sound": report.is_sound,
        "accounts": report.accounts,
        "postings": report.postings,
        "transactions": report.transactions,
        "in_transit": dict(report.in_transit),
        "between_shards": dict(report.between_shards),
        "waiting": report.waiting,
        "waiting_accounts": report.waiting_accounts,
        "wrong": dict(report.wrong),
        "findings": [str(finding) for finding in report.findings],
    }
    log = wiring.logger().info if report.is_sound else wiring.logger().error
    log("the ledger was audited", extra=result | {"took_s": round(took_s, 3)})
    return result


class ProgressLine:
    """Shows one line per check, which it updates in place on a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._printed_s = time.monotonic()

    def show(self, progress: Progress) -> None:
        """Show the progress of the audit."""
        is_over = progress.done == progress.total
        if not is_over and not self._is_terminal and not self._is_due():
            return
        number = CHECKS.index(progress.check) + 1
        done = "done" if is_over else f"{100 * progress.done // progress.total:3d} %"
        text = f"[{number}/{len(CHECKS)}] {progress.check.rule}: {done}"
        start, end = ("\r\x1b[K", "\n" if is_over else "") if self._is_terminal else ("", "\n")
        print(start + text, end=end, file=self._out, flush=True)

    def _is_due(self) -> bool:
        now_s = time.monotonic()
        if now_s - self._printed_s < PROGRESS_INTERVAL_S:
            return False
        self._printed_s = now_s
        return True


def describe(report: Report, took_s: float) -> str:
    """Format a report for people."""
    lines = [
        f"{report.accounts:,} accounts, {report.transactions:,} transactions and"
        f" {report.postings:,} postings"
        + (f" on {report.shards} shards" if report.shards > 1 else "")
        + f" in {took_s:.1f} s"
    ]
    for currency, amount in report.in_transit.items():
        between = report.between_shards.get(currency, 0)
        lines.append(
            f"under way: {_shown(amount, currency)}"
            + (f", {_shown(between, currency)} of it between shards" if between else "")
        )
    if report.waiting:
        lines.append(
            f"parked: {report.waiting:,} commands of {report.waiting_accounts:,} accounts"
            " wait for an operator"
        )
    if report.is_sound:
        lines.append("The books are right.")
        return "\n".join(lines)
    lines += [f"  {finding}" for finding in report.findings]
    left_out = sum(report.wrong.values()) - len(report.findings)
    if left_out:
        lines.append(f"  and {left_out:,} more")
    first = report.first_wrong_account
    lines.append("THE BOOKS ARE WRONG" + (f", first at {first}" if first else ""))
    return "\n".join(lines)


def _shown(amount: int, currency: str) -> str:
    text = formatted(amount, currency) if is_currency(currency) else f"{amount:,}"
    return f"{text} {currency}"


def _shards(url: str | None, given: str | None) -> Shards:
    if not url:
        return wiring.shards()
    setting = SETTINGS["DATABASE_SHARDS"]
    further = setting.read(os.environ) if given is None else setting.parse(given)
    return shards_at(url, further, SETTINGS["COMMANDS_TOPIC"].read(os.environ), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit the ledger, show progress and print the result; return the exit status."""
    parser = argparse.ArgumentParser(prog="audit", description="Prove that the books are right.")
    parser.add_argument(
        "--database-url",
        default=os.environ.get("LEDGERLANE_POOLER_URL"),
        help="the database's URL (default: LEDGERLANE_POOLER_URL, or the function's environment)",
    )
    parser.add_argument(
        "--shards",
        help="with a URL, the further shards' hosts and ports (default: $DATABASE_SHARDS)",
    )
    options = parser.parse_args(arguments)
    started_s = time.monotonic()
    try:
        shards = _shards(options.database_url, options.shards)
        report = audit(shards, ProgressLine(sys.stderr).show)
    except PartitionsMoving as error:
        print(f"audit: {error}", file=sys.stderr)
        return UNKNOWN
    except (SettingError, SettingsError, LedgerlaneError) as error:
        print(f"audit: {error}; is the stack up (make up)?", file=sys.stderr)
        return UNKNOWN
    shards.close()
    print(describe(report, time.monotonic() - started_s))
    return SOUND if report.is_sound else UNSOUND


if __name__ == "__main__":
    sys.exit(main())
