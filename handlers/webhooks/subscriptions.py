"""Webhooks: create, list and delete them."""

from __future__ import annotations

import msgspec

from handlers.domain.ids import WEBHOOK, digits
from handlers.platform import clock, random_ids
from handlers.platform.bounds import MAX_WEBHOOKS
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import InvalidInput, NotFound
from handlers.platform.postgres import Database, sql
from handlers.webhooks.addresses import RefusedAddressError, target_of
from handlers.webhooks.patterns import PATTERNS, TYPES_ALLOWED
from handlers.webhooks.signatures import new_secret


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook."""

    webhook_id: str
    url: str
    events: list[str]
    created_at: str


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A new webhook. Its signing secret is shown only once."""

    secret: str


class Webhooks:
    """Users' webhooks.

    Parameters
    ----------
    allow_loopback
        Whether they may point to this machine; for development.
    """

    def __init__(self, database: Database, *, allow_loopback: bool) -> None:
        self._database = database
        self._allow_loopback = allow_loopback

    def add(self, user_id: str, url: str, events: list[str]) -> NewWebhookView:
        """Create a webhook.

        Raises
        ------
        InvalidInput
            If there are no such events, the URL is not allowed, or the user has too many webhooks.
        """
        for place, pattern in enumerate(events):
            if pattern not in PATTERNS:
                raise InvalidInput.of(f"events[{place}]", f"must be {TYPES_ALLOWED}")
        try:
            target_of(url, allow_loopback=self._allow_loopback)
        except RefusedAddressError as error:
            raise InvalidInput.of("url", str(error)) from error
        webhook_id, secret, now_us = random_ids.new_id(WEBHOOK), new_secret(), clock.now_us()
        row = {
            "webhook_id": digits(webhook_id),
            "user_id": digits(user_id),
            "url": url,
            "events": events,
            "secret": secret,
            "created_at": clock.from_us(now_us),
            "at_most": MAX_WEBHOOKS,
        }
        with self._database.connection() as connection, connection.transaction():
            connection.execute(sql("people/lock_user"), row)
            made = connection.execute(sql("webhooks/insert_webhook"), row).rowcount
        if not made:
            raise InvalidInput.of("url", f"a user can have at most {MAX_WEBHOOKS} webhooks")
        return NewWebhookView(
            webhook_id=webhook_id,
            url=url,
            events=events,
            created_at=rfc3339_us(now_us),
            secret=secret,
        )

    def of_user(self, user_id: str) -> list[WebhookView]:
        """Return a user's webhooks, oldest first."""
        return self._read(user_id, None)

    def find(self, user_id: str, webhook_id: str) -> WebhookView:
        """Return a webhook.

        Raises
        ------
        NotFound
            If it does not exist or belongs to another user.
        """
        found = self._read(user_id, webhook_id)
        if not found:
            raise NotFound("there is no such webhook")
        return found[0]

    def remove(self, user_id: str, webhook_id: str) -> None:
        """Delete a webhook and its pending deliveries.

        Raises
        ------
        NotFound
            If it does not exist or belongs to another user.
        """
        parameters = {"webhook_id": digits(webhook_id), "user_id": digits(user_id)}
        if not self._database.write(sql("webhooks/delete_webhook"), parameters):
            raise NotFound("there is no such webhook")

    def _read(self, user_id: str, webhook_id: str | None) -> list[WebhookView]:
        rows = self._database.read(
            sql("webhooks/webhooks_of_user"),
            {"user_id": digits(user_id), "webhook_id": digits(webhook_id) if webhook_id else None},
        )
        return [
            WebhookView(
                webhook_id=WEBHOOK + webhook, url=url, events=events, created_at=rfc3339_us(at_us)
            )
            for webhook, url, events, at_us in rows
        ]
