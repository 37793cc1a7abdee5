"""The costs in the docs are those that the configuration and the prices give."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from infra.cdk import costs
from infra.cdk.build_asset import ROOT
from infra.cdk.consumers import ARCHIVING
from infra.cdk.stages import DEV, PROD
from tests.support.cloudwatch import watched_by
from tests.support.reviewed import reviewed


def usd(name: str) -> float:
    return costs.load_prices()[0][name].usd


def test_the_page_has_what_the_script_computes() -> None:
    page = (ROOT / "docs" / "aws.md").read_text()
    written = re.search(
        r"<!-- costs: written by infra/cdk/costs.py -->\n(.*)<!-- end of costs -->", page, re.DOTALL
    )
    assert written is not None
    assert written[1] == costs.report(), "run: python infra/cdk/costs.py"


def test_every_price_says_where_and_of_when_it_is() -> None:
    prices, document = costs.load_prices()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", document["read_on"])
    assert document["region"]
    for price in prices.values():
        source = document["sources"][price.source]
        assert price.usd > 0
        assert source["what"]
        assert source["as_of"]
        assert source["grade"]


def test_counts_are_those_of_production_s_template() -> None:
    template = (ROOT / "tests" / "infra" / "snapshots" / "ledgerlane-prod.yaml").read_text()
    alarms = [
        resource["Properties"]
        for resource in reviewed("ledgerlane-prod").values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    # Expressions are free.
    metrics = [one for alarm in alarms for one in alarm.get("Metrics", [{"MetricStat": alarm}])]
    assert sum("MetricStat" in metric for metric in metrics) == costs.ALARMS
    of_a_shard = [
        metric
        for alarm in alarms
        for metric in watched_by(alarm)
        if metric["Namespace"] == "AWS/RDS" or "-rotate-" in str(metric["Dimensions"])
    ]
    assert len(of_a_shard) == costs.ALARMS_A_SHARD
    assert len(re.findall(r"^ +Priority: \d", template, re.MULTILINE)) == costs.RULES


def test_the_archive_s_window_is_that_of_its_mapping() -> None:
    assert ARCHIVING.window_s == costs.ARCHIVE_WINDOW_S


def test_requests_are_charged_by_tiers() -> None:
    assert costs._tiered(1_000_000, usd) == pytest.approx(3.5)
    assert costs._tiered(1_333e6, usd) == pytest.approx(333 * 3.5 + 667 * 2.8 + 333 * 2.38)


def test_a_standby_doubles_the_database_and_aurora_counts_what_it_uses() -> None:
    one = usd("db.m7g.2xlarge") * costs.HOURS + 500 * usd("rds.gp3")
    assert costs.idle(PROD, usd)["PostgreSQL"] == pytest.approx(2 * one)
    aurora = replace(DEV, database=replace(DEV.database, instance_type=None, minimum_acu=0.5))
    assert costs.idle(aurora, usd)["PostgreSQL"] == pytest.approx(0.5 * usd("aurora.acu") * 730)
    assert "WAF" not in costs.idle(DEV, usd)


def test_each_shard_costs_a_database_and_its_pooler() -> None:
    once = costs.idle(DEV, usd)
    twice = costs.idle(replace(DEV, database=replace(DEV.database, shards=2)), usd)

    for part in ("PostgreSQL", "RDS Proxy"):
        assert twice[part] == pytest.approx(2 * once[part])
    assert twice["alarms"] == pytest.approx(once["alarms"] + costs.ALARMS_A_SHARD * 0.1)


def test_a_small_team_can_afford_a_development_stage() -> None:
    assert sum(costs.idle(DEV, usd).values()) < 150


def test_ten_times_the_load_costs_less_than_ten_times_as_much() -> None:
    small, large = (sum(costs.load(rate, usd).values()) for rate in (1_000, 10_000))
    assert 5 * small < large < 10 * small
