"""The deployed stack, as the tests of it as a whole find it."""

from __future__ import annotations

import pytest

from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    found = Stack.from_environment()
    if found is None:
        pytest.skip("no stack: `make test-localstack` starts one")
    return found
