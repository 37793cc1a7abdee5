"""Deliveries: created from events, shown to the webhook's owner, and replayed on request."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from handlers.applying.events import MAX_EVENT_BYTES
from handlers.applying.events import EventType as KnownEventType
from handlers.domain.ids import ACCOUNT, DELIVERY, WEBHOOK, derived, digits
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import NotFound
from handlers.platform.postgres import Database, sql
from handlers.webhooks.patterns import is_wanted

DeliveryStatus = Literal["pending", "delivered", "failed"]
LAST_SEQUENCE: Final = 2**53 - 1


#: Bounded by the size of an index entry; ours are much shorter.
EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[!-~]+\Z")]
EventType = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z_]+\.[a-z_]+\Z")]
#: Empty if the event is about a parked command without an account.
EventAccount = Annotated[str, msgspec.Meta(pattern=r"^(acc_[0-9a-f]{32})?\Z")]


class Head(msgspec.Struct, frozen=True, gc=False):
    """The fields of an event that are needed to deliver it."""

    event_id: EventId
    type: EventType
    account_id: EventAccount


class Notice(NamedTuple):
    """An event: its head, its JSON as it is sent, and the trace that its deliveries belong to."""

    head: Head
    payload: str
    traceparent: str | None = None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery of an event. ``next_attempt_at`` is set while it is pending."""

    delivery_id: str
    webhook_id: str
    event_id: str
    event_type: KnownEventType
    account_id: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: str | None
    last_status: int | None
    last_error: str | None
    created_at: str
    finished_at: str | None


_head: Final = msgspec.json.Decoder(Head)


def notice_of(value: bytes) -> Notice:
    """Decode an event.

    Raises
    ------
    ValueError
        If it is not an event (msgspec's errors are subclasses of this).
    """
    if len(value) > MAX_EVENT_BYTES:
        raise ValueError(f"the event has more than {MAX_EVENT_BYTES} bytes")
    payload = value.decode()
    try:
        return Notice(_head.decode(payload), payload)
    except RecursionError as error:
        raise ValueError(str(error)) from error


class Deliveries:
    """The deliveries in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_any_wanted(self) -> bool:
        """Tell whether there is any webhook. If not, events need not be read."""
        return bool(self._database.read(sql("webhooks/any_webhook"))[0][0])

    def add(self, notices: list[Notice]) -> int:
        """Add a delivery for each event and each webhook that wants it; return how many were added.

        Adding an event again adds nothing: a delivery's id is derived from the webhook and the
        event.
        """
        named = {notice.head.account_id for notice in notices if notice.head.account_id}
        accounts = {digits(account_id) for account_id in named}
        rows = self._database.read(sql("webhooks/subscribers"), {"accounts": list(accounts)})
        subscribers: dict[str, list[tuple[str, list[str]]]] = {}
        for account, webhook, events in rows:
            subscribers.setdefault(ACCOUNT + account.hex, []).append((webhook.hex, events))
        if not subscribers:
            return 0
        wanted = [
            (webhook, notice)
            for notice in notices
            for webhook, events in subscribers.get(notice.head.account_id, ())
            if is_wanted(notice.head.type, events)
        ]
        if not wanted:
            return 0
        added = self._database.write(
            sql("webhooks/insert_deliveries"),
            {
                "delivery_ids": [
                    digits(derived(DELIVERY, webhook, notice.head.event_id))
                    for webhook, notice in wanted
                ],
                "webhook_ids": [webhook for webhook, _ in wanted],
                "account_ids": [digits(notice.head.account_id) for _, notice in wanted],
                "event_ids": [notice.head.event_id for _, notice in wanted],
                "event_types": [notice.head.type for _, notice in wanted],
                "payloads": [notice.payload for _, notice in wanted],
                "traceparents": [notice.traceparent for _, notice in wanted],
            },
        )
        return len(added)

    def page(
        self, user_id: str, webhook_id: str, status: str | None, before: int, limit: int
    ) -> tuple[list[DeliveryView], int | None]:
        """Return a page of a webhook's deliveries, newest first, and where the next page starts."""
        rows = self._read(user_id, webhook_id, None, status, before, limit + 1)
        more = len(rows) > limit
        return [_view(row) for row in rows[:limit]], rows[limit - 1][-1] if more else None

    def find(self, user_id: str, webhook_id: str, delivery_id: str) -> DeliveryView:
        """Return a delivery.

        Raises
        ------
        NotFound
            If it does not exist or belongs to another user.
        """
        rows = self._read(user_id, webhook_id, delivery_id, None, LAST_SEQUENCE, 1)
        if not rows:
            raise NotFound("there is no such delivery")
        return _view(rows[0])

    def replay(self, user_id: str, webhook_id: str, delivery_id: str) -> DeliveryView:
        """Make a delivery pending again, whatever its status.

        Raises
        ------
        NotFound
            If it does not exist or belongs to another user.
        """
        parameters = {
            "user_id": digits(user_id),
            "webhook_id": digits(webhook_id),
            "delivery_id": digits(delivery_id),
        }
        self._database.write(sql("webhooks/replay"), parameters)
        return self.find(user_id, webhook_id, delivery_id)

    def _read(
        self,
        user_id: str,
        webhook_id: str,
        delivery_id: str | None,
        status: str | None,
        before: int,
        rows: int,
    ) -> list[tuple[Any, ...]]:
        return self._database.read(
            sql("webhooks/deliveries"),
            {
                "user_id": digits(user_id),
                "webhook_id": digits(webhook_id),
                "delivery_id": digits(delivery_id) if delivery_id else None,
                "status": status,
                "before": before,
                "rows": rows,
            },
        )


def _view(row: tuple[Any, ...]) -> DeliveryView:
    return DeliveryView(
        delivery_id=DELIVERY + row[0],
        webhook_id=WEBHOOK + row[1],
        event_id=row[2],
        event_type=row[3],
        account_id=ACCOUNT + row[4],
        status=row[5],
        attempts=row[6],
        next_attempt_at=_time(row[7]),
        last_status=row[8],
        last_error=row[9],
        created_at=rfc3339_us(row[10]),
        finished_at=_time(row[11]),
    )


def _time(microseconds: int | None) -> str | None:
    return None if microseconds is None else rfc3339_us(microseconds)
