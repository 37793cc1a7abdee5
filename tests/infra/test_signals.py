"""The list of signals, and the alerts that are made from it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.signals.catalogue import PANELS, SIGNALS, lines_of, signals_of
from infra.signals.panel import Panel
from infra.signals.rules import FILE, rules
from infra.signals.signal import Signal

ROOT = Path(__file__).parents[2]
ALERTS = [signal for signal in SIGNALS if signal.query]

SWEEPER, APPLY = '{service="ledgerlane-sweeper"}', '{service="ledgerlane-apply"}'
AUDIT, WEBHOOKS = '{service="ledgerlane-audit"}', '{service="ledgerlane-webhooks"}'
PARTITION = '{function="stack-apply",topic="ledger.commands",partition="1"}'
EVENTS = '{function="stack-webhooks",topic="ledger.events",partition="1"}'
ARCHIVE = '{function="stack-archive",topic="ledger.commands",partition="1"}'
FUNCTION = '{function="stack-apply",process="poller"}'
API = '{function="stack-api",process="gateway.0"}'
OK = '{method="GET",resource="/a",status="200",process="gateway.0"}'
BAD = '{method="GET",resource="/a",status="500",process="gateway.0"}'


def bucket(bound: str) -> str:
    labels = 'method="GET",resource="/a",status="200",process="gateway.0"'
    return f'dataplane_http_request_seconds_bucket{{{labels},le="{bound}"}}'


def broker(node: int) -> str:
    return f'up{{job="kafka",instance="127.0.0.1:{node}"}}'


#: For each alert the series that make it fire, and ones that must not: a sample each ten seconds.
SERIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "imbalance": (
        {
            f"ledgerlane_unbalanced_currencies_last{SWEEPER}": "0x120",
            f"ledgerlane_imbalanced_currencies_last{AUDIT}": "0x20 1x100",
        },
        {
            f"ledgerlane_unbalanced_currencies_last{SWEEPER}": "0x120",
            f"ledgerlane_imbalanced_currencies_last{AUDIT}": "0x120",
        },
    ),
    "audit-findings": (
        {f"ledgerlane_audit_findings_last{AUDIT}": "0x20 3x100"},
        {f"ledgerlane_audit_findings_last{AUDIT}": "0x120"},
    ),
    "missing-offsets": (
        {f"ledgerlane_missing_offsets_max{APPLY}": "0x20 7x100"},
        {f"ledgerlane_missing_offsets_max{APPLY}": "0x120"},
    ),
    "parked": (
        {
            f"ledgerlane_parked_commands_last{SWEEPER}": "0x120",
            f"ledgerlane_parked_max{APPLY}": "0x20 1x100",
        },
        {f"ledgerlane_parked_commands_last{SWEEPER}": "0x120"},
    ),
    "parked-events": (
        {f"ledgerlane_parked_event_rows_last{SWEEPER}": "0x20 2x100"},
        {f"ledgerlane_parked_event_rows_last{SWEEPER}": "0x120"},
    ),
    "system-accounts": (
        {f"ledgerlane_system_account_fullness_ratio_last{SWEEPER}": "0.5x20 0.8x100"},
        {f"ledgerlane_system_account_fullness_ratio_last{SWEEPER}": "0.7x120"},
    ),
    "in-transit": (
        {
            f"ledgerlane_in_transit_currencies_last{SWEEPER}": "1x120",
            f"dataplane_partition_lag{PARTITION}": "0x120",
        },
        {
            f"ledgerlane_in_transit_currencies_last{SWEEPER}": "1x120",
            f"dataplane_partition_lag{PARTITION}": "5x120",
        },
    ),
    "lag": (
        {f"dataplane_partition_lag{PARTITION}": "0x20 30000x100"},
        # A burst that is gone within the minute.
        {f"dataplane_partition_lag{PARTITION}": "0x110 30000x3 0x7"},
    ),
    "webhooks-lag": (
        {f"dataplane_partition_lag{EVENTS}": "0x20 30000x100"},
        {f"dataplane_partition_lag{PARTITION}": "0x20 30000x100"},
    ),
    "partition-waits": (
        {f"ledgerlane_waiting_partitions_last{SWEEPER}": "0x20 1x100"},
        {f"ledgerlane_waiting_partitions_last{SWEEPER}": "0x120"},
    ),
    "webhooks-partition-waits": (
        {f"ledgerlane_waiting_event_partitions_last{SWEEPER}": "0x20 2x100"},
        {f"ledgerlane_waiting_event_partitions_last{SWEEPER}": "0x120"},
    ),
    "partition-stuck": (
        {f"dataplane_partition_attempts{PARTITION}": "0x100 3x20"},
        {f"dataplane_partition_attempts{PARTITION}": "1x120"},
    ),
    "oldest-unapplied": (
        {f"ledgerlane_accepted_to_applied_seconds_max{APPLY}": "0.1x20 12x100"},
        {f"ledgerlane_accepted_to_applied_seconds_max{APPLY}": "2x120"},
    ),
    "swept-outbox": (
        {f"ledgerlane_swept_outbox_max{SWEEPER}": "3x120"},
        {f"ledgerlane_swept_outbox_max{SWEEPER}": "0x110 3x10"},
    ),
    "outbox-age": (
        {f"ledgerlane_outbox_age_seconds_last{SWEEPER}": "0x20 60x100"},
        {f"ledgerlane_outbox_age_seconds_last{SWEEPER}": "2x120"},
    ),
    "outbox-refused": (
        {f"ledgerlane_outbox_refused_last{SWEEPER}": "0x20 1x100"},
        {f"ledgerlane_outbox_refused_last{SWEEPER}": "0x120"},
    ),
    "failed-events": (
        {f"dataplane_partition_given_up_total{PARTITION}": "0x100 4x20"},
        {f"dataplane_partition_given_up_total{PARTITION}": "4x120"},
    ),
    "webhooks-failed-events": (
        {f"dataplane_partition_given_up_total{EVENTS}": "0x100 4x20"},
        {f"dataplane_partition_given_up_total{PARTITION}": "0x100 4x20"},
    ),
    "delivery-age": (
        {f"ledgerlane_delivery_age_seconds_last{SWEEPER}": "0x20 900x100"},
        {f"ledgerlane_delivery_age_seconds_last{SWEEPER}": "30x120"},
    ),
    "webhooks-given-up": (
        {f"ledgerlane_webhooks_given_up_total{WEBHOOKS}": "0+2x120"},
        {f"ledgerlane_webhooks_given_up_total{WEBHOOKS}": "500x120"},
    ),
    "archive-lag": (
        {f"dataplane_partition_lag{ARCHIVE}": "0x20 30000x100"},
        {
            f"dataplane_partition_lag{ARCHIVE}": "0x105 30000x5 0x10",
            f"dataplane_partition_lag{PARTITION}": "0x20 30000x100",
        },
    ),
    "archive-errors": (
        {f"dataplane_partition_errors_total{ARCHIVE}": "0+1x120"},
        {f"dataplane_partition_errors_total{ARCHIVE}": "9x120"},
    ),
    "webhooks-errors": (
        {f"dataplane_partition_errors_total{EVENTS}": "0+1x120"},
        {f"dataplane_partition_errors_total{EVENTS}": "9x120"},
    ),
    "api-5xx": (
        {
            f"dataplane_http_request_seconds_count{OK}": "0+100x120",
            f"dataplane_http_request_seconds_count{BAD}": "0+5x120",
        },
        {
            f"dataplane_http_request_seconds_count{OK}": "0+1000x120",
            f"dataplane_http_request_seconds_count{BAD}": "0+5x120",
        },
    ),
    "api-latency": (
        {bucket("1.0"): "0+98x120", bucket("2.5"): "0+100x120", bucket("+Inf"): "0+100x120"},
        {bucket("1.0"): "0+100x120", bucket("2.5"): "0+100x120", bucket("+Inf"): "0+100x120"},
    ),
    "api-throttles": (
        {f"dataplane_throttles_total{API}": "0+1x120"},
        {f"dataplane_throttles_total{API}": "9x120"},
    ),
    "apply-throttles": (
        {f"dataplane_throttles_total{FUNCTION}": "0+1x120"},
        {f"dataplane_throttles_total{API}": "0+1x120"},
    ),
    "cache-cpu": (
        {"redis_cpu_user_seconds_total": "0+6x120", "redis_cpu_sys_seconds_total": "0+3x120"},
        {"redis_cpu_user_seconds_total": "0+4x120", "redis_cpu_sys_seconds_total": "0+3x120"},
    ),
    "cache-memory": (
        {"redis_memory_used_bytes": "95x120", "redis_memory_max_bytes": "100x120"},
        # No limit is set.
        {"redis_memory_used_bytes": "95x120", "redis_memory_max_bytes": "0x120"},
    ),
    "log-offline": (
        {"redpanda_cluster_unavailable_partitions": "0x100 2x20"},
        {"kafka_offlinepartitionscount": "0x120"},
    ),
    "apply-errors": (
        {f"dataplane_invocation_errors_total{FUNCTION}": "0+1x120"},
        {f"dataplane_invocation_errors_total{FUNCTION}": "3x120"},
    ),
    "dataplane-down": (
        {'up{job="dataplane"}': "1x100 0x20"},
        {'up{job="dataplane"}': "1x120", "dataplane_ready": "1x120"},
    ),
    "process-stuck": (
        {'dataplane_status_age_seconds{process="poller"}': "1x100 20x20"},
        {'dataplane_status_age_seconds{process="poller"}': "1x120"},
    ),
    "database-down": (
        {'pg_up{job="postgres"}': "1x100 0x20", 'up{job="postgres"}': "1x120"},
        {'pg_up{job="postgres"}': "1x120", 'up{job="postgres"}': "1x120"},
    ),
    "pool-waits": (
        {'pgbouncer_pool_maxwait{database="a",user="b"}': "0x100 4x20"},
        {'pgbouncer_pool_maxwait{database="a",user="b"}': "0x120"},
    ),
    # The exporter does not respond in time, so there is no sample of its own.
    "pooler-down": (
        {'pgbouncer_up{job="pgbouncer"}': "1x20", 'up{job="pgbouncer"}': "1x100 0x20"},
        {'pgbouncer_up{job="pgbouncer"}': "1x120", 'up{job="pgbouncer"}': "1x120"},
    ),
    "cache-down": (
        {'redis_up{job="redis"}': "1x100 0x20", 'up{job="redis"}': "1x120"},
        {'redis_up{job="redis"}': "1x120"},
    ),
    "broker-down": (
        {broker(1): "1x120", broker(2): "1x100 0x20", broker(3): "1x120"},
        # The only one: that is log-down.
        {broker(1): "1x100 0x20"},
    ),
    "log-under-replicated": (
        {"kafka_underreplicatedpartitions": "0x100 24x20"},
        # A replica that fell back for a moment.
        {"kafka_underreplicatedpartitions": "0x114 1x1 0x5"},
    ),
    "wal-archiving": (
        {"ledger_archive_oldest_seconds": "0x90 0+10x30"},
        {"ledger_archive_oldest_seconds": "0x60 3x60"},
    ),
    "log-down": ({'up{job="kafka"}': "1x100 0x20"}, {'up{job="kafka"}': "1x120"}),
    "database-transaction-ids": (
        {"ledger_transaction_ids_oldest": "1000000000x120"},
        {"ledger_transaction_ids_oldest": "200000000x120"},
    ),
    "old-transaction": (
        {"ledger_transactions_oldest_seconds": "1x100 400x20"},
        {"ledger_transactions_oldest_seconds": "30x120"},
    ),
}
#: When the series are looked at: 120 samples, ten seconds apart.
END = "20m"


def test_the_rules_are_those_of_the_list() -> None:
    assert FILE.read_text() == rules(), "python -m infra.signals.rules"


def test_names_are_unique_and_every_alert_has_series_to_try() -> None:
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)
    assert len({panel.name for panel in PANELS}) == len(PANELS)
    assert SERIES.keys() == {signal.name for signal in ALERTS}


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_has_a_runbook_and_a_promise(signal: Signal) -> None:
    headings = re.findall(r"^### (\S+)$", (ROOT / "docs/runbooks.md").read_text(), re.MULTILINE)

    assert signal.name in headings
    assert 1 <= signal.promise <= 14


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_is_in_a_world_or_says_why_not(signal: Signal) -> None:
    assert (signal.query is None) == bool(signal.only_on_aws)
    assert (signal.alarm is None) == bool(signal.only_here)
    assert signal.query or signal.alarm


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_is_drawn_by_a_panel_of_its_unit(signal: Signal) -> None:
    (panel,) = [panel for panel in PANELS if panel.name == signal.panel]

    assert panel.unit == signal.unit


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_every_panel_has_lines_with_different_names(panel: Panel) -> None:
    lines = lines_of(panel)

    assert lines
    assert all(line.query or line.metric for line in lines[: len(panel.lines)])
    assert len({line.legend for line in lines}) == len(lines) >= len(signals_of(panel))


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed")
def test_each_alert_fires_on_its_fault_and_on_nothing_else(tmp_path: Path) -> None:
    tests = [case for signal in ALERTS for case in _cases(signal)]
    file = tmp_path / "rules.test.yaml"
    document = {"rule_files": [str(FILE)], "evaluation_interval": "10s", "tests": tests}
    file.write_text(yaml.safe_dump(document))

    done = subprocess.run(
        ["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def _cases(signal: Signal) -> list[dict[str, Any]]:
    annotations = {"summary": signal.meaning, "runbook": f"docs/runbooks.md#{signal.name}"}
    labels = {"severity": signal.severity, "promise": str(signal.promise)}
    fired = [{"exp_labels": labels, "exp_annotations": annotations}]
    return [
        {
            "interval": "10s",
            "name": f"{signal.name}: {word}",
            "input_series": [{"series": s, "values": v} for s, v in series.items()],
            "alert_rule_test": [
                {"eval_time": END, "alertname": signal.name, "exp_alerts": expected}
            ],
        }
        for word, series, expected in (
            ("bad", SERIES[signal.name][0], fired),
            ("good", SERIES[signal.name][1], []),
        )
    ]
