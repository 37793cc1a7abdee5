"""Which other origins' pages may use the API, and what a browser is told of it.

https://fetch.spec.whatwg.org/#http-cors-protocol.  There is no
``Access-Control-Allow-Credentials``: a page's script sets the ``Authorization`` header itself, and
nothing that a browser adds by itself says who asks (docs/decisions/0101).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

#: How an origin of the settings ends that stands for the same host with any port.
ANY_PORT: Final = ":*"
#: What a page may send besides what any page may.
REQUEST_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Prefer",
    "X-Request-Id",
)
#: What a page may read of an answer besides what any page may.
EXPOSED_HEADERS: Final = (
    "Allow",
    "ETag",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
#: How long a browser may remember the answer to a preflight; Chromium's own maximum.
MAX_AGE_S: Final = 7200

_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_NOTHING: Final[Mapping[str, str]] = {}
_VARIES: Final[Mapping[str, str]] = {"Vary": "Origin"}
_ALWAYS: Final[Mapping[str, str]] = {
    "Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS),
    **_VARIES,
}


class Cors:
    """Decides which origins' pages may use the API.

    Parameters
    ----------
    origins
        As a browser writes them in ``Origin``; none turns it off. `ANY_PORT` at the end of one
        stands for all ports.
    """

    def __init__(self, origins: Iterable[str]) -> None:
        listed = tuple(origins)
        self._any_port = frozenset(
            origin.removesuffix(ANY_PORT) for origin in listed if origin.endswith(ANY_PORT)
        )
        # A browser leaves the default port out.
        self._origins = self._any_port.union(
            origin for origin in listed if not origin.endswith(ANY_PORT)
        )
        # Whoever keeps an answer has to know that another origin's would differ.
        self._to_others = _VARIES if listed else _NOTHING

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of an origin may use the API."""
        if origin is None:
            return False
        if origin in self._origins:
            return True
        place, _, port = origin.rpartition(":")
        return place in self._any_port and _PORT.fullmatch(port) is not None

    def answer_headers(self, origin: str | None) -> Mapping[str, str]:
        """Return what every answer to a request has, whatever it answers.

        Parameters
        ----------
        origin
            The request's ``Origin``, if it has one.
        """
        if origin is None or not self.allows(origin):
            return self._to_others
        return {"Access-Control-Allow-Origin": origin, **_ALWAYS}

    def allows_preflight(self, headers: Mapping[str, str]) -> bool:
        """Tell whether an ``OPTIONS`` is a browser's question that has an answer.

        Parameters
        ----------
        headers
            The request's, by their names in small letters.
        """
        return "access-control-request-method" in headers and self.allows(headers.get("origin"))


def preflight_headers(methods: Iterable[str]) -> dict[str, str | list[str]]:
    """Return what the answer to a preflight says of a route with these methods."""
    return {
        "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Max-Age": str(MAX_AGE_S),
    }
