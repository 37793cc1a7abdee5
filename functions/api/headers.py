"""Header fields, parsed by their grammars in RFC 9110 and RFC 7240.

We parse ``Prefer`` ourselves because the maintained libraries for structured fields reject values
that RFC 7240 allows, such as ``Wait = 5``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from handlers.reading.waiter import MAX_WAIT_S

#: Headers that take one value. A second line is a mistake or an attack, and proxies may read a
#: different one than we do, so we refuse it (RFC 9110, 5.3). Other headers' lines form a list.
SINGLE: Final = frozenset(
    {"authorization", "content-type", "host", "idempotency-key", "origin", "x-request-id"}
)

# Possessive quantifiers: with backtracking, a crafted header would take seconds.
_SPACE: Final = r"[ \t]*+"
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*+"'
_WORD: Final = rf"(?:{_TOKEN}|{_QUOTED})"
_ELEMENT: Final = re.compile(rf'(?:[^",]|{_QUOTED})*+')
_PREFERENCE: Final = re.compile(
    rf"({_TOKEN})(?:{_SPACE}={_SPACE}({_WORD})?+)?+{_SPACE}(?:;.*)?", re.DOTALL
)
_PARAMETER: Final = re.compile(rf"{_SPACE};{_SPACE}(?:({_TOKEN})=({_WORD}))?+")
_MEDIA_TYPE: Final = re.compile(rf"({_TOKEN}/{_TOKEN})((?:{_PARAMETER.pattern})*+){_SPACE}")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def read_headers(event: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """Return a request's headers by lowercase name.

    Returns
    -------
    The headers, with repeated lines joined, and the name of a repeated header in `SINGLE`, if any.
    The headers don't include repeated ones in `SINGLE`.
    """
    single: dict[str, str] = event.get("headers") or {}
    lines: dict[str, list[str]] = event.get("multiValueHeaders") or {}
    headers = {name.lower(): value for name, value in single.items()}
    if len(headers) == len(single) and sum(map(len, lines.values())) == len(lines):
        return headers, None
    gathered: dict[str, list[str]] = {}
    for name, values in (lines or {name: [value] for name, value in single.items()}).items():
        gathered.setdefault(name.lower(), []).extend(values)
    repeated = [name for name in SINGLE if len(gathered.get(name, ())) > 1]
    for name in repeated:
        del gathered[name]
    return {name: ", ".join(values) for name, values in gathered.items()}, min(
        repeated, default=None
    )


@lru_cache(maxsize=64)
def is_json_in_utf8(content_type: str) -> bool:
    """Tell whether a ``Content-Type`` is JSON, with no charset other than UTF-8."""
    found = _MEDIA_TYPE.fullmatch(content_type.strip(" \t"))
    if found is None or found[1].lower() != "application/json":
        return False
    return all(
        _unquoted(word).lower() == "utf-8"
        for name, word in _PARAMETER.findall(found[2])
        if name.lower() == "charset"
    )


@lru_cache(maxsize=64)
def preferred_wait_s(prefer: str) -> int | None:
    """Return the seconds of ``wait`` in a ``Prefer`` header, at most `MAX_WAIT_S`, or None.

    The first ``wait`` counts, and a malformed one is ignored (RFC 7240, 2).
    """
    for element in _elements(prefer):
        found = _PREFERENCE.fullmatch(element)
        if found is None or found[1].lower() != "wait":
            continue
        digits = _unquoted(found[2] or "")
        if not (digits.isascii() and digits.isdigit()):
            return None
        significant = digits.lstrip("0") or "0"
        # Nine digits are enough to exceed the maximum, so the rest need not be parsed.
        return min(int(significant[:9]), MAX_WAIT_S)
    return None


def _elements(value: str) -> Iterator[str]:
    """Split a list at commas outside quotes, and stop at an unterminated quote."""
    at = 0
    while at <= len(value):
        found = _ELEMENT.match(value, at)
        assert found is not None, "the pattern matches the empty string"
        at = found.end() + 1
        if value[found.end() : at] != '"':
            yield found[0].strip(" \t")
        else:
            return


def _unquoted(word: str) -> str:
    return _ESCAPED.sub(r"\1", word[1:-1]) if word.startswith('"') else word
