"""The list of all signals."""

from __future__ import annotations

from typing import Final

from infra.signals.signal import Signal

_COMMANDS: Final = 'function=~".*-apply"'
_EVENTS: Final = 'function=~".*-webhooks"'


def _state(metric: str, function: str = "sweeper") -> str:
    """Return the series of a function's last report."""
    return f'ledgerlane_{metric}_last{{service="ledgerlane-{function}"}}'


def _event(metric: str, function: str) -> str:
    """Return the series of a function's largest report of the last minute."""
    return f'ledgerlane_{metric}_max{{service="ledgerlane-{function}"}}'


def _worst(*series: str) -> str:
    """Return a query of the largest value of several series."""
    return f"max({' or '.join(series)})"


_MONEY: Final = (
    Signal(
        "imbalance",
        "The accounts of a currency don't sum to zero",
        5,
        _worst(_state("unbalanced_currencies"), _state("imbalanced_currencies", "audit")),
    ),
    Signal(
        "audit-findings",
        "The audit found faults in the books",
        5,
        _worst(_state("audit_findings", "audit")),
    ),
    Signal(
        "missing-offsets",
        "Records of the log were skipped; a command may have been overtaken",
        4,
        _worst(_event("missing_offsets", "apply")),
    ),
    Signal(
        "parked",
        "Commands are parked, and later commands of their accounts wait behind them",
        10,
        _worst(_state("parked_commands"), _event("parked", "apply")),
    ),
    Signal(
        "parked-events",
        "Events were put aside because they could not be read",
        10,
        _worst(_state("parked_event_rows"), _event("parked_events", "webhooks")),
        severity="ticket",
    ),
    Signal(
        "system-accounts",
        "A system account is near its bound, beyond which commands are refused",
        13,
        "max(ledgerlane_system_account_fullness_ratio_last)",
        unit="percentunit",
        fires=">= 0.75",
        severity="ticket",
    ),
    Signal(
        "in-transit",
        "Money stays in transit although all partitions have caught up",
        1,
        f"{_worst(_state('in_transit_currencies'))} "
        f"unless on() (sum(dataplane_partition_lag{{{_COMMANDS}}}) > 0)",
        for_s=120,
        only_here="CloudWatch has no lag per partition to compare with",
    ),
)

_FLOW: Final = (
    Signal(
        "lag",
        "Many commands wait in the log",
        1,
        f"sum(dataplane_partition_lag{{{_COMMANDS}}})",
        fires="> 20000",
        for_s=60,
        severity="ticket",
    ),
    Signal(
        "partition-stuck",
        "A partition's batch fails repeatedly, so its accounts make no progress",
        1,
        f"max(dataplane_partition_attempts{{{_COMMANDS}}})",
        fires=">= 3",
        only_here="Lambda reports failed invocations only for the whole mapping",
    ),
    Signal(
        "oldest-unapplied",
        "Commands wait a long time before they are applied",
        1,
        _worst(_event("accepted_to_applied_seconds", "apply")),
        unit="s",
        fires="> 10",
        for_s=30,
        severity="ticket",
    ),
    Signal(
        "swept-outbox",
        "The sweeper repeatedly publishes what the apply function should have published",
        1,
        _worst(_event("swept_outbox", "sweeper")),
        for_s=300,
        severity="ticket",
    ),
    Signal(
        "outbox-age",
        "Messages of the ledger wait in its outbox",
        1,
        _worst(_state("outbox_age_seconds")),
        unit="s",
        fires="> 20",
    ),
    Signal(
        "outbox-refused",
        "The log permanently refused messages of the ledger",
        1,
        _worst(_state("outbox_refused")),
    ),
    Signal(
        "failed-events",
        "The mapping gave up commands, which are in the on-failure destination",
        1,
        f"sum(increase(dataplane_partition_given_up_total{{{_COMMANDS}}}[5m]))",
    ),
    Signal(
        "delivery-age",
        "Webhook deliveries wait a long time for their receivers",
        13,
        _worst(_state("delivery_age_seconds")),
        unit="s",
        fires="> 300",
        severity="ticket",
    ),
    Signal(
        "webhooks-given-up",
        "Webhook receivers did not accept events until the last retry",
        13,
        'sum(increase(ledgerlane_webhooks_given_up_total{service="ledgerlane-webhooks"}[1h]))',
        fires=">= 100",
        severity="ticket",
    ),
    Signal(
        "webhooks-errors",
        "The events' consumer fails",
        10,
        f"sum(increase(dataplane_partition_errors_total{{{_EVENTS}}}[1m]))",
        fires=">= 1",
        for_s=30,
        severity="ticket",
    ),
)

