"""The function that an integration's or an authorizer's URI names."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FUNCTION = re.compile(r":function:([A-Za-z0-9_-]+)")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


def function_in(uri: str, variables: Mapping[str, str]) -> str | None:
    """Return the name of the function that a URI invokes, or None where it invokes none.

    Parameters
    ----------
    variables
        The stage's variables, which a URI may name as ``${stageVariables.NAME}``.
    """
    named = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), uri)
    found = _FUNCTION.search(named)
    return found[1] if found else None
