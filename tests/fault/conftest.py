"""The stack whose parts are killed."""

from __future__ import annotations

import os

import pytest

from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    found = Stack.from_environment()
    if found is None:
        pytest.skip("no stack: `make test` starts one")
    return found


@pytest.fixture(scope="session")
def prometheus() -> str:
    """The address of the stack's Prometheus."""
    url = os.environ.get("LEDGERLANE_PROMETHEUS_URL", "")
    if not url:
        pytest.skip("OBSERVE=0")
    return url
