"""Answer parsed requests: routing, invoking, API Gateway's errors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from dataplane.http import responses
from dataplane.http.gateway_responses import GatewayError, GatewayResponses
from dataplane.http.guards import Guards
from dataplane.http.invoking import FunctionFailedError, IntegrationTimeoutError, Invoker
from dataplane.http.latencies import Latencies
from dataplane.http.media import BinaryMedia
from dataplane.http.protocol import Request
from dataplane.http.proxy_event import EventBuilder, new_request_id
from dataplane.http.routing import Router
from dataplane.http.throttle import Throttle
from dataplane.model import MockResponse, RestApi

# The texts of API Gateway's execution log.
# https://repost.aws/knowledge-center/malformed-502-api-gateway
_MALFORMED = "Execution failed due to configuration error: Malformed Lambda proxy response"
_FUNCTION_ERROR = "Lambda execution failed with status 200 due to customer function error"
_TIMED_OUT = "Execution failed due to a timeout error"
# API Gateway's limit for a log event.
_MAXIMUM_LINE = 1024


class Frontend:
    """Serves one deployed REST API.

    Parameters
    ----------
    invokers
        The invokers by function name.
    processes
        The number of processes that serve the API. They share the stage's throttling limits.
    region
        The API's region.
    note
        Writes a line to the gateway's log.
    quotas
        The folder with the counters of usage plans' quotas.
    """

    def __init__(
        self,
        api: RestApi,
        invokers: Mapping[str, Invoker],
        account_id: str,
        port: int,
        processes: int = 1,
        region: str = "us-east-1",
        note: Callable[[str], None] = lambda line: None,
        quotas: Path = Path("quotas"),
    ) -> None:
        self._latencies = Latencies(api.stage)
        self._stage_path = f"/{api.stage}"
        self._stage_prefix = f"{self._stage_path}/"
        self._router = Router(api)
        self._throttle = Throttle(api, processes)
        self._own = GatewayResponses(api)
        self._binary = BinaryMedia(api.binary_media_types)
        self._builder = EventBuilder(api, account_id, port)
        self._invokers = invokers
        self._guards = Guards(api, invokers, account_id, region, processes, quotas)
        self._guarded = self._guards.routes
        self._note = note

    @property
    def statuses(self) -> Counter[int]:
        """The number of responses by status."""
        return self._latencies.statuses()

    def describe(self) -> list[dict[str, Any]]:
        """Return how long requests took, for the status file."""
        return self._latencies.describe()

    def answer(self, request: Request, source_ip: str, *, keep_alive: bool) -> bytes:
        """Answer one request. There is always a response."""
        request_id = new_request_id()
        begun_s = perf_counter()
        try:
            encoded = self._serve(request, source_ip, request_id, keep_alive)
        except IntegrationTimeoutError:
            self._say(request_id, _TIMED_OUT)
            encoded = self._own.encode("INTEGRATION_TIMEOUT", request, request_id, keep_alive)
        except GatewayError as error:
            if error.reason:
                self._say(request_id, error.reason)
            encoded = self._own.encode(
                error.kind, request, request_id, keep_alive, error.message, error.validation
            )
        except FunctionFailedError as error:
            self._say(request_id, f"{_FUNCTION_ERROR}: {error}. Lambda request id: {request_id}")
            encoded = self._own.encode("DEFAULT_5XX", request, request_id, keep_alive)
        except responses.MalformedResponseError as error:
            self._say(request_id, f"{_MALFORMED}: {error}")
            encoded = self._own.encode("DEFAULT_5XX", request, request_id, keep_alive)
        self._latencies.observe(request.route, encoded[9:12], perf_counter() - begun_s)
        return encoded

    def refuse(self, status: int, reason: str) -> bytes:
        """Answer an invalid request, whose connection is then closed."""
        request_id = new_request_id()
        if status == 413:
            encoded = self._own.encode("REQUEST_TOO_LARGE", None, request_id, keep_alive=False)
        else:
            encoded = responses.problem(status, reason, request_id)
        self._latencies.observe(None, encoded[9:12], 0.0)
        return encoded

    def _say(self, request_id: str, text: str) -> None:
        """Write a text to the gateway's log as one line."""
        line = " ".join(text.split())
        self._note(f"({request_id}) {line[:_MAXIMUM_LINE]}")

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
        if route.refusal is not None:
            return responses.problem(
                501, route.refusal, request_id, keep_alive=keep_alive, head=head
            )
        is_guarded = self._guarded and id(route) in self._guarded
        if route.mock is not None and not is_guarded:
            return _mock(route.mock, request_id, keep_alive=keep_alive, head=head)
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
        if is_guarded:
            self._guards.check(route, event, request_id)
            if route.mock is not None:
                return _mock(route.mock, request_id, keep_alive=keep_alive, head=head)
        invoker = self._invokers.get(route.function or "")
        if invoker is None:
            raise FunctionFailedError(f"{route.function} is not deployed")
        answer = invoker.invoke(event, request_id)
        body = None
        if type(answer) is dict and answer.get("isBase64Encoded"):
            body = self._binary.body_of(answer, request)
        return responses.from_function(
            answer, request_id, keep_alive=keep_alive, head=head, body=body
        )


def _mock(mock: MockResponse, request_id: str, *, keep_alive: bool, head: bool) -> bytes:
    answer = {"statusCode": mock.status, "headers": mock.headers, "body": mock.body}
    return responses.from_function(answer, request_id, keep_alive=keep_alive, head=head)


def _origin_form(target: str) -> str:
    """Return the path of an absolute target, ``http://host/path`` (RFC 9112, 3.2.2)."""
    _, separator, rest = target.partition("://")
    slash = rest.find("/")
    return rest[slash:] if separator and slash >= 0 else ""


def encode_event(event: dict[str, Any]) -> bytes:
    """Encode an event as JSON, for a worker in another process."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
