"""Quotas of usage plans, counted in files that all gateways share.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataplane.model import ApiKey, Quota

# Days, weeks (from Monday) and months, in UTC.
_PERIODS = {"DAY": "%Y-%m-%d", "WEEK": "%G-W%V", "MONTH": "%Y-%m"}
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
_MAXIMUM_BYTES = 1024


class Counter:
    """The requests that an API key has left in a usage plan's period.

    Parameters
    ----------
    path
        The counter's file.
    clock
        Returns the time in seconds since 1970.
    """

    def __init__(self, path: Path, quota: Quota, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._quota = quota
        self._clock = clock

    def take(self) -> bool:
        """Count a request; return False instead if the quota is used up."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, 0o600)
        try:
            # Held for one small read and write, so waiting for it takes less than a context switch.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            counted = self._counted(os.pread(descriptor, _MAXIMUM_BYTES, 0))
            if counted["used"] >= self._limit(counted):
                return False
            counted["used"] += 1
            text = json.dumps(counted).encode()
            os.pwrite(descriptor, text, 0)
            os.ftruncate(descriptor, len(text))
            return True
        finally:
            os.close(descriptor)

    def _counted(self, text: bytes) -> dict[str, Any]:
        period = time.strftime(_PERIODS[self._quota.period], time.gmtime(self._clock()))
        try:
            counted: dict[str, Any] = json.loads(text)
        except ValueError:
            counted = {"first": period}
        if counted.get("period") != period:
            counted |= {"period": period, "used": 0}
        return counted

    def _limit(self, counted: dict[str, Any]) -> int:
        is_first = counted["period"] == counted["first"]
        return self._quota.limit - (self._quota.offset if is_first else 0)


def counter_of(key: ApiKey, folder: Path) -> Counter | None:
    """Return the counter of an API key, None if its usage plan has no quota."""
    if key.quota is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    name = ".".join(_UNSAFE.sub("_", part) for part in (key.plan_id, key.key_id))
    return Counter(folder / f"{name}.json", key.quota)
