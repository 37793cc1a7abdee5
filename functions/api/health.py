"""Health: which dependencies can be reached."""

from __future__ import annotations

import time
from typing import Final, Literal

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, json_response
from handlers.platform.errors import LogFenced, Unavailable
from handlers.platform.postgres import Database
from handlers.sharding.shards import HOME

resource: Final = Resource("Service")
#: How long a result is reused, so that frequent checks cost nothing.
STANDS_S: Final = 1.0
_latest: list[tuple[float, s.Health]] = []


@resource.route("GET", "/health", "Health", answers={200: s.Health, 503: s.Health}, is_public=True)
def get_health(request: ApiRequest) -> Response:
    """Report which dependencies can be reached. Without Redis, the service is slower but correct.

    While the log grows, it accepts no commands and ``checks.log`` is `fenced`. If a database is
    down that has a part of the accounts, the others can still be used.
    """
    now_s = time.monotonic()
    if not _latest or now_s - _latest[0][0] > STANDS_S:
        _latest[:] = [(now_s, _look())]
    health = _latest[0][1]
    return json_response(health, 503 if health.status == "down" else 200)


def _look() -> s.Health:
    kafka = wiring.producer().is_reachable()
    shards = {shard.number: _answers(shard.database) for shard in wiring.shards().each}
    postgres = shards[HOME]
    redis = wiring.cache().ping()
    is_fenced = postgres and _is_fenced()
    checks = s.Checks(
        _word(kafka),
        _word(postgres),
        _word(redis),
        "fenced" if is_fenced else msgspec.UNSET,
        {str(number): _word(one) for number, one in shards.items()}
        if len(shards) > 1
        else msgspec.UNSET,
    )
    if not (kafka and postgres):
        return s.Health("down", checks)
    is_whole = redis and not is_fenced and all(shards.values())
    return s.Health("ok" if is_whole else "degraded", checks)


def _answers(database: Database) -> bool:
    try:
        return bool(database.read("select 1"))
    except Unavailable:
        return False


def _word(is_up: bool) -> Literal["ok", "down"]:
    return "ok" if is_up else "down"


def _is_fenced() -> bool:
    try:
        wiring.partitioning().sending_by()
    except LogFenced:
        return True
    except Unavailable:
        return False  # unknown; ``checks.postgres`` reports that the database is down
    return False
