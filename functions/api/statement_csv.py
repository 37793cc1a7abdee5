"""A statement as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io

from handlers.reading.views import StatementView


def statement_csv(statement: StatementView) -> str:
    """Return a statement as CSV: the opening balance, a row per entry, the closing balance."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        [
            "posted_at",
            "version",
            "transaction_id",
            "kind",
            "counterparty_account_id",
            "description",
            "amount",
            "balance_after",
            "currency",
        ]
    )
    ends = [""] * 4
    opening = ["", statement.opening_balance, statement.currency]
    rows.writerow([statement.from_, "", "", "opening_balance", *ends[:2], *opening])
    for entry in statement.entries:
        rows.writerow(
            [
                entry.posted_at,
                entry.version,
                entry.transaction_id,
                entry.kind,
                entry.counterparty_account_id or "",
                _harmless(entry.description or ""),
                entry.amount,
                entry.balance_after,
                statement.currency,
            ]
        )
    closing = ["", statement.closing_balance, statement.currency]
    rows.writerow([statement.to, "", "", "closing_balance", *ends[:2], *closing])
    return text.getvalue()


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a client's text as a formula (OWASP, CSV injection)."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
