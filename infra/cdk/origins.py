"""The origins whose pages may use a stage's API from a browser (CORS)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.platform.bounds import MAX_PORT
from infra.cdk.config import ConfigError

#: What a front end on one's own machine is served from, on whatever port it found.
LOOPBACK: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HTTPS: Final = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})*(?::([1-9]\d{{0,4}}))?", re.ASCII)
_HTTPS_PORT: Final = 443


def check_origins(stage: str, origins: Sequence[str]) -> None:
    """Refuse an origin that no browser would ever send, or that nobody should trust.

    There is no wildcard: a stage knows its own pages.

    Raises
    ------
    ConfigError
        When one is not ``https://host[:port]`` as a browser writes it (in small letters, without
        the default port, a path or a slash at the end), or is there twice.
    """
    for origin in origins:
        found = _HTTPS.fullmatch(origin)
        port = int(found[1] or 0) if found else 0
        if found is None or port == _HTTPS_PORT or port > MAX_PORT:
            raise ConfigError(
                f"stage {stage}: cors_origins: {origin!r} is not an origin as browsers write it, "
                "such as https://app.example.com or https://app.example.com:8443"
            )
    if len(set(origins)) < len(origins):
        raise ConfigError(f"stage {stage}: cors_origins: an origin is there twice")


def gateway_origin(origins: Sequence[str]) -> str | None:
    """Return the ``Access-Control-Allow-Origin`` of API Gateway's own answers, if they have one.

    It can compare no origins: what it sends is a fixed text, or a copy of what was asked. So it is
    the one origin that there is, or any, which for answers without a secret or a cookie says no
    more than a copy would (docs/decisions/0101).
    """
    if not origins:
        return None
    (first, *others) = origins
    return "*" if others or first.endswith(":*") else first
