"""Taking events in: what can't be read or noted is put aside, and holds up nothing behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import psycopg

from handlers.domain.row_limits import clean
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import REFUSALS, Database, sql
from handlers.webhooks.deliveries import Deliveries, Notice, notice_of

#: How much is kept of an error: it may quote a record of any length.
MAX_ERROR_LENGTH: Final = 10_000


class EventRecord(NamedTuple):
    """A record of the topic of events, whatever it has."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class Taken(NamedTuple):
    """How many deliveries were added, and which records were put aside with which error."""

    added: int
    parked: list[tuple[EventRecord, str]]


class Incoming:
    """The way of events into the database."""

    def __init__(self, database: Database, deliveries: Deliveries) -> None:
        self._database = database
        self._deliveries = deliveries

    def take(self, records: Sequence[EventRecord]) -> Taken:
        """Note for whom each event is; put aside, as bytes, what is none or can't be noted.

        Raises
        ------
        Unavailable
            If the database can't be reached; the same records may be taken again, which adds
            nothing twice.
        """
        read: list[tuple[EventRecord, Notice]] = []
        parked: list[tuple[EventRecord, str]] = []
        for record in records:
            try:
                read.append((record, notice_of(record.value or b"")))
            except ValueError as error:
                parked.append((record, _described(error)))
        added = self._try([notice for _, notice in read])
        if isinstance(added, Exception):
            added = 0
            for record, notice in read:
                outcome = self._try([notice])
                if isinstance(outcome, Exception):
                    parked.append((record, _described(outcome)))
                else:
                    added += outcome
        for record, reason in parked:
            self._park(record, reason)
        return Taken(added, parked)

    def _try(self, notices: list[Notice]) -> int | Exception:
        """Add notices; return what is wrong with them, if anything is."""
        try:
            return self._deliveries.add(notices) if notices else 0
        except Unavailable:
            raise
        except REFUSALS as error:
            return error
        except psycopg.Error as error:
            # It is the database's own fault, or its schema's, and would be every event's.
            raise Unavailable("events can't be noted") from error
        except Exception as error:
            return error

    def _park(self, record: EventRecord, reason: str) -> None:
        """Keep a record as the bytes that it is, which nothing can be wrong with."""
        self._database.write(
            sql("webhooks/park_event"),
            record._asdict() | {"error": clean(reason)[:MAX_ERROR_LENGTH]},
        )


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
