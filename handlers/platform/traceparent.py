"""The header ``traceparent`` of W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/).

Only contexts that are traced travel: a request that is not traced has no header. A record may be
years old and anybody's, so a header that is not well formed counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

NAME: Final = "traceparent"
#: The length of version 00. A later version may be longer, and starts the same way.
LENGTH: Final = 55

_FORM: Final = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})"
    r"-(?P<span>(?!0{16})[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?",
    re.ASCII | re.DOTALL,
)
_SAMPLED: Final = 1


class Parent(NamedTuple):
    """A position in a trace."""

    trace_id: int
    span_id: int
    is_sampled: bool

    def header(self) -> str:
        """Return the header's value."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{int(self.is_sampled):02x}"


def parse(value: str | None) -> Parent | None:
    """Return the position that a header's value names, or None if it is not well formed."""
    found = _FORM.fullmatch(value) if value else None
    # Version 00 ends after the flags; a later one may add fields after a dash.
    if found is None or (found["version"] == "00" and found["more"] is not None):
        return None
    is_sampled = bool(int(found["flags"], 16) & _SAMPLED)
    return Parent(int(found["trace"], 16), int(found["span"], 16), is_sampled)


def parents_in(kafka_records: Iterable[Mapping[str, Any]]) -> dict[int, Parent]:
    """Return where the traced records of a partition come from, by their offsets.

    Parameters
    ----------
    kafka_records
        Records of Lambda's Kafka event. A header there is an object of its name to the value's
        bytes as signed numbers.
    """
    parents: dict[int, Parent] = {}
    for record in kafka_records:
        headers = record.get("headers")
        if headers and (parent := _parent_among(headers)) is not None and parent.is_sampled:
            parents[record["offset"]] = parent
    return parents


def _parent_among(headers: Iterable[Mapping[str, Any]]) -> Parent | None:
    for header in headers:
        if NAME in header:
            return parse(_text_of(header[NAME]))
    return None


def _text_of(value: Any) -> str | None:
    """Return the text of signed bytes, if they are some and not too many."""
    try:
        return bytes(number & 0xFF for number in value[: 2 * LENGTH]).decode("ascii")
    except (TypeError, ValueError):
        return None
