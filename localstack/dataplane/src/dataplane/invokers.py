"""The ways in which the gateway runs a function: in its own process, or in strict workers."""

from __future__ import annotations

import json
import time
from typing import Any, Protocol

import gevent

from dataplane.http.frontend import encode_event
from dataplane.http.gateway_responses import GatewayError
from dataplane.http.invoking import (
    INTEGRATION_TIMEOUT_S,
    FunctionFailedError,
    IntegrationTimeoutError,
    Invoker,
)
from dataplane.keeper import Keeper
from dataplane.metrics.invocations import Invocations
from dataplane.pool import PoolClosedError, StrictPool, ThrottledError
from dataplane.runtime import errors, payload
from dataplane.runtime.environment import Identity, context_factory
from dataplane.runtime.loader import Handler

_DEADLINE_STEP_S = 0.05


def _check_event(event: dict[str, Any]) -> None:
    if payload.exceeds(event, payload.MAXIMUM_REQUEST_BYTES):
        raise _too_large()


def _check_answer(answer: dict[str, Any], request_id: str) -> None:
    if payload.exceeds(answer, payload.MAXIMUM_RESPONSE_BYTES):
        errors.response_too_large(request_id)
        raise FunctionFailedError(payload.RESPONSE_TOO_LARGE)


def _too_large() -> GatewayError:
    reason = f"Request must be smaller than {payload.MAXIMUM_REQUEST_BYTES} bytes for Invoke"
    return GatewayError("REQUEST_TOO_LARGE", reason=f"Execution failed: {reason}")


def _throttled() -> GatewayError:
    """Return what API Gateway makes of a 429 from Lambda: a 500.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#services-apigateway-errors
    """
    return GatewayError(
        "INTEGRATION_FAILURE",
        reason="Lambda invocation failed with status: 429. ReservedFunctionConcurrentInvocation"
        "LimitExceeded: Rate Exceeded.",
    )


class ReportingInvoker(Invoker, Protocol):
    """An invoker that counts its invocations."""

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""


class _TimedOut(BaseException):
    """Thrown into an invocation that exceeds its timeout."""


class _Deadlines:
    """Ends invocations at their timeout, by checking all of them every 50 ms.

    A timer for each invocation would cost it several microseconds.
    """

    def __init__(self) -> None:
        self._running: dict[Any, float] = {}
        self._timer = gevent.get_hub().loop.timer(_DEADLINE_STEP_S, repeat=_DEADLINE_STEP_S)
        self._timer.start(self._look)

    def begin(self, deadline_s: float) -> Any:
        """Watch the current greenlet until :meth:`end`."""
        greenlet = gevent.getcurrent()
        self._running[greenlet] = deadline_s
        return greenlet

    def end(self, greenlet: Any) -> None:
        """Stop watching the current greenlet."""
        self._running.pop(greenlet, None)

    def _look(self) -> None:
        now_s = time.monotonic()
        late = [greenlet for greenlet, limit_s in self._running.items() if limit_s <= now_s]
        for greenlet in late:
            # Ending one greenlet can end others, so look up each one again. This runs in the event
            # loop, so no other greenlet can run between the lookup and the throw.
            if self._running.pop(greenlet, None) is not None:
                greenlet.throw(_TimedOut)


