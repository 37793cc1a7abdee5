"""What all tests share: how thorough, how long and how many at once."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

# So that a failed comparison in a shared helper says what differed.
for _name in ("comparison", "invariants", "memory", "world"):
    pytest.register_assert_rewrite(f"tests.support.{_name}")

#: What has services, or the whole stack, waits for more than a test by itself.
SERVICES_TIMEOUT_S = 900
TOGETHER = ("tests/e2e/", "tests/integration/dataplane/")
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


class Together(LoadFileScheduling):
    """A file at a time for each worker, but all tests of a folder in `TOGETHER` for one of them.

    Those of the deployed stack share it, and some change what the others see, such as the rate
    limits. Those of the data plane start it on ports that are free when they look.
    """

    def _split_scope(self, nodeid: str) -> str:
        together = (folder for folder in TOGETHER if nodeid.startswith(folder))
        return next(together, None) or super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Have `Together` instead of ``--dist loadfile``, in order: the longest come first."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Together(config, log)


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
