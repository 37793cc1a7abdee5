"""Rate limits, counted in Redis for all processes together.

The count is one number per key: the time at which its bucket would be full again (GCRA, the generic
cell rate algorithm from ATM networks). It is exact and has no window boundaries.  Without Redis
each process counts for itself, so the limit is looser by the number of processes, but never off.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, NamedTuple

from handlers.platform.clock import monotonic_s
from handlers.platform.errors import TooManyRequests
from handlers.platform.redis import Cache

MAX_REMEMBERED: Final = 50_000
#: The fraction of a limit that a process reserves at once for itself.
SHARE: Final = 100


class Limit(NamedTuple):
    """``amount`` within ``window_s`` seconds, in a burst or spread out; 0 for no limit."""

    amount: int
    window_s: int


class Buckets:
    """Buckets in this process, for when Redis is unavailable."""

    def __init__(self, at_most: int = MAX_REMEMBERED) -> None:
        self._full_at_s: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()
        self._at_most = at_most

    def take(self, key: str, limit: Limit, cost: int, now_s: float) -> float:
        """Take from a bucket; return 0, or how long to wait until it has enough, in seconds."""
        cost_s = limit.window_s / limit.amount * cost
        with self._lock:
            full_at_s = max(self._full_at_s.get(key, now_s), now_s)
            # A cost above the bucket's size needs a full bucket, and is paid off afterwards.
            wait_s = full_at_s + min(cost_s, limit.window_s) - now_s - limit.window_s
            if wait_s > 1e-6:
                return wait_s
            self._full_at_s[key] = full_at_s + cost_s
            self._full_at_s.move_to_end(key)
            if len(self._full_at_s) > self._at_most:
                self._full_at_s.popitem(last=False)
        return 0.0

    def forget(self, key: str) -> None:
        """Refill a bucket."""
        with self._lock:
            self._full_at_s.pop(key, None)


class RateLimits:
    """Limits by key."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._buckets = Buckets()
        self._shares: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def take(self, key: str, limit: Limit, cost: int = 1) -> None:
        """Count an action against a limit.

        Parameters
        ----------
        key
            The limit's key. It must not be secret, because anyone who can read Redis sees it.

        Raises
        ------
        TooManyRequests
            If the limit is exceeded.
        """
        wait_s = self._wait_s(key, limit, cost)
        if wait_s:
            raise TooManyRequests(retry_after_s=wait_s)

    def give_back(self, key: str, limit: Limit) -> None:
        """Undo one count."""
        self._wait_s(key, limit, -1)

    def take_share(self, key: str, limit: Limit, cost: int = 1) -> None:
        """Count a frequent action: reserve a share at once and spend it in this process.

        The rest of a share is lost when the process ends, so a limit may apply one hundredth early
        for each process.  A cost above the whole limit is allowed if nothing was counted before,
        and is paid off afterwards.

        Raises
        ------
        TooManyRequests
            If the limit is exceeded.
        """
        if not limit.amount:
            return
        now_s = monotonic_s()
        left, until_s = self._shares.get(key, (0, 0.0))
        if now_s >= until_s:
            left = 0
        if left < cost:
            missing = cost - left
            taken = max(missing, limit.amount // SHARE)
            if self._wait_s(key, limit, taken):
                taken = missing
                self.take(key, limit, missing)
            left += taken
            until_s = now_s + limit.window_s
            if len(self._shares) >= MAX_REMEMBERED:
                self._shares.popitem(last=False)
        self._shares[key] = (left - cost, until_s)

    def forget(self, key: str) -> None:
        """Reset a key's count."""
        self._cache.delete([_key(key)])
        self._buckets.forget(key)

    def _wait_s(self, key: str, limit: Limit, cost: int) -> float:
        if not limit.amount:
            return 0.0
        wait_us = self._cache.take(
            _key(key), limit.window_s * 1_000_000 / limit.amount, limit.window_s, cost
        )
        if wait_us is None:
            return self._buckets.take(key, limit, cost, monotonic_s())
        return wait_us / 1_000_000


def _key(key: str) -> str:
    return "lim:" + key
