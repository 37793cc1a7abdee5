"""The origins whose pages can use a stage's API from a browser (CORS)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.platform.bounds import MAX_PORT
from infra.cdk.config import ConfigError

#: The origins of a front end on the local machine, on any port.
LOOPBACK: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HTTPS: Final = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})*(?::([1-9]\d{{0,4}}))?", re.ASCII)
_HTTPS_PORT: Final = 443


def check_origins(stage: str, origins: Sequence[str]) -> None:
    """Refuse origins that browsers never send or that are not secure.

    There is no wildcard, because a stage knows its pages.

    Raises
    ------
    ConfigError
        If an origin is not ``https://host[:port]`` as browsers write it (lower case, without the
        default port, a path or a trailing slash), or is listed twice.
    """
    for origin in origins:
        found = _HTTPS.fullmatch(origin)
        port = int(found[1] or 0) if found else 0
        if found is None or port == _HTTPS_PORT or port > MAX_PORT:
            raise ConfigError(
                f"stage {stage}: cors_origins: {origin!r} is not an origin as browsers write it, "
                "for example https://app.example.com or https://app.example.com:8443"
            )
    if len(set(origins)) < len(origins):
        raise ConfigError(f"stage {stage}: cors_origins: an origin is listed twice")


def gateway_origin(origins: Sequence[str]) -> str | None:
    """Return the ``Access-Control-Allow-Origin`` of API Gateway's own responses, if any.

    API Gateway can't compare origins: it sends a fixed text or a copy of the request's origin. So
    this is the only origin, or `*` if there are several. For responses without secrets and cookies,
    `*` allows no more than a copy would (docs/decisions/0101).
    """
    if not origins:
        return None
    (first, *others) = origins
    return "*" if others or first.endswith(":*") else first
