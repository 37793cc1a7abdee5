"""Webhook requests, which we send to clients, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from functions.api.examples import answer_example
from functions.api.http import JSON
from handlers.applying.events import Event
from handlers.platform.traceparent import NAME as TRACE
from handlers.webhooks.signatures import HEADER

#: The schema of the request body.
SCHEMA: Final = Event

_HEADERS: Final = {
    HEADER: (
        '`t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" with the webhook\'s secret, '
        "in hexadecimal>`.",
        "t=1795340000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
    ),
    "Ledgerlane-Event-Id": (
        "The event's id. Use it to detect duplicates.",
        "evt_019aab54d2f07c3e8f6a1b2c3d4e5f60-1-completed",
    ),
    "Ledgerlane-Delivery-Id": (
        "The delivery's id, the same for every attempt.",
        "dlv_019aab54d2f07c3e8f6a1b2c3d4e5f60",
    ),
    "Ledgerlane-Webhook-Id": (
        "The webhook's id.",
        "whk_019aab54d2f07c3e8f6a1b2c3d4e5f60",
    ),
    TRACE: (
        "The trace that the event belongs to (W3C Trace Context). Present only if the request that "
        "caused it was traced.",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
}
#: Headers that some requests don't have.
_OPTIONAL: Final = frozenset({TRACE})


def described(reference: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the document's ``webhooks`` (OpenAPI 3.1, section 4.8.1).

    Parameters
    ----------
    reference
        The reference to `SCHEMA` among ``schemas``.
    """
    return {
        "event": {
            "post": {
                "operationId": "receive_event",
                "summary": "Receive an event",
                "description": "Sent to a webhook's URL for each event that the webhook subscribes "
                "to, at least once, in order for each account. `transaction` is what you would "
                "read from the API.",
                "tags": ["Webhooks"],
                "security": [],
                "parameters": [
                    {
                        "name": name,
                        "in": "header",
                        "required": name not in _OPTIONAL,
                        "description": text,
                        "schema": {"type": "string"},
                        "example": example,
                    }
                    for name, (text, example) in _HEADERS.items()
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        JSON: {
                            "schema": reference,
                            "example": answer_example(reference, schemas),
                        }
                    },
                },
                "responses": {
                    "2XX": {
                        "description": "Received. Respond within 5 seconds; the response body is "
                        "ignored."
                    },
                    "default": {
                        "description": "Failed. The event is sent again for about two and a half "
                        "hours. Redirects are not followed."
                    },
                },
            }
        }
    }