_EDGE: Final = (
    Signal(
        "api-5xx",
        "The API returns 5xx for more than 1 in 100 requests",
        14,
        'sum(rate(dataplane_http_request_seconds_count{status=~"5.."}[1m])) '
        "/ sum(rate(dataplane_http_request_seconds_count[1m]))",
        unit="percentunit",
        fires="> 0.01",
        for_s=15,
    ),
    Signal(
        "api-latency",
        "The API's 99th percentile is slow",
        14,
        "histogram_quantile(0.99, sum by (le) "
        '(rate(dataplane_http_request_seconds_bucket{method="GET"}[1m])))',
        unit="s",
        fires="> 1",
        for_s=60,
        severity="ticket",
    ),
    Signal(
        "apply-errors",
        "The apply function fails",
        1,
        f"sum(increase(dataplane_invocation_errors_total{{{_COMMANDS}}}[1m]))",
        fires=">= 1",
        for_s=15,
    ),
)

_SERVICES: Final = (
    Signal(
        "dataplane-down",
        "The data plane is not ready: requests fail, or nothing is polled",
        14,
        'min(dataplane_ready or up{job="dataplane"})',
        fires="< 1",
        for_s=30,
        only_here="on AWS, API Gateway and Lambda are the data plane",
    ),
    Signal(
        "process-stuck",
        "A process of the data plane hangs: its status is old",
        14,
        "max(dataplane_status_age_seconds)",
        unit="s",
        fires="> 15",
        only_here="on AWS, API Gateway and Lambda are the data plane",
    ),
    Signal(
        "database-down",
        "PostgreSQL does not respond",
        14,
        "min(pg_up)",
        fires="< 1",
        for_s=5,
        only_here="on AWS, api-5xx and database alarms show it",
    ),
    Signal(
        "pool-waits",
        "Functions wait for a server connection",
        14,
        "max(pgbouncer_pool_maxwait)",
        unit="s",
        fires=">= 1",
        for_s=5,
    ),
    Signal(
        "pooler-down",
        "PgBouncer does not respond",
        14,
        "min(pgbouncer_up)",
        fires="< 1",
        for_s=5,
        only_here="on AWS, api-5xx and database alarms show it",
    ),
    Signal(
        "cache-down",
        "Redis does not respond; answers are correct but slower",
        7,
        "min(redis_up)",
        fires="< 1",
        for_s=5,
        severity="ticket",
        only_here="ElastiCache replaces nodes automatically",
    ),
    Signal(
        "log-down",
        "The broker does not respond, so no command is accepted",
        1,
        'min(up{job="kafka"})',
        fires="< 1",
        for_s=5,
        only_here="on AWS, log-offline shows it",
    ),
    Signal(
        "old-transaction",
        "A transaction has been open for a long time and prevents vacuum from removing old rows",
        14,
        "max(ledger_transactions_oldest_seconds)",
        unit="s",
        fires="> 300",
        severity="ticket",
        only_here="RDS has no such metric",
    ),
)

SIGNALS: Final[tuple[Signal, ...]] = (*_MONEY, *_FLOW, *_EDGE, *_SERVICES)
