"""Users and sessions."""

from __future__ import annotations

from typing import Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import rate_limits
from functions.api import schemas as s
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, json_response
from handlers.people.users import User
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import BadCredentials

resource: Final = Resource("People")
_sign_up: Final = msgspec.json.Decoder(s.SignUp)
_sign_in: Final = msgspec.json.Decoder(s.SignIn)


@resource.route(
    "POST",
    "/users",
    "Sign up",
    body=s.SignUp,
    answers={201: s.UserView},
    errors=("email_taken", "too_many_requests"),
    is_public=True,
)
def create_user(request: ApiRequest) -> Response:
    """Create a user, who can then sign in."""
    body = request.decode(_sign_up)
    rate_limits.count_sign_up(request)
    user = wiring.users().sign_up(body.email, body.password, body.name)
    request.log = {"user_id": user.user_id}
    return json_response(_view(user), 201)


@resource.route(
    "POST",
    "/sessions",
    "Sign in",
    body=s.SignIn,
    answers={201: s.SessionView},
    errors=("bad_credentials", "too_many_requests"),
    is_public=True,
)
def create_session(request: ApiRequest) -> Response:
    """Create a token, to be sent as `Authorization: Bearer <token>`."""
    body = request.decode(_sign_in)
    rate_limits.count_sign_in(request, body.email)
    user = wiring.users().with_password(body.email, body.password)
    if user is None:
        raise BadCredentials
    rate_limits.forget_failures(body.email)
    session = wiring.sessions().open(user)
    request.log = {"user_id": user.user_id}
    return json_response(
        s.SessionView(session.token, session.user_id, rfc3339_us(session.expires_at_us)), 201
    )


@resource.route("DELETE", "/sessions/current", "Sign out", answers={204: None}, is_limited=False)
def delete_session(request: ApiRequest) -> Response:
    """End the session of the request's token, which stops working everywhere within a second."""
    wiring.sessions().close(request.token)
    return Response("", {}, 204)


@resource.route("GET", "/users/me", "Who am I", answers={200: s.UserView})
def get_me(request: ApiRequest) -> Response:
    """Return the authenticated user."""
    return json_response(_view(wiring.users().find(request.caller.user_id)))


def _view(user: User) -> s.UserView:
    return s.UserView(
        user.user_id, user.email, user.name, user.role, rfc3339_us(user.created_at_us)
    )
