"""The requests that we make of clients, for the OpenAPI document: events sent to their webhooks."""

from __future__ import annotations

from typing import Any, Final

from functions.api.examples import answer_example
from functions.api.http import JSON
from handlers.applying.events import Event
from handlers.webhooks.signatures import HEADER

#: What such a request has in its body.
SCHEMA: Final = Event

_HEADERS: Final = {
    HEADER: (
        '`t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" by the webhook\'s secret, '
        "in hexadecimal>`.",
        "t=1795340000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
    ),
    "Ledgerlane-Event-Id": (
        "The event's id, to see that you have it already.",
        "evt_019aab54d2f07c3e8f6a1b2c3d4e5f60-1-completed",
    ),
    "Ledgerlane-Delivery-Id": (
        "The delivery, the same at each attempt.",
        "dlv_019aab54d2f07c3e8f6a1b2c3d4e5f60",
    ),
    "Ledgerlane-Webhook-Id": (
        "The webhook that it is sent to.",
        "whk_019aab54d2f07c3e8f6a1b2c3d4e5f60",
    ),
}


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
                "description": "Sent to a webhook's URL for each event that it wants, at least "
                "once; those of one account in order. `transaction` is what you would read of it.",
                "tags": ["Webhooks"],
                "security": [],
                "parameters": [
                    {
                        "name": name,
                        "in": "header",
                        "required": True,
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
                        "description": "You have it. Answer within 5 seconds; the body of your "
                        "answer is not read."
                    },
                    "default": {
                        "description": "You don't; it is sent again, some two and a half hours "
                        "long. A redirect is not followed."
                    },
                },
            }
        }
    }
