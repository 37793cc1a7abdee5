"""The answer to a batch of an event source mapping."""

from __future__ import annotations

from typing import Any

from functions import wiring


class BatchFailed(Exception):
    """Records were not applied, and the mapping must deliver the whole batch again."""


def answer(failures: list[dict[str, Any]]) -> dict[str, Any]:
    """Return which records to deliver again.

    Raises
    ------
    BatchFailed
        If some failed and the mapping does not read the answer, as Lambda's on-demand pollers for
        Kafka: it would go on behind them. What is applied already stays as it is.
    """
    if failures and not wiring.settings().reports_failures:
        raise BatchFailed(f"{len(failures)} records must be delivered again")
    return {"batchItemFailures": failures}
