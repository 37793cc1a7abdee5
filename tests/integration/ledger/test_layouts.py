"""The same history has the same outcome wherever the accounts live, and once more from the log."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.auditing.auditor import audit
from tests.integration.ledger.harness import Ledger
from tests.integration.ledger.layouts import LedgerPlayer
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.support.histories import History
from tests.support.playing import Outcomes, assert_same

pytestmark = pytest.mark.integration

LENGTH = 24


def played(
    url: str, seed: int, partitions: int, grows_to: int | None = None, other_url: str | None = None
) -> Outcomes:
    empty(url)
    ledger = Ledger(url, partitions)
    try:
        outcomes = LedgerPlayer(ledger, LENGTH, grows_to).play(History(seed, LENGTH))
        assert audit(ledger.shards).findings == ()
        if other_url is not None:
            counts = [partitions, grows_to] if grows_to else [partitions]
            assert difference_when_rebuilt(ledger, other_url, counts) is None
        return outcomes
    finally:
        ledger.close()


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=settings().max_examples // 4,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_where_accounts_live_changes_nothing(database_url: str, other_url: str, seed: int) -> None:
    together = played(database_url, seed, 1)

    assert_same(together, played(database_url, seed, 4), "four partitions")
    assert_same(together, played(database_url, seed, 7), "seven partitions")
    grown = played(database_url, seed, 4, grows_to=7, other_url=other_url)
    assert_same(together, grown, "a growth from four to seven")
