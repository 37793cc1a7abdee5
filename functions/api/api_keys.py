"""API keys: create, list and delete them. These routes require a session."""

from __future__ import annotations

from typing import Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import pages
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, checked_id, json_response
from handlers.domain import ids
from handlers.people.api_keys import ApiKeyView, NewApiKeyView
from handlers.reading.cursors import LOWEST_UUID

resource: Final = Resource("API keys")
_body: Final = msgspec.json.Decoder(s.NewApiKey)


@resource.route(
    "POST", "/api-keys", "Create an API key", body=s.NewApiKey, answers={201: NewApiKeyView}
)
def create_api_key(request: ApiRequest) -> Response:
    """Create a key, to be sent as `Authorization: Bearer <key>`. The key is shown only once.

    A key has at most your rights, narrowed to its scopes. Some scopes are only for operators' keys.
    `operator:act` lets a key use the operator role on routes that customers use too.
    """
    body = request.decode(_body)
    made = wiring.api_keys().add(request.caller, body.name, body.scopes, body.expires_in)
    request.log = {"made_key_id": made.key_id}
    return json_response(made, 201, {"Location": request.path_to(f"/api-keys/{made.key_id}")})


@resource.route(
    "GET",
    "/api-keys",
    "List API keys",
    answers={200: list[ApiKeyView]},
    parameters=("limit", "cursor"),
)
def list_api_keys(request: ApiRequest) -> Response:
    """List your unexpired keys, oldest first. A user has at most 50."""
    (after,) = pages.cursor_of(request, tuple[str], (LOWEST_UUID,))
    limit = pages.limit_of(request)
    # There are few enough to read them all. Their ids sort by creation time.
    found = sorted(wiring.api_keys().of_user(request.caller.user_id), key=_id)
    rest = [key for key in found if _id(key) > after]
    cursor = (_id(rest[limit - 1]),) if len(rest) > limit else None
    return pages.page_response(request, rest[:limit], cursor)


def _id(key: ApiKeyView) -> str:
    return ids.digits(key.key_id)


@resource.route("GET", "/api-keys/{key_id}", "Read an API key", answers={200: ApiKeyView})
def get_api_key(request: ApiRequest, key_id: str) -> Response:
    """Return a key's details, without the key itself."""
    checked_id(key_id, ids.API_KEY, "API key")
    return json_response(wiring.api_keys().find(request.caller.user_id, key_id))


@resource.route("DELETE", "/api-keys/{key_id}", "Delete an API key", answers={204: None})
def delete_api_key(request: ApiRequest, key_id: str) -> Response:
    """Delete a key. It stops working everywhere within a second."""
    checked_id(key_id, ids.API_KEY, "API key")
    wiring.api_keys().remove(request.caller.user_id, key_id)
    request.log = {"deleted_key_id": key_id}
    return Response("", {}, 204)
