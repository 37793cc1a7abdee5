"""Webhooks: create them and manage their deliveries."""

from __future__ import annotations

from typing import Final, get_args

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import pages, query
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id, json_response
from handlers.domain import ids
from handlers.reading.cursors import LOWEST_UUID
from handlers.webhooks.deliveries import LAST_SEQUENCE, DeliveryStatus, DeliveryView
from handlers.webhooks.subscriptions import NewWebhookView, WebhookView

resource: Final = Resource("Webhooks")
_body: Final = msgspec.json.Decoder(s.NewWebhook)


@resource.route(
    "POST",
    "/webhooks",
    "Create a webhook",
    body=s.NewWebhook,
    answers={201: NewWebhookView},
)
def create_webhook(request: ApiRequest) -> Response:
    """Send events of your accounts to a URL. The signing secret is shown only once."""
    body = request.decode(_body)
    made = wiring.webhooks().add(request.caller.user_id, body.url, body.events)
    request.log = {"webhook_id": made.webhook_id}
    return json_response(made, 201, {"Location": request.path_to(f"/webhooks/{made.webhook_id}")})


@resource.route(
    "GET",
    "/webhooks",
    "List webhooks",
    answers={200: list[WebhookView]},
    parameters=("limit", "cursor"),
)
def list_webhooks(request: ApiRequest) -> Response:
    """List your webhooks, oldest first. A user has at most 20."""
    (after,) = pages.cursor_of(request, tuple[str], (LOWEST_UUID,))
    limit = pages.limit_of(request)
    # There are few enough to read them all. Their ids sort by creation time.
    found = sorted(wiring.webhooks().of_user(request.caller.user_id), key=_id)
    rest = [webhook for webhook in found if _id(webhook) > after]
    cursor = (_id(rest[limit - 1]),) if len(rest) > limit else None
    return pages.page_response(request, rest[:limit], cursor)


def _id(webhook: WebhookView) -> str:
    return ids.digits(webhook.webhook_id)


@resource.route("GET", "/webhooks/{webhook_id}", "Read a webhook", answers={200: WebhookView})
def get_webhook(request: ApiRequest, webhook_id: str) -> Response:
    """Return a webhook, without its secret."""
    checked_id(webhook_id, ids.WEBHOOK, "webhook")
    return json_response(wiring.webhooks().find(request.caller.user_id, webhook_id))


@resource.route("DELETE", "/webhooks/{webhook_id}", "Delete a webhook", answers={204: None})
def delete_webhook(request: ApiRequest, webhook_id: str) -> Response:
    """Delete a webhook and its pending deliveries."""
    checked_id(webhook_id, ids.WEBHOOK, "webhook")
    wiring.webhooks().remove(request.caller.user_id, webhook_id)
    return Response("", {}, 204)


@resource.route(
    "GET",
    "/webhooks/{webhook_id}/deliveries",
    "List deliveries",
    answers={200: list[DeliveryView]},
    parameters=("limit", "cursor", "delivery_status"),
)
def list_deliveries(request: ApiRequest, webhook_id: str) -> Response:
    """List deliveries, pending and past, newest first, with their errors."""
    checked_id(webhook_id, ids.WEBHOOK, "webhook")
    status = query.choice(request, "status", get_args(DeliveryStatus))
    (before,) = pages.cursor_of(request, tuple[int], (LAST_SEQUENCE,))
    limit = pages.limit_of(request)
    user_id = request.caller.user_id
    wiring.webhooks().find(user_id, webhook_id)
    data, last = wiring.deliveries().page(user_id, webhook_id, status, before, limit)
    return pages.page_response(request, data, None if last is None else (last,))


@resource.route(
    "POST",
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    "Replay a delivery",
    body=s.NewReplay,
    answers={202: DeliveryView},
)
def replay_delivery(request: ApiRequest, webhook_id: str, delivery_id: str) -> Response:
    """Deliver an event again, ahead of its account's pending deliveries."""
    request.decode(_replay)
    checked_id(webhook_id, ids.WEBHOOK, "webhook")
    checked_id(delivery_id, ids.DELIVERY, "delivery")
    user_id = request.caller.user_id
    return json_response(wiring.deliveries().replay(user_id, webhook_id, delivery_id), 202)


_replay: Final = msgspec.json.Decoder(s.NewReplay)
