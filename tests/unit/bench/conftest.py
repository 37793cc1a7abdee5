"""What the tests of the benchmarks share."""

from typing import Any

import pytest


@pytest.fixture
def about() -> dict[str, Any]:
    """Return the conditions of a report."""
    return {
        "at": "2026-01-01T00:00:00Z",
        "revision": "abc",
        "machine": {"cpu": "CPU", "cores": 2, "memory_mib": 1024, "kernel": "6"},
        "versions": {"postgres": "15"},
        "load_average_before": [0.0, 0.0, 0.0],
        "nice": 0,
    }
