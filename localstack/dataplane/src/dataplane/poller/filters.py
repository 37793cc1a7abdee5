"""Filter criteria, by Lambda's rules for Kafka.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html describes what is compared, and
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html how. The value is
compared only if it and its pattern have the same format, plain text or JSON; otherwise, only the
metadata counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dataplane.poller.rules import ABSENT, Number, compile_pattern

_DATA = "value"
_METADATA = ("topic", "partition", "offset", "timestamp", "timestampType")


class RecordFilter:
    """Decides for each record whether the function gets it.

    Parameters
    ----------
    patterns
        The ``Pattern`` texts of a mapping's ``FilterCriteria``, of which one must match.

    Raises
    ------
    ValueError
        If a pattern is invalid, or names a field that Kafka records can't be filtered by.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._filters = [_Filter(pattern) for pattern in patterns]

    def wants(self, metadata: Mapping[str, Any], value: bytes | None) -> bool:
        """Whether a record matches any of the patterns.

        Parameters
        ----------
        metadata
            ``topic``, ``partition``, ``offset``, ``timestamp`` (ms) and ``timestampType``.
        """
        text = _text(value)
        parsed = ABSENT if text is None else _parse(text)
        known: dict[str, Any] = {
            name: Number(str(field)) if isinstance(field, int) else field
            for name, field in metadata.items()
        }
        return any(one.matches(known, text, parsed) for one in self._filters)


class _Filter:
    """A pattern."""

    def __init__(self, pattern: str) -> None:
        try:
            rule = json.loads(pattern, parse_int=Number, parse_float=Number)
        except ValueError as error:
            raise ValueError(f"filter pattern {pattern!r} is not JSON") from error
        if not isinstance(rule, dict):
            raise ValueError(f"filter pattern {pattern!r} is not a JSON object")
        self._wants_json: bool | None = None
        self._look(rule)
        self._matches: Callable[[Any], bool] = compile_pattern(rule)
        self._metadata_only: Callable[[Any], bool] = compile_pattern(rule, ignored=_DATA)

    def matches(self, metadata: dict[str, Any], text: str | None, parsed: Any) -> bool:
        """Whether a record matches."""
        if self._wants_json is None or text is None:
            return self._metadata_only(metadata)
        if self._wants_json:
            return (
                self._metadata_only(metadata)
                if parsed is ABSENT
                else self._matches(metadata | {_DATA: parsed})
            )
        return (
            self._matches(metadata | {_DATA: text})
            if parsed is ABSENT
            else self._metadata_only(metadata)
        )

    def _look(self, rule: dict[str, Any]) -> None:
        """Check the properties that a pattern names, and the format of its value."""
        for name, wanted in rule.items():
            if name == "$or" and isinstance(wanted, list):
                for branch in wanted:
                    if isinstance(branch, dict):
                        self._look(branch)
            elif name == _DATA:
                kind = isinstance(wanted, dict)
                if self._wants_json not in (None, kind):
                    raise ValueError("a filter pattern's value must be text or JSON, not both")
                self._wants_json = kind
            elif name not in _METADATA:
                raise ValueError(
                    f"Kafka records can't be filtered by {name!r}, only by value, "
                    f"{', '.join(_METADATA)}"
                )


def _text(value: bytes | None) -> str | None:
    """Decode a value; return None if it is missing or not UTF-8."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _parse(text: str) -> Any:
    """Parse an object or an array. Everything else is plain text."""
    if text.lstrip()[:1] not in ("{", "["):
        return ABSENT
    try:
        return json.loads(text, parse_int=Number, parse_float=Number)
    except (ValueError, RecursionError):
        return ABSENT
