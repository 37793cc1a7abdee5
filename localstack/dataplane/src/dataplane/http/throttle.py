"""A stage's throttling, with a token bucket per method, as documented for API Gateway.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

from dataplane.model import MethodThrottle, RestApi, Route

_EVERY_METHOD = "*/*"


class Bucket:
    """A token bucket with a rate of requests per second and a burst."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = self._tokens = burst
        self._clock = clock
        self._at_s = clock()

    def take(self) -> bool:
        """Take a token; return whether there was one."""
        now_s = self._clock()
        self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttle:
    """Decides which requests a stage accepts.

    Parameters
    ----------
    processes
        The number of processes that serve the API. Each gets an equal share of the limits.
    """

    def __init__(
        self, api: RestApi, processes: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}
        limits = {entry.method_key: entry for entry in api.throttles}
        for route in api.routes:
            limit = _limit_of(limits, route)
            if limit is not None:
                self._buckets[(route.resource_path, route.method)] = Bucket(
                    limit.rate / processes, limit.burst / processes, clock
                )

    def limits(self, route: Route) -> bool:
        """Whether this method has a limit."""
        return (route.resource_path, route.method) in self._buckets

    def takes(self, route: Route) -> bool:
        """Whether a request of this method is allowed. If so, it takes a token."""
        if not self._buckets:
            return True
        bucket = self._buckets.get((route.resource_path, route.method))
        return bucket is None or bucket.take()


def _limit_of(limits: dict[str, MethodThrottle], route: Route) -> MethodThrottle | None:
    own = f"{route.resource_path.strip('/')}/{route.method}"
    return limits.get(own) or limits.get(_EVERY_METHOD)
