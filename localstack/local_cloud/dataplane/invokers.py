"""The two ways the gateway runs a function: in its own process, or in strict workers."""

from __future__ import annotations

import json
import time
from typing import Any

import gevent  # type: ignore[import-untyped]

from local_cloud.dataplane.http.frontend import (
    INTEGRATION_TIMEOUT_S,
    FunctionFailedError,
    IntegrationTimeoutError,
    encode_event,
)
from local_cloud.dataplane.pool import StrictPool
from local_cloud.dataplane.runtime import errors
from local_cloud.dataplane.runtime.environment import Identity, context_factory
from local_cloud.dataplane.runtime.loader import Handler


class ConcurrentInvoker:
    """Runs the handler in this process, many invocations at once, each in its own greenlet."""

    def __init__(self, handler: Handler, identity: Identity) -> None:
        self._handler = handler
        self._timeout_s = identity.timeout_s
        self._limit_s = min(float(identity.timeout_s), INTEGRATION_TIMEOUT_S)
        self._make_context = context_factory(identity)

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~local_cloud.dataplane.http.frontend.Invoker`."""
        context = self._make_context(request_id, time.monotonic() + self._timeout_s)
        timer = gevent.Timeout.start_new(self._limit_s)
        try:
            return self._handler(event, context)
        except gevent.Timeout as error:
            if error is not timer:
                raise FunctionFailedError("the function's own timeout escaped it") from error
            print(errors.timed_out(request_id, self._limit_s).decode(), flush=True)
            if self._timeout_s > INTEGRATION_TIMEOUT_S:
                raise IntegrationTimeoutError from error
            raise FunctionFailedError("timeout") from error
        except (Exception, SystemExit) as error:
            errors.report(error, request_id)
            raise FunctionFailedError(type(error).__name__) from error
        finally:
            timer.close()


class StrictInvoker:
    """Runs a function in a pool of strict workers."""

    def __init__(self, pool: StrictPool) -> None:
        self._pool = pool

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~local_cloud.dataplane.http.frontend.Invoker`."""
        begun = time.monotonic()
        outcome = self._pool.invoke(
            encode_event(event), timeout_s=INTEGRATION_TIMEOUT_S, request_id=request_id
        )
        if outcome.failed:
            if time.monotonic() - begun >= INTEGRATION_TIMEOUT_S:
                raise IntegrationTimeoutError
            raise FunctionFailedError(outcome.payload.decode(errors="replace"))
        return json.loads(outcome.payload)
