"""From a parsed request to the bytes of its answer: routing, invoking, API Gateway's errors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from time import perf_counter
from typing import Any, Protocol

from dataplane.http import responses
from dataplane.http.gateway_responses import GatewayResponses
from dataplane.http.latencies import Latencies
from dataplane.http.protocol import Request
from dataplane.http.proxy_event import EventBuilder, new_request_id
from dataplane.http.routing import Router
from dataplane.http.throttle import Throttle
from dataplane.model import MockResponse, RestApi

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: the integration
# timeout of a REST API.
INTEGRATION_TIMEOUT_S = 29.0


class FunctionFailedError(Exception):
    """The function raised, crashed, or ran into its own timeout."""


class IntegrationTimeoutError(Exception):
    """The function took longer than the integration may."""


class Invoker(Protocol):
    """Runs one function."""

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Return what the function returned.

        Raises
        ------
        FunctionFailedError
            When it failed.
        IntegrationTimeoutError
            When it took longer than :data:`INTEGRATION_TIMEOUT_S`.
        """


class Frontend:
    """Serves one deployed REST API.

    Parameters
    ----------
    invokers
        By function name.
    processes
        How many processes serve the API together: they share the stage's throttling limits.
    """

    def __init__(
        self,
        api: RestApi,
        invokers: Mapping[str, Invoker],
        account_id: str,
        port: int,
        processes: int = 1,
    ) -> None:
        self.latencies = Latencies()
        self._stage_path = f"/{api.stage}"
        self._stage_prefix = f"{self._stage_path}/"
        self._router = Router(api)
        self._throttle = Throttle(api, processes)
        self._own = GatewayResponses(api)
        self._builder = EventBuilder(api, account_id, port)
        self._invokers = invokers

    @property
    def statuses(self) -> Counter[int]:
        """How many answers of each status there were."""
        return self.latencies.statuses()

    def answer(self, request: Request, source_ip: str, *, keep_alive: bool) -> bytes:
        """Answer one request; whatever happens, there is an answer."""
        request_id = new_request_id()
        begun_s = perf_counter()
        try:
            encoded = self._serve(request, source_ip, request_id, keep_alive)
        except IntegrationTimeoutError:
            encoded = self._own.encode("INTEGRATION_TIMEOUT", request, request_id, keep_alive)
        except (FunctionFailedError, responses.MalformedResponseError):
            encoded = self._own.encode("DEFAULT_5XX", request, request_id, keep_alive)
        self.latencies.observe(request.route, encoded[9:12], perf_counter() - begun_s)
        return encoded

    def refuse(self, status: int, reason: str) -> bytes:
        """Answer what is no request that could be served; its connection closes."""
        request_id = new_request_id()
        if status == 413:
            encoded = self._own.encode("REQUEST_TOO_LARGE", None, request_id, keep_alive=False)
        else:
            encoded = responses.problem(status, reason, request_id)
        self.latencies.observe(None, encoded[9:12], 0.0)
        return encoded

    def _serve(self, request: Request, source_ip: str, request_id: str, keep_alive: bool) -> bytes:
        target = request.url.decode("latin-1")
        if not target.startswith("/"):
            target = _origin_form(target)
        path, _, query = target.partition("?")
        found = None
        if path.startswith(self._stage_prefix):
            path = path[len(self._stage_path) :]
            found = self._router.match(request.method, path)
        elif path == self._stage_path:
            path = "/"
            found = self._router.match(request.method, path)
        if found is None:
            return self._own.encode("MISSING_AUTHENTICATION_TOKEN", request, request_id, keep_alive)
        route, parameters = found
        request.route = route
        if not self._throttle.takes(route):
            return self._own.encode("THROTTLED", request, request_id, keep_alive)
        head = request.method == "HEAD"
        if route.mock is not None:
            return _mock(route.mock, request_id, keep_alive=keep_alive, head=head)
        invoker = self._invokers.get(route.function or "")
        if invoker is None:
            raise FunctionFailedError(f"{route.function} isn't deployed")
        try:
            event = self._builder.build(
                request, route, path, query, parameters, source_ip, request_id
            )
        except ValueError:
            return responses.problem(
                400,
                "a query has at most 1000 fields",
                request_id,
                keep_alive=keep_alive,
                head=head,
            )
        return responses.from_function(
            invoker.invoke(event, request_id), request_id, keep_alive=keep_alive, head=head
        )


def _mock(mock: MockResponse, request_id: str, *, keep_alive: bool, head: bool) -> bytes:
    answer = {"statusCode": mock.status, "headers": mock.headers, "body": mock.body}
    return responses.from_function(answer, request_id, keep_alive=keep_alive, head=head)


def _origin_form(target: str) -> str:
    """Take the path out of an absolute target, ``http://host/path`` (RFC 9112, 3.2.2)."""
    _, separator, rest = target.partition("://")
    slash = rest.find("/")
    return rest[slash:] if separator and slash >= 0 else ""


def encode_event(event: dict[str, Any]) -> bytes:
    """Write an event as JSON, for a worker in another process."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
