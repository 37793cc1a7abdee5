"""Interpret a function's response to its batch.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html: a batch is either
done, or retried from its first failed record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def first_failures(
    payload: bytes, sent: Mapping[str, Sequence[int]], partial_responses: bool
) -> dict[str, int]:
    """Return the offset to retry from for each ``topic-partition``; empty if all are done.

    Parameters
    ----------
    payload
        The function's result as JSON. (A function that raised has none.)
    sent
        The offsets in the event, by ``topic-partition``.
    partial_responses
        Whether the mapping has ``ReportBatchItemFailures``. Without it, every result is success.
    """
    if not partial_responses:
        return {}
    whole = {name: offsets[0] for name, offsets in sent.items()}
    try:
        answer = json.loads(payload)
    except ValueError:
        return whole
    if answer is None or answer == {}:
        return {}
    if not isinstance(answer, dict):
        return whole
    failures = answer.get("batchItemFailures")
    if failures is None or failures == []:
        return {}
    if not isinstance(failures, list):
        return whole
    known = {name: frozenset(offsets) for name, offsets in sent.items()}
    first: dict[str, int] = {}
    for failure in failures:
        place = _place(failure)
        if place is None or place[1] not in known.get(place[0], frozenset()):
            # With an identifier that was not sent, the rest of the response is unreliable too.
            return whole
        name, offset = place
        first[name] = min(offset, first.get(name, offset))
    return first


def _place(failure: Any) -> tuple[str, int] | None:
    identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
    if not isinstance(identifier, dict):
        return None
    name, offset = identifier.get("partition"), identifier.get("offset")
    if not isinstance(name, str) or not isinstance(offset, int) or isinstance(offset, bool):
        return None
    return name, offset
