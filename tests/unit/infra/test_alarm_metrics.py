"""Somebody emits what each alarm watches, under that name and those dimensions."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from functions import apply, audit, sweeper, webhooks, wiring
from handlers.applying.sweeper import State, Swept
from handlers.applying.writer import Applied
from handlers.auditing.report import Report
from handlers.platform.bounds import METRICS_NAMESPACE
from handlers.webhooks.dispatcher import Sent
from infra.cdk.stages import AWS_STAGES
from infra.signals.documented import DOCUMENTED
from tests.support.cloudwatch import watched_by
from tests.support.reviewed import reviewed
from tests.support.settings import settings_with

#: `tests/unit/api/test_answers.py` has the API's own, which has a dimension more.
OF_RELEASES = "FailedRequests"


class Emitted(NamedTuple):
    """A metric of ours, as CloudWatch has it."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


def alarms() -> list[Any]:
    return [
        pytest.param(resource["Properties"], id=resource["Properties"]["AlarmName"])
        for stage in AWS_STAGES
        for resource in reviewed(f"ledgerlane-{stage}").values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]


def dimensions_of(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in metric["Dimensions"]}


def statistic_of(alarm: Mapping[str, Any], metric: Mapping[str, Any]) -> str:
    if metric is alarm:
        return str(alarm.get("Statistic") or alarm["ExtendedStatistic"])
    (part,) = (p["MetricStat"] for p in alarm["Metrics"] if _metric_in(p) is metric)
    return str(part["Stat"])


def _metric_in(part: Mapping[str, Any]) -> Any:
    return part.get("MetricStat", {}).get("Metric")


@pytest.mark.parametrize("alarm", alarms())
def test_a_metric_of_aws_is_one_that_aws_documents(alarm: dict[str, Any]) -> None:
    for metric in watched_by(alarm):
        if metric["Namespace"] == METRICS_NAMESPACE:
            continue
        found = [
            documented
            for documented in DOCUMENTED
            if documented.namespace == metric["Namespace"]
            and documented.dimensions == dimensions_of(metric).keys()
            and metric["MetricName"] in documented.names
        ]
        assert len(found) == 1, f"no page has {metric}"
        assert found[0].page.startswith("https://docs.aws.amazon.com/")
        assert statistic_of(alarm, metric) in found[0].names[metric["MetricName"]]


def test_no_page_is_cited_for_what_no_alarm_watches() -> None:
    watched = {
        (metric["Namespace"], metric["MetricName"], frozenset(dimensions_of(metric)))
        for alarm in alarms()
        for metric in watched_by(alarm.values[0])
    }
    listed = {
        (documented.namespace, name, documented.dimensions)
        for documented in DOCUMENTED
        for name in documented.names
    }

    assert listed <= watched


@pytest.mark.parametrize("alarm", alarms())
def test_a_metric_of_ours_is_one_that_a_function_prints(
    alarm: dict[str, Any], printed: set[Emitted]
) -> None:
    for metric in watched_by(alarm):
        if metric["Namespace"] == METRICS_NAMESPACE and metric["MetricName"] != OF_RELEASES:
            dimensions = frozenset(dimensions_of(metric).items())
            assert Emitted(metric["Namespace"], metric["MetricName"], dimensions) in printed


def test_functions_are_told_the_names_that_alarms_have_for_them() -> None:
    for stage in AWS_STAGES:
        told = {
            properties["FunctionName"]: properties["Environment"]["Variables"]
            for resource in reviewed(f"ledgerlane-{stage}").values()
            if resource["Type"] == "AWS::Lambda::Function"
            and "FunctionName" in (properties := resource["Properties"])
        }
        for name in ("apply", "sweeper", "audit", "webhooks"):
            variables = told[f"ledgerlane-{stage}-{name}"]
            assert variables["POWERTOOLS_SERVICE_NAME"] == f"ledgerlane-{name}"


class Log:
    """A log that nobody has written to."""

    def committed(self, name: str, group: str) -> dict[int, int]:
        return {}

    def older_than(self, name: str, at_ms: int) -> dict[int, int]:
        return {}


class Anything:
    """Stands for a writer and for deliveries."""

    def apply(self, records: Any) -> Applied:
        return Applied(completed=len(records))

    def is_any_wanted(self) -> bool:
        return False


RECORD = {
    "topic": "ledger.commands",
    "partition": 0,
    "offset": 1,
    "timestamp": 1_700_000_000_000,
    "key": base64.b64encode(b"key").decode(),
    "value": base64.b64encode(b"value").decode(),
}
EVENT = {"records": {"ledger.commands-0": [RECORD]}}
STATE = State(0, 0, 0, 0.0, 0, 0, 0, 0.0, 0)
REPORT = Report(
    accounts=1,
    postings=2,
    transactions=1,
    in_transit={},
    waiting=0,
    waiting_accounts=0,
    findings=(),
)


RUNS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (apply, EVENT),
    (sweeper, {}),
    (audit, {}),
    # With events, and by its schedule.
    (webhooks, EVENT),
    (webhooks, {}),
)


@pytest.fixture(scope="module")
def printed() -> set[Emitted]:
    """Return the metrics that the functions print when they run."""
    found: set[Emitted] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeper, "sweep", lambda *_, **__: Swept(state=STATE))
        patch.setattr(sweeper, "TopicAdmin", lambda *_: Log())
        patch.setattr(webhooks, "send_due", lambda *_, **__: Sent())
        patch.setattr(webhooks, "delete_old", lambda _: None)
        patch.setattr(audit, "audit", lambda _: REPORT)
        for function, event in (
            (apply, EVENT),
            (sweeper, {}),
            (audit, {}),
            (webhooks, EVENT),
            (webhooks, {}),
        ):
            name = function.__name__.rpartition(".")[2]
            patch.setenv("POWERTOOLS_SERVICE_NAME", f"ledgerlane-{name}")
            found |= _printed_by(function, event, patch)
    wiring.reset()
    return found


def _printed_by(function: Any, event: Any, patch: pytest.MonkeyPatch) -> set[Emitted]:
    wiring.reset()
    wiring.settings.replace(settings_with())
    anything: Any = Anything()
    for collaborator in (wiring.writer, wiring.deliveries, wiring.database, wiring.producer):
        collaborator.replace(anything)
    lines: list[str] = []
    patch.setattr("builtins.print", lambda *texts, **_: lines.append(" ".join(map(str, texts))))
    function.handler(event, None)
    return {
        Emitted(
            written["Namespace"],
            metric["Name"],
            frozenset((name, line[name]) for name in names),
        )
        for line in map(json.loads, lines)
        if "_aws" in line
        for written in line["_aws"]["CloudWatchMetrics"]
        for names in written["Dimensions"]
        for metric in written["Metrics"]
    }
