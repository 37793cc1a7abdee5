"""Everything that the API says about a ledger, asked in process by several callers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from functions import wiring
from handlers.domain import commands as c
from handlers.domain.callers import Caller, Role
from handlers.platform import clock
from handlers.platform.errors import Unauthenticated
from handlers.platform.kafka import Position
from handlers.platform.redis import Cache
from tests.integration.ledger.harness import COMMANDS, EVENTS, Ledger
from tests.support.histories import OPERATOR, OWNER
from tests.support.http import Client
from tests.support.memory import Log
from tests.support.settings import settings_with

OTHER: Final = "usr_" + "b" * 32
CALLERS: Final[dict[str, tuple[str, Role]]] = {
    "owner": (OWNER, "customer"),
    "other": (OTHER, "customer"),
    "operator": (OPERATOR, "operator"),
}
NOWHERE: Final = "redis://127.0.0.1:1/0"
#: What says when it was asked.
_MOMENTS: Final = ("at", "to")
MAX_PAGES: Final = 200


class _Sessions:
    """Knows a token for each caller."""

    def caller(self, token: str, *_: Any) -> Caller:
        if token not in CALLERS:
            raise Unauthenticated
        return Caller(*CALLERS[token], 2**60, clock.now_us())


class _LogReader:
    """Reads the log that the test has in memory."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def command_at(self, position: Position) -> c.AnyCommand | None:
        records = self._log.partitions[position.partition]
        if position.offset >= len(records):
            return None
        try:
            return c.decode(records[position.offset].value)
        except c.UndecodableError:
            return None


@contextmanager
def api_over(ledger: Ledger) -> Iterator[None]:
    """Wire the API over a ledger, with nothing remembered."""
    wiring.reset()
    wiring.settings.replace(
        settings_with(
            commands_topic=COMMANDS,
            events_topic=EVENTS,
            partitions=ledger.partitions,
            log_level="WARNING",
        )
    )
    cache = Cache(NOWHERE)
    stand_ins: list[tuple[wiring.once[Any], Any]] = [
        (wiring.database, ledger.database),
        (wiring.shards, ledger.shards),
        (wiring.cache, cache),
        (wiring.sessions, _Sessions()),
        (wiring.log_reader, _LogReader(ledger.log)),
    ]
    for once, stand_in in stand_ins:
        once.replace(stand_in)
    try:
        yield
    finally:
        cache.close()
        wiring.reset()


class Answer(NamedTuple):
    """An answer without what must differ from one time to the next."""

    status: int
    body: Any


class Reader:
    """Asks for everything.

    Attributes
    ----------
    answers
        The answers by caller and path.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}

    def get(self, who: str, path: str) -> Any:
        answer = Client(who).call("GET", path, headers={"X-Request-Id": "req_test"})
        is_json = "json" in answer.headers["Content-Type"]
        body = _without_moments(json.loads(answer.text)) if is_json else answer.text
        self.answers[who, path] = Answer(answer.status, body)
        return body

    def list(self, who: str, path: str) -> list[dict[str, Any]]:
        """Read a list to its end, in pages of two."""
        rows: list[dict[str, Any]] = []
        start = path + ("&" if "?" in path else "?") + "limit=2"
        page = self.get(who, start)
        for _ in range(MAX_PAGES):
            if "data" not in page:
                return rows
            rows += page["data"]
            if page["next_cursor"] is None:
                assert self.get(who, path)["data"] == rows
                return rows
            page = self.get(who, f"{start}&cursor={page['next_cursor']}")
        raise AssertionError("the list does not end")


def _without_moments(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _MOMENTS}
