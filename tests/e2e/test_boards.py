"""Each panel of Grafana's boards has data while the stack is used."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

import pytest

from load.run.published import RunMetrics, published
from load.traffic.outcomes import Outcome
from local_cloud.config import load_instance
from tests.e2e.test_money import money
from tests.support.api import Api
from tests.support.boards import load_boards, metrics_in
from tests.support.prometheus import Prometheus
from tests.support.receiver import Receiver
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e

QUERIES = {
    target["expr"]: f"{name}: {panel['title']}"
    for name, board in load_boards().items()
    for panel in board["panels"]
    for target in panel["targets"]
}
#: What the metrics of parts that do not run here begin with: another broker, and the log's archive.
#: A query about Redpanda is the second half of one about Kafka.
NOT_HERE = ("redpanda_", "ledgerlane_archive")
ANSWERED = Outcome("deposits", 1, 0, None, 5, False, 0.0, 20.0, 202, "", None, "")


@pytest.fixture
def prometheus() -> Iterator[Prometheus]:
    url = os.environ.get("LEDGERLANE_PROMETHEUS_URL", "")
    if not url:
        pytest.skip("OBSERVE=0")
    asked = Prometheus(url)
    yield asked
    asked.close()


@pytest.fixture
def run(stack: Stack) -> Iterator[RunMetrics]:
    """A load run, as far as Prometheus sees it."""
    metrics = RunMetrics("mix", "steady", 200)
    with published(metrics, load_instance({}, state=stack.state).ports.load_metrics):
        yield metrics


def use(person: Api, account_id: str, run: RunMetrics) -> None:
    """Send one more request of each kind that a panel shows."""
    assert person.post("/deposits", money(account_id, 1)).status_code == 202
    assert person.get(f"/accounts/{account_id}").status_code == 200
    run.count([ANSWERED])


def is_of_absent_part(query: str) -> bool:
    """Return whether a query is only about parts that do not run here."""
    metrics = metrics_in(query)
    return bool(metrics) and all(metric.startswith(NOT_HERE) for metric in metrics)


def has_data(prometheus: Prometheus, query: str) -> bool:
    """Return whether a query has a value other than NaN."""
    return not all(map(math.isnan, prometheus.values(query)))


def test_every_panel_has_data_under_load(
    stack: Stack, prometheus: Prometheus, run: RunMetrics
) -> None:
    person = Api(stack.api_url).sign_up("Paula")
    account_id = person.open_account(balance=100)
    with Receiver() as receiver:
        body = {"url": receiver.url + "/hook", "events": ["deposit.*"]}
        webhook_id = person.post("/webhooks", body).json()["webhook_id"]
        stack.invoke("sweeper")
        stack.invoke("audit")
        missing = {query for query in QUERIES if not is_of_absent_part(query)}

        def is_complete() -> bool:
            use(person, account_id, run)
            missing.difference_update([one for one in missing if has_data(prometheus, one)])
            return not missing

        try:
            wait_until(is_complete, "data of every panel", 45)
        except AssertionError as error:
            told = sorted(f"{QUERIES[query]}: {query}" for query in missing)
            raise AssertionError("\n".join(told)) from error
        finally:
            person.request("DELETE", f"/webhooks/{webhook_id}")
            person.close()
    names = prometheus.metrics()
    unknown = {
        metric
        for query in QUERIES
        for metric in metrics_in(query) - names
        if not metric.startswith(NOT_HERE)
    }
    # An alert's series exists only while it fires.
    assert unknown <= {"ALERTS"}
