"""The stack whose parts are killed."""

from __future__ import annotations

import os

import psycopg
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


@pytest.fixture
def no_old_deliveries(stack: Stack) -> None:
    """Forget what other tests' receivers, which are gone, did not take: its age is an alert."""
    with psycopg.connect(stack.database_url, connect_timeout=10) as connection:
        connection.execute("delete from ledger.webhook_deliveries where status = 'pending'")
    stack.invoke("sweeper")
