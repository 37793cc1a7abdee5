"""The check that ends a deployment, on the stack that is deployed here."""

from __future__ import annotations

import pytest

from infra.cdk import smoke
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e


def test_a_deployed_stack_passes_the_check_that_ends_a_deployment(stack: Stack) -> None:
    assert smoke.main(["--url", stack.api_url]) == 0
