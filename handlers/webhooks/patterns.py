"""The patterns that say which events a webhook wants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handlers.domain.kinds import EVENT_TYPES, KINDS

ALL: Final = "*"
#: Every valid pattern.
PATTERNS: Final = (ALL, *(f"{kind}.*" for kind in KINDS), *EVENT_TYPES)
TYPES_ALLOWED: Final = (
    "an event type such as deposit.completed, a kind such as deposit.*, or *; "
    "the OpenAPI document lists them"
)


def is_wanted(event_type: str, patterns: Iterable[str]) -> bool:
    """Tell whether an event type matches any of a webhook's patterns.

    Parameters
    ----------
    event_type
        ``<kind>.<what happened>``.
    patterns
        Each ``*``, ``<kind>.*`` or a type.

    Examples
    --------
    >>> is_wanted("deposit.completed", ["transfer.*", "deposit.completed"])
    True
    """
    kind = event_type.partition(".")[0]
    wanted = (ALL, f"{kind}.*", event_type)
    return any(pattern in wanted for pattern in patterns)
