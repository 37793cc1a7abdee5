"""What all tests share: how thorough the property tests are."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# So that a failed comparison in a shared helper says what differed.
for _name in ("comparison", "invariants", "memory", "world"):
    pytest.register_assert_rewrite(f"tests.support.{_name}")

#: What has services, or the whole stack, waits for more than a test by itself.
SERVICES_TIMEOUT_S = 900
_WITH_SERVICES = ("integration", "e2e", "fault")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests to the night, and give tests with services longer."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "nightly":
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow: `make test-nightly` runs it"))
    # Where the command line does not say how long.
    if config.getoption("timeout") is not None:
        return
    for item in items:
        if any(item.get_closest_marker(name) for name in _WITH_SERVICES):
            item.add_marker(pytest.mark.timeout(SERVICES_TIMEOUT_S))


# Deadlines measure the machine, not the code: other work shares its cores.
settings.register_profile(
    "default",
    max_examples=200,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    settings.get_profile("default"),
    max_examples=10_000,
    stateful_step_count=50,
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
