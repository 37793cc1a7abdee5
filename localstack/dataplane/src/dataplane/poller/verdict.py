"""What a function's answer means for its batch.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html: a whole batch is
done, or is retried from its first failed record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def first_failures(
    payload: bytes, sent: Mapping[str, Sequence[int]], partial_responses: bool
) -> dict[str, int]:
    """Return for each ``topic-partition`` the offset to retry from; empty when all is done.

    Parameters
    ----------
    payload
        What the function returned, as JSON. (A function that raised has no answer to read.)
    sent
        The offsets that were in the event, by ``topic-partition``.
    partial_responses
        Whether the mapping has ``ReportBatchItemFailures``; without it every answer is success.
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
            # An identifier that wasn't sent says nothing certain about the rest either.
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
