"""EventBridge's pattern language, as documented for Lambda's event filtering.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
All fields must match, and one entry of a field's array must match. Texts and numbers are compared
by their characters, so 300 is not equal to 300.0, except with ``numeric``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Test = Callable[[Any], bool]

_MAXIMUM_NUMBER = Decimal("5e9")


class Number(str):
    """A JSON number, in its original notation."""

    __slots__ = ()

    # A number is never equal to a string with the same characters.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(("number", str(self)))


class _Absent:
    """The type of a missing value."""


ABSENT = _Absent()


def compile_pattern(pattern: dict[str, Any], ignored: str | None = None) -> Test:
    """Return a function that tests whether an object matches a pattern.

    Parameters
    ----------
    ignored
        A top-level field that always matches.

    Raises
    ------
    ValueError
        If the pattern is invalid, or has an operator that Lambda does not document.
    """
    fields: list[tuple[str, Test]] = []
    ways: list[Test] = []
    for name, wanted in pattern.items():
        if name == ignored:
            continue
        if name == "$or" and isinstance(wanted, list) and _are_objects(wanted):
            ways.append(_any([compile_pattern(branch, ignored) for branch in wanted]))
        elif isinstance(wanted, dict):
            fields.append((name, _nested(compile_pattern(wanted))))
        elif isinstance(wanted, list) and wanted:
            fields.append((name, _any([_leaf(entry) for entry in wanted])))
        else:
            raise ValueError(f"filter pattern: {name!r} must be an object or a non-empty array")
    # A branch of "$or" with only the ignored field matches everything.

    def matches(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        return all(test(value.get(name, ABSENT)) for name, test in fields) and all(
            way(value) for way in ways
        )

    return matches


def _are_objects(branches: list[Any]) -> bool:
    return bool(branches) and all(isinstance(branch, dict) for branch in branches)


def _any(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)


def _nested(test: Test) -> Test:
    """Test an object. In an array, one matching object is enough."""

    def matches(value: Any) -> bool:
        if isinstance(value, list):
            return any(test(entry) for entry in value)
        # A missing field can match "exists": false.
        return test({} if value is ABSENT else value)

    return matches


def _leaf(entry: Any) -> Test:
    """Return the test for an entry of a field's array."""
    if isinstance(entry, dict):
        if len(entry) != 1:
            raise ValueError("filter pattern: an operator must be alone in its object")
        ((name, argument),) = entry.items()
        if name == "exists":
            return _exists(argument)
        return _scalar(_operator(name, argument))
    if isinstance(entry, list):
        raise ValueError("filter pattern: an array can't contain an array")
    return _scalar(lambda value: _same(value, entry))


def _scalar(test: Test) -> Test:
    """Apply a test to a leaf. In an array, one passing entry is enough."""

    def matches(value: Any) -> bool:
        if isinstance(value, list):
            return any(not isinstance(entry, (dict, list)) and test(entry) for entry in value)
        return value is not ABSENT and not isinstance(value, dict) and test(value)

    return matches


def _exists(argument: Any) -> Test:
    if not isinstance(argument, bool):
        raise ValueError("filter pattern: exists must be true or false")

    def is_leaf(value: Any) -> bool:
        if isinstance(value, list):
            return not value or any(not isinstance(entry, dict) for entry in value)
        return value is not ABSENT and not isinstance(value, dict)

    return is_leaf if argument else lambda value: not is_leaf(value)


def _operator(name: str, argument: Any) -> Test:
    if name == "anything-but":
        return _anything_but(argument)
    if name == "numeric":
        return _numeric(argument)
    test = _text_operator(name, argument)
    if test is None:
        raise ValueError(f"filter pattern: {name!r} is not an operator of Lambda's event filtering")
    return test


def _text_operator(name: str, argument: Any) -> Test | None:
    if name not in ("prefix", "suffix", "equals-ignore-case"):
        return None
    if not _is_text(argument):
        raise ValueError(f"filter pattern: {name} must be a string")
    text = str(argument)
    if name == "prefix":
        return lambda value: _is_text(value) and value.startswith(text)
    if name == "suffix":
        return lambda value: _is_text(value) and value.endswith(text)
    return lambda value: _is_text(value) and value.lower() == text.lower()


def _anything_but(argument: Any) -> Test:
    if isinstance(argument, dict) and len(argument) == 1:
        ((name, inner),) = argument.items()
        test = _text_operator(name, inner)
        if test is None:
            raise ValueError(f"filter pattern: anything-but does not support {name!r}")
        return lambda value: not test(value)
    unwanted = argument if isinstance(argument, list) else [argument]
    if not unwanted or any(isinstance(entry, (dict, list)) for entry in unwanted):
        raise ValueError("filter pattern: anything-but must have strings or numbers")
    return lambda value: not any(_same(value, entry) for entry in unwanted)


def _numeric(argument: Any) -> Test:
    compare: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "=": lambda a, b: a == b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
    }
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        raise ValueError("filter pattern: numeric must have one or two operators with a number")
    limits = []
    for sign, number in zip(argument[::2], argument[1::2], strict=True):
        if sign not in compare or not isinstance(number, Number):
            raise ValueError("filter pattern: numeric must have =, <, <=, > or >= with a number")
        if abs(Decimal(number)) > _MAXIMUM_NUMBER:
            raise ValueError("filter pattern: a number must be from -5e9 to 5e9")
        limits.append((compare[sign], Decimal(number)))

    def matches(value: Any) -> bool:
        return isinstance(value, Number) and all(
            test(Decimal(value), limit) for test, limit in limits
        )

    return matches


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Number)


def _same(value: Any, wanted: Any) -> bool:
    """Whether two JSON values are equal and have the same type (true is not 1)."""
    return type(value) is type(wanted) and bool(value == wanted)