class ConcurrentInvoker:
    """Runs the handler in this process, with each invocation in its own greenlet."""

    def __init__(self, handler: Handler, identity: Identity) -> None:
        self._handler = handler
        self._timeout_s = float(identity.timeout_s)
        self._limit_s = min(self._timeout_s, INTEGRATION_TIMEOUT_S)
        self._make_context = context_factory(identity)
        self._deadlines = _Deadlines()
        self._counts = Invocations()

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~dataplane.http.invoking.Invoker`."""
        body = event.get("body")
        if body is not None and len(body) > payload.WORTH_MEASURING:
            _check_event(event)
        now_s = time.monotonic()
        context = self._make_context(request_id, now_s + self._timeout_s)
        watched = self._deadlines.begin(now_s + self._limit_s)
        failed = timed_out = True
        try:
            answer = self._handler(event, context)
            timed_out = False
            body = answer.get("body") if type(answer) is dict else None
            if type(body) is str and len(body) > payload.WORTH_MEASURING:
                _check_answer(answer, request_id)
            failed = False
            return answer
        except FunctionFailedError:
            raise
        except _TimedOut as error:
            print(errors.timed_out(request_id, self._limit_s).decode(), flush=True)
            if self._timeout_s > INTEGRATION_TIMEOUT_S:
                raise IntegrationTimeoutError from error
            message = errors.timeout_message(request_id, self._limit_s)
            raise FunctionFailedError(message) from error
        except (Exception, SystemExit, gevent.Timeout) as error:
            timed_out = False
            errors.report(error, request_id)
            raise FunctionFailedError(str(error)) from error
        finally:
            self._deadlines.end(watched)
            took_s = time.monotonic() - now_s
            self._counts.add(took_s, failed=failed, timed_out=timed_out)

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""
        return self._counts.describe()


class KeepingInvoker:
    """Keeps the invocations of another invoker on disk.

    An event is encoded before its invocation, because a handler can change it.
    """

    def __init__(self, inner: ReportingInvoker, function: str, keeper: Keeper) -> None:
        self._inner = inner
        self._function = function
        self._keeper = keeper

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~dataplane.http.invoking.Invoker`."""
        encoded = encode_event(event)
        try:
            answer = self._inner.invoke(event, request_id)
        except (FunctionFailedError, IntegrationTimeoutError) as error:
            self._keeper.keep(self._function, request_id, encoded, str(error))
            raise
        self._keeper.keep(self._function, request_id, encoded, None)
        return answer

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""
        return self._inner.describe()


class BrokenInvoker:
    """Fails every invocation, for a function whose module can't be loaded, as on AWS."""

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._counts = Invocations()

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Raise an error; see :class:`~dataplane.http.invoking.Invoker`."""
        self._counts.add(0.0, failed=True)
        raise FunctionFailedError(self._reason)

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""
        return self._counts.describe()


class ReservedInvoker:
    """Rejects the invocations of another invoker that are over a reserved concurrency, like Lambda.

    Parameters
    ----------
    concurrency
        The number of invocations that can run at a time; 0 rejects all.
    """

    def __init__(self, inner: ReportingInvoker, concurrency: int) -> None:
        self._inner = inner
        self._concurrency = concurrency
        self._running = 0
        self._throttles = 0

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~dataplane.http.invoking.Invoker`."""
        if self._running >= self._concurrency:
            self._throttles += 1
            raise _throttled()
        self._running += 1
        try:
            return self._inner.invoke(event, request_id)
        finally:
            self._running -= 1

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""
        return self._inner.describe() | {"throttles": self._throttles}


class StrictInvoker:
    """Runs a function in a pool of strict workers."""

    def __init__(self, pool: StrictPool) -> None:
        self._pool = pool
        is_debugged = pool.spec.debug_port is not None
        self._limit_s = float(pool.spec.time_limit_s) if is_debugged else INTEGRATION_TIMEOUT_S

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Run one invocation; see :class:`~dataplane.http.invoking.Invoker`."""
        encoded = encode_event(event)
        if len(encoded) > payload.MAXIMUM_REQUEST_BYTES:
            raise _too_large()
        begun = time.monotonic()
        try:
            outcome = self._pool.invoke(encoded, timeout_s=self._limit_s, request_id=request_id)
        except PoolClosedError as error:
            raise FunctionFailedError("closing") from error
        except ThrottledError as error:
            raise _throttled() from error
        if outcome.failed:
            if time.monotonic() - begun >= self._limit_s:
                raise IntegrationTimeoutError
            raise FunctionFailedError(errors.message_of(outcome.payload))
        return json.loads(outcome.payload)

    def describe(self) -> dict[str, Any]:
        """Return how its invocations went, for the status file."""
        return self._pool.describe()
