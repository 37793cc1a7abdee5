"""Cross-origin requests: which origins may use the API, and the headers that say so.

Follows https://fetch.spec.whatwg.org/#http-cors-protocol.  ``Access-Control-Allow-Credentials`` is
never sent: a page's script sets the ``Authorization`` header itself, and credentials that a browser
adds, such as cookies, identify nobody here (docs/decisions/0101).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

#: The ending of a configured origin that allows every port of its host.
ANY_PORT: Final = ":*"
#: Headers that a page may send, besides those that are always allowed.
REQUEST_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Prefer",
    "X-Request-Id",
)
#: Headers that a page may read, besides those that are always exposed.
EXPOSED_HEADERS: Final = (
    "Allow",
    "ETag",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
    # API Gateway's name for WWW-Authenticate.
    "x-amzn-Remapped-WWW-Authenticate",
)
#: How long a browser may cache a preflight; Chromium caps it at this.
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
        In the form of a browser's ``Origin`` header. If empty, CORS is off. An origin that ends in
        `ANY_PORT` matches every port.
    """

    def __init__(self, origins: Iterable[str]) -> None:
        listed = tuple(origins)
        self._any_port = frozenset(
            origin.removesuffix(ANY_PORT) for origin in listed if origin.endswith(ANY_PORT)
        )
        # Browsers leave out the default port.
        self._origins = self._any_port.union(
            origin for origin in listed if not origin.endswith(ANY_PORT)
        )
        # Caches must know that the response differs by origin.
        self._to_others = _VARIES if listed else _NOTHING

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages from an origin may use the API."""
        if origin is None:
            return False
        if origin in self._origins:
            return True
        place, _, port = origin.rpartition(":")
        return place in self._any_port and _PORT.fullmatch(port) is not None

    def answer_headers(self, origin: str | None) -> Mapping[str, str]:
        """Return the CORS headers for any response to this origin.

        Parameters
        ----------
        origin
            The request's ``Origin`` header, if any.
        """
        if origin is None or not self.allows(origin):
            return self._to_others
        return {"Access-Control-Allow-Origin": origin, **_ALWAYS}

    def allows_preflight(self, headers: Mapping[str, str]) -> bool:
        """Tell whether an ``OPTIONS`` request is a preflight from an allowed origin.

        Parameters
        ----------
        headers
            The request's headers, with lowercase names.
        """
        return "access-control-request-method" in headers and self.allows(headers.get("origin"))


def preflight_headers(methods: Iterable[str]) -> dict[str, str | list[str]]:
    """Return the headers of a successful preflight for a route with these methods."""
    return {
        "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Max-Age": str(MAX_AGE_S),
    }
