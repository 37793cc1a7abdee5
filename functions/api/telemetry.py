"""Access log and metrics of requests.

Powertools' Logger and Metrics would cost more than the rest of a request together. So this module
writes the log line itself, in the Logger's format, and hands counts to Metrics (which writes
CloudWatch's embedded metric format) at most once a second.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from functools import cache
from typing import Any, Final

import msgspec
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from functions import wiring
from functions.api.http import ApiRequest
from handlers.platform.bounds import FAILED_REQUESTS, SETTINGS
from handlers.platform.clock import now_us, rfc3339_us

FLUSH_INTERVAL_S: Final = 1.0

_encoder: Final = msgspec.json.Encoder()
_lock: Final = threading.Lock()
_counts: Final[Counter[str]] = Counter()
_flushed_at_s = time.monotonic()


def tell(request: ApiRequest, method: str, route: str, status: int, took_s: float) -> None:
    """Log a request and flush metrics. Errors in here never affect the response."""
    try:
        log_request(request, method, route, status, took_s)
        flush_metrics()
    except Exception:
        wiring.logger().exception("could not log a request")


def log_request(request: ApiRequest, method: str, route: str, status: int, took_s: float) -> None:
    """Write the access log line. It has no body, token, key or query."""
    if wiring.settings().log_level not in ("DEBUG", "INFO"):
        return
    line: dict[str, Any] = {
        "level": "INFO",
        "message": "request",
        "timestamp": rfc3339_us(now_us()),
        "service": _service(),
        "method": method,
        "route": route,
        "status": status,
        "took_ms": round(took_s * 1000, 3),
        "request_id": request.request_id,
    }
    if request.caller_or_none is not None:
        line["user_id"] = request.caller_or_none.user_id
        if request.caller_or_none.key_id is not None:
            line["key_id"] = request.caller_or_none.key_id
    line.update(request.log)
    sys.stdout.write(_encoder.encode(line).decode() + "\n")


@cache
def _service() -> str:
    """Return the service's name, cached because reading ``os.environ`` is slow."""
    return str(SETTINGS["POWERTOOLS_SERVICE_NAME"].read(os.environ))


def count(metric: str, by: int = 1) -> None:
    """Add to a metric."""
    _counts[metric] += by


def count_failure() -> None:
    """Write at once that this version of the function failed a request.

    Lambda sees no error in it, so the alarm that rolls back a release watches this metric. It must
    not wait for another request to write it.
    """
    with single_metric(
        name=FAILED_REQUESTS,
        unit=MetricUnit.Count,
        value=1,
        namespace=SETTINGS["POWERTOOLS_METRICS_NAMESPACE"].read(os.environ),
    ) as metric:
        metric.add_dimension("service", _service())
        metric.add_dimension("version", os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))


def flush_metrics() -> None:
    """Hand the counts over, at most once per interval."""
    global _flushed_at_s
    now_s = time.monotonic()
    if now_s - _flushed_at_s < FLUSH_INTERVAL_S or not _counts:
        return
    with _lock:
        _flushed_at_s = now_s
        counted = dict(_counts)
        _counts.clear()
        metrics = wiring.metrics()
        for name, value in counted.items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        metrics.flush_metrics()
