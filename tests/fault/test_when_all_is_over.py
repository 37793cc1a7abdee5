"""After the faults of the tests before this one, nothing fires any more."""

from __future__ import annotations

import pytest

from local_cloud.alerts import firing
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.fault

#: What a function reported counts for a minute, and the sweeper measures each minute.
ENDS_WITHIN_S = 150.0


@pytest.mark.usefixtures("no_old_deliveries")
def test_every_alert_ends_after_its_fault(stack: Stack, prometheus: str) -> None:
    stack.invoke("sweeper")

    # None, if Prometheus does not answer, is not quiet.
    wait_until(lambda: firing(prometheus) == [], "quiet", ENDS_WITHIN_S)
