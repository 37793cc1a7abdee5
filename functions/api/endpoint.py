"""The shared edge of every route: authentication, error handling, logging.

A `Resource` is a blueprint that also keeps what the OpenAPI document says about each route.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from chalice.app import Blueprint, Chalice, Response, RouteEntry

from functions import wiring
from functions.api import query, rate_limits, telemetry
from functions.api.cors import preflight_headers
from functions.api.errors import HttpError, response_of
from functions.api.http import ApiRequest
from functions.api.parameters import query_names
from functions.api.scopes import ROUTES, Scopes, admitted
from functions.api.tracing import answer_traced
from functions.tracing import traced
from handlers.platform.errors import (
    LedgerlaneError,
    LogFenced,
    Overloaded,
    TooManyRequests,
    Unavailable,
)

View = Callable[..., Response]

#: On every response: don't cache it, and don't guess its content type.
SECURITY_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
BODY_METHODS: Final = ("POST", "PUT", "PATCH")
PREFLIGHT_METHOD: Final = "OPTIONS"


@dataclass(frozen=True, slots=True)
class Operation:
    """A route's documentation.

    Attributes
    ----------
    body
        The schema of the request body, if any.
    answers
        The response schema by status; None for no body, and a media type if it is not JSON.
    errors
        The error codes of this route, besides those that every route can return.
    parameters
        Names of query parameters and headers in ``functions.api.parameters``.  Requests with other
        query parameters are refused.
    scopes
        An API key needs one of these (``functions.api.scopes``).
    is_limited
        Whether requests count against the user's rate limit.
    """

    method: str
    path: str
    summary: str
    name: str
    tag: str
    is_public: bool
    body: Any
    answers: Mapping[int, Any]
    errors: tuple[str, ...]
    parameters: tuple[str, ...]
    scopes: Scopes
    is_limited: bool
    description: str = ""


@dataclass(slots=True)
class Resource:
    """The routes of one type of object."""

    tag: str
    blueprint: Blueprint = field(init=False)
    operations: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(__name__)

    def route(
        self,
        method: str,
        path: str,
        summary: str,
        *,
        answers: Mapping[int, Any],
        body: Any = None,
        errors: tuple[str, ...] = (),
        parameters: tuple[str, ...] = (),
        is_public: bool = False,
        is_limited: bool = True,
    ) -> Callable[[View], View]:
        """Register a view, which receives the request and the path's parameters by name.

        Raises
        ------
        KeyError
            If the route is not public and the table of scopes has no row for it.
        """
        scopes = () if is_public else ROUTES[method, path]

        def register(view: View) -> View:
            self.operations.append(
                Operation(
                    method,
                    path,
                    summary,
                    view.__name__,
                    self.tag,
                    is_public,
                    body,
                    answers,
                    errors,
                    parameters,
                    scopes,
                    is_limited,
                    (view.__doc__ or "").strip(),
                )
            )
            self.blueprint.route(path, methods=[method])(
                _edge(view, self.operations[-1], query_names(parameters))
            )
            return view

        return register


def _edge(view: View, operation: Operation, known: frozenset[str]) -> View:
    is_public, is_limited, scopes = operation.is_public, operation.is_limited, operation.scopes

    def edge(request: ApiRequest, **path: str) -> Response:
        try:
            if not is_public:
                if is_limited:
                    request.authenticate(partial(rate_limits.counted_failure, request))
                    rate_limits.count_request(request)
                else:
                    request.authenticate(nullcontext)
                request.caller_or_none = admitted(request.caller, scopes)
            query.check(request, known)
            return view(request, **path)
        except LedgerlaneError as error:
            if isinstance(error, Overloaded):
                telemetry.count("Overloaded")
            elif isinstance(error, Unavailable):
                telemetry.count("Unavailable")
                if not isinstance(error, LogFenced):
                    telemetry.count_failure()
            elif isinstance(error, TooManyRequests):
                telemetry.count("TooManyRequests")
            return response_of(error, request.request_id)
        except Exception:
            return _unforeseen(request)

    edge.__name__ = view.__name__
    return edge


def _unforeseen(request: ApiRequest) -> Response:
    """Log an unexpected error and answer without revealing it."""
    route = (request.event.get("requestContext") or {}).get("resourcePath")
    wiring.logger().exception(
        "request failed", extra={"request_id": request.request_id, "route": route}
    )
    telemetry.count_failure()
    failure = HttpError("internal_error", "the request failed; it has been logged")
    return response_of(failure, request.request_id)


class Api(Chalice):
    """The app, with a dispatcher that keeps no state between requests.

    Chalice stores the current request on the app, where concurrent requests overwrite it, and the
    objects it creates for each request cost a third of a deposit (docs/decisions/0018).  Its
    routes, blueprints and responses are used unchanged.
    """

    def install(self, resources: list[Resource]) -> None:
        """Register the resources' routes."""
        for resource in resources:
            self.register_blueprint(resource.blueprint)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Handle a request from API Gateway's Lambda proxy integration.

        Parameters
        ----------
        event
            The request, in payload format version 1.0.

        Returns
        -------
        dict
            The response, as the integration expects it.
        """
        started_s = time.perf_counter()
        request = ApiRequest(event)
        asked = event.get("requestContext") or {}
        method, route = asked.get("httpMethod", ""), asked.get("resourcePath", "")
        traces = wiring.traces()
        if traces is None:
            response = self._answer(request, method, route)
        else:
            response = answer_traced(traces, request, method, route, self._answer)
        response.headers["X-Request-Id"] = request.request_id
        response.headers.update(SECURITY_HEADERS)
        response.headers.update(wiring.cors().answer_headers(request.headers.get("origin")))
        telemetry.tell(
            request, method, route, response.status_code, time.perf_counter() - started_s
        )
        return _proxied(response)

    def _answer(self, request: ApiRequest, method: str, route: str) -> Response:
        try:
            if method == PREFLIGHT_METHOD and _is_preflight(self.routes, request, route):
                return Response("", preflight_headers(self.routes[route]), 204)
            entry = _entry(self.routes, request, method, route)
            named: dict[str, str] = {}
            if entry.view_args:
                path = request.event["pathParameters"]
                named = {name: path[name] for name in entry.view_args}
            with traced("request", route=route, request_id=request.request_id):
                response: Response = entry.view_function(request, **named)
        except HttpError as error:
            return response_of(error, request.request_id)
        except Exception:
            return _unforeseen(request)
        return response


def _is_preflight(
    routes: Mapping[str, Mapping[str, RouteEntry]], request: ApiRequest, route: str
) -> bool:
    """Tell whether this is an allowed preflight request for a route.

    Any other ``OPTIONS`` is a method that no route has.
    """
    return route in routes and wiring.cors().allows_preflight(request.headers)


def _proxied(response: Response) -> dict[str, Any]:
    """Convert a response for the proxy integration.

    Equals `Response.to_dict` for our responses, which are all text with one value per header.
    """
    return {
        "headers": response.headers,
        "multiValueHeaders": {},
        "statusCode": response.status_code,
        "body": response.body,
    }


def _entry(
    routes: Mapping[str, Mapping[str, RouteEntry]], request: ApiRequest, method: str, route: str
) -> RouteEntry:
    """Find a request's route, and check its headers and content type.

    Raises
    ------
    HttpError
        If there is no such route or a check fails.
    """
    methods = routes.get(route)
    if not methods:
        raise HttpError("no_such_route", "there is no such route")
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        raise HttpError("method_not_allowed", f"this route allows {allowed}", {"Allow": allowed})
    request.check_head()
    if method in BODY_METHODS and request.event.get("body"):
        request.check_content()
    return methods[method]
