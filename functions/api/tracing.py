"""Traces of requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from functions.api.http import ApiRequest
from handlers.platform.traceparent import NAME

if TYPE_CHECKING:
    from handlers.platform.traces import Traces

Answer = Callable[[ApiRequest, str, str], Response]

#: The lowest status that is the server's own failure.
SERVER_ERROR: Final = 500


def answer_traced(
    traces: Traces, request: ApiRequest, method: str, route: str, answer: Answer
) -> Response:
    """Answer a request, traced if it is among those to trace. The access log names the trace."""
    client = request.headers.get(NAME)
    if not traces.is_traced(client):
        return answer(request, method, route)
    with traces.request(method, route, request.request_id, client) as work:
        response = answer(request, method, route)
        work.answered(response.status_code, failed_from=SERVER_ERROR)
    request.log["trace_id"] = work.trace_id
    traces.flush()
    return response
