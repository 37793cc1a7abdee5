"""Get the function from the URI of an integration or an authorizer."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FUNCTION = re.compile(r":function:([A-Za-z0-9_-]+)")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


def function_in(uri: str, variables: Mapping[str, str]) -> str | None:
    """Return the name of the function that a URI invokes, None if it does not invoke one.

    Parameters
    ----------
    variables
        The stage's variables, which a URI can contain as ``${stageVariables.NAME}``.
    """
    named = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), uri)
    found = _FUNCTION.search(named)
    return found[1] if found else None
