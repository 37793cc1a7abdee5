"""Health: which dependencies can be reached."""

from __future__ import annotations

import time
from typing import Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, json_response
from handlers.platform.errors import LogFenced, Unavailable

resource: Final = Resource("Service")
#: How long a result is reused, so that frequent checks cost nothing.
STANDS_S: Final = 1.0
_latest: list[tuple[float, s.Health]] = []


@resource.route("GET", "/health", "Health", answers={200: s.Health, 503: s.Health}, is_public=True)
def get_health(request: ApiRequest) -> Response:
    """Report which dependencies can be reached. Without Redis, the service is slower but correct.

    While the log grows, it accepts no commands and ``checks.log`` is `fenced`.
    """
    now_s = time.monotonic()
    if not _latest or now_s - _latest[0][0] > STANDS_S:
        _latest[:] = [(now_s, _look())]
    health = _latest[0][1]
    return json_response(health, 503 if health.status == "down" else 200)


def _look() -> s.Health:
    kafka = wiring.producer().is_reachable()
    try:
        postgres = bool(wiring.database().read("select 1"))
    except Unavailable:
        postgres = False
    redis = wiring.cache().ping()
    is_fenced = postgres and _is_fenced()
    checks = s.Checks(
        "ok" if kafka else "down",
        "ok" if postgres else "down",
        "ok" if redis else "down",
        "fenced" if is_fenced else msgspec.UNSET,
    )
    if not (kafka and postgres):
        return s.Health("down", checks)
    return s.Health("ok" if redis and not is_fenced else "degraded", checks)


def _is_fenced() -> bool:
    try:
        wiring.partitioning().sending_by()
    except LogFenced:
        return True
    except Unavailable:
        return False  # unknown; ``checks.postgres`` reports that the database is down
    return False
