"""The throttling settings of a stage: a token bucket a method, as API Gateway describes it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from dataplane.model import MethodThrottle, RestApi, Route

_EVERY_METHOD = "*/*"


@dataclass
class _Bucket:
    """Tokens left, and when that was so."""

    rate: float
    burst: float
    tokens: float
    at_s: float

    def take(self, now_s: float) -> bool:
        self.tokens = min(self.burst, self.tokens + (now_s - self.at_s) * self.rate)
        self.at_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Throttle:
    """Decides which requests a stage takes.

    Parameters
    ----------
    processes
        How many processes serve the API: each gets its share.
    """

    def __init__(
        self, api: RestApi, processes: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        limits = {entry.method_key: entry for entry in api.throttles}
        now_s = clock()
        for route in api.routes:
            limit = _limit_of(limits, route)
            if limit is not None:
                burst = limit.burst / processes
                self._buckets[(route.resource_path, route.method)] = _Bucket(
                    limit.rate / processes, burst, burst, now_s
                )

    def takes(self, route: Route) -> bool:
        """Whether a request of this method may pass; one that may uses up a token."""
        if not self._buckets:
            return True
        bucket = self._buckets.get((route.resource_path, route.method))
        return bucket is None or bucket.take(self._clock())


def _limit_of(limits: dict[str, MethodThrottle], route: Route) -> MethodThrottle | None:
    own = f"{route.resource_path.strip('/')}/{route.method}"
    return limits.get(own) or limits.get(_EVERY_METHOD)
