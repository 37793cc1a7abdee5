"""The answer to a batch of an event source mapping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from functions import wiring
from handlers.platform.errors import Unavailable


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


def failed(name: str, offsets: Iterable[int]) -> list[dict[str, Any]]:
    """Return what the answer says of a partition's records that must come again."""
    return [{"itemIdentifier": {"partition": name, "offset": offset}} for offset in offsets]


def log_failure(what: str, extra: dict[str, Any], error: Exception) -> None:
    """Log why records must come again, with a traceback if the error is unexpected."""
    extra = {**extra, "error": str(error)}
    if isinstance(error, Unavailable):
        wiring.logger().warning(what, extra=extra)
    else:
        wiring.logger().exception(what, extra=extra)
