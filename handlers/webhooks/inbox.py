"""Receives events. An event that can't be decoded or stored is parked, and blocks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import psycopg

from handlers.domain.row_limits import clean
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import REFUSALS, Database, sql
from handlers.webhooks.deliveries import Deliveries, Notice, notice_of

#: The maximum length of a stored error, which may quote a record of any length.
MAX_ERROR_LENGTH: Final = 10_000


class EventRecord(NamedTuple):
    """A record from the events topic, whatever its contents, and the trace it belongs to."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    traceparent: str | None = None


class Taken(NamedTuple):
    """The number of deliveries added, and the parked records with their errors."""

    added: int
    parked: list[tuple[EventRecord, str]]


class Incoming:
    """Stores events as deliveries in the database."""

    def __init__(self, database: Database, deliveries: Deliveries) -> None:
        self._database = database
        self._deliveries = deliveries

    def take(self, records: Sequence[EventRecord]) -> Taken:
        """Add deliveries for events; park, as bytes, records that can't be decoded or stored.

        Raises
        ------
        Unavailable
            If the database can't be reached. The same records can be taken again, which adds
            nothing twice.
        """
        read: list[tuple[EventRecord, Notice]] = []
        parked: list[tuple[EventRecord, str]] = []
        for record in records:
            try:
                notice = notice_of(record.value or b"")
                read.append((record, notice._replace(traceparent=record.traceparent)))
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
        """Add notices; return how many deliveries that made, or the error with them."""
        try:
            return self._deliveries.add(notices) if notices else 0
        except Unavailable:
            raise
        except REFUSALS as error:
            return error
        except psycopg.Error as error:
            # The fault is the database's or its schema's, and would affect every event.
            raise Unavailable("events can't be stored") from error
        except Exception as error:
            return error

    def _park(self, record: EventRecord, reason: str) -> None:
        """Store a record as raw bytes, which can't fail."""
        self._database.write(
            sql("webhooks/park_event"),
            record._asdict() | {"error": clean(reason)[:MAX_ERROR_LENGTH]},
        )


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
