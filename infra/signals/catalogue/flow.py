"""Signals of what flows: commands through the log, messages out of it, webhooks to receivers."""

from __future__ import annotations

from typing import Final

from infra.signals.cloudwatch import HOUR_S, Alarm, of_function, of_mapping, report, runs
from infra.signals.panel import Line, Panel
from infra.signals.queries import (
    ARCHIVING,
    COMMANDS,
    EVENTS,
    counted,
    event,
    per_second,
    quantile,
    reported_per_second,
    state,
    worst,
    worst_event,
)
from infra.signals.signal import PAGE, TICKET, Signal

_LAG: Final = f"dataplane_partition_lag{{{COMMANDS}}}"
_EVENTS_LAG: Final = f"dataplane_partition_lag{{{EVENTS}}}"
_APPLY: Final = 'service="ledgerlane-apply"'
#: The consumers' functions, the prefix of their signals, and what each reads.
_CONSUMERS: Final = (
    ("apply", "", "commands"),
    ("webhooks", "webhooks-", "events"),
    ("archive", "archive-", "commands for the archive"),
)

SIGNALS: Final = (
    Signal(
        name="lag",
        meaning="Many commands wait in the log",
        promise=1,
        panel="Lag",
        legend="all partitions",
        query=f"sum({_LAG})",
        threshold=20_000,
        for_s=60,
        severity="ticket",
        alarm=Alarm(
            of_function("apply", "OffsetLag", "Maximum"),
            periods=5,
            threshold=lambda stage: stage.alarms.lag,
        ),
    ),
    Signal(
        name="webhooks-lag",
        meaning="Many events wait in the log before they are turned into webhooks",
        promise=13,
        panel="Lag",
        legend="events, all partitions",
        query=f"sum({_EVENTS_LAG})",
        threshold=20_000,
        for_s=300,
        severity="ticket",
        alarm=Alarm(
            of_function("webhooks", "OffsetLag", "Maximum"),
            periods=15,
            threshold=lambda stage: stage.alarms.lag,
        ),
    ),
    *(
        Signal(
            name=name,
            meaning=f"A partition's next {what} has waited for five minutes",
            promise=promise,
            panel="Waiting partitions",
            legend=f"{what}s",
            query=worst(state(series)),
            # What consumes may have stopped without a word. The sweeper looks at the log itself.
            for_s=60,
            severity=severity,
            alarm=Alarm(report("sweeper", metric), periods=2),
        )
        for name, what, promise, series, metric, severity in (
            ("partition-waits", "command", 1, "waiting_partitions", "WaitingPartitions", PAGE),
            (
                "webhooks-partition-waits",
                "event",
                13,
                "waiting_event_partitions",
                "WaitingEventPartitions",
                TICKET,
            ),
        )
    ),
    Signal(
        name="oldest-unapplied",
        meaning="Commands wait a long time before they are applied",
        promise=1,
        panel="Accepted to applied",
        legend="slowest",
        query=worst_event(event("accepted_to_applied_seconds", "apply")),
        unit="s",
        threshold=10,
        for_s=30,
        severity="ticket",
        alarm=Alarm(
            report("apply", "AcceptedToApplied", scale=1000),
            periods=3,
            threshold=lambda stage: stage.alarms.applied_within_ms,
        ),
    ),
    Signal(
        name="partition-stuck",
        meaning="A partition's batch fails repeatedly, so its accounts make no progress",
        promise=1,
        panel="Failed attempts",
        legend="most of a partition",
        query=f"max(dataplane_partition_attempts{{{COMMANDS}}})",
        threshold=3,
        only_here="Lambda reports failed invocations only for the whole mapping",
    ),
    *(
        Signal(
            name=f"{prefix}failed-invocations",
            meaning=f"Batches of {records} fail and are retried",
            promise=1,
            panel="Failed attempts",
            alarm=Alarm(of_mapping(function, "FailedInvokeEventCount"), periods=5),
            only_on_aws="apply-errors, webhooks-errors and partition-stuck show it",
        )
        for function, prefix, records in _CONSUMERS
    ),
    *(
        Signal(
            name=f"{prefix}polling-errors",
            meaning=f"Lambda's pollers can't read {records} from the log",
            promise=1,
            panel="Failed attempts",
            alarm=Alarm(of_mapping(function, "PollingErrorCount"), periods=5),
            only_on_aws="lag and process-stuck show it",
        )
        for function, prefix, records in _CONSUMERS
    ),
    Signal(
        name="apply-errors",
        meaning="The apply function fails",
        promise=1,
        panel="Failed invocations",
        legend="apply",
        query=counted("dataplane_invocation_errors_total", COMMANDS, "1m"),
        for_s=15,
        alarm=Alarm(of_function("apply", "Errors"), periods=3),
    ),
    Signal(
        name="webhooks-errors",
        meaning="The events' consumer fails",
        promise=10,
        panel="Failed invocations",
        legend="events consumer",
        query=counted("dataplane_partition_errors_total", EVENTS, "1m"),
        for_s=30,
        severity="ticket",
        alarm=Alarm(of_function("webhooks", "Errors"), periods=3),
    ),
    Signal(
        name="sweeper-errors",
        meaning="The sweeper fails",
        promise=1,
        panel="Failed invocations",
        alarm=Alarm(of_function("sweeper", "Errors"), periods=3),
        only_on_aws="the emulator runs the sweeper and does not count its errors",
    ),
    Signal(
        name="sweeper-missing",
        meaning="The sweeper, which looks at what other alarms watch, has not run for five minutes",
        promise=1,
        panel="Sweeps",
        is_below=True,
        alarm=Alarm(runs("sweeper", "SweptOutbox"), periods=5, silence="fires"),
        only_on_aws="the data plane keeps the last report, however old it is",
    ),
    Signal(
        name="audit-errors",
        meaning="The audit fails",
        promise=5,
        panel="Failed invocations",
        alarm=Alarm(of_function("audit", "Errors")),
        only_on_aws="the emulator runs the audit and does not count its errors",
    ),
    Signal(
        name="swept-outbox",
        meaning="The sweeper repeatedly publishes what the apply function should have published",
        promise=1,
        panel="Swept",
        legend="messages published",
        query=worst_event(event("swept_outbox", "sweeper")),
        for_s=300,
        severity="ticket",
        alarm=Alarm(report("sweeper", "SweptOutbox", "Sum"), periods=5),
    ),
    Signal(
        name="outbox-age",
        meaning="Messages of the ledger wait in its outbox",
        promise=1,
        panel="Outbox age",
        legend="oldest",
        query=worst(state("outbox_age_seconds")),
        unit="s",
        threshold=20,
        # On AWS, a sweep that meets a message twice is normal while brokers are patched.
        alarm=Alarm(report("sweeper", "OutboxAge"), periods=2, threshold=60),
    ),
    Signal(
        name="outbox-refused",
        meaning="The log permanently refused messages of the ledger",
        promise=1,
        panel="Put aside",
        legend="refused by the log",
        query=worst(state("outbox_refused")),
        alarm=Alarm(report("sweeper", "OutboxRefused")),
    ),
    Signal(
        name="delivery-age",
        meaning="Webhook deliveries wait a long time for their receivers",
        promise=13,
        panel="Webhook age",
        legend="oldest",
        query=worst(state("delivery_age_seconds")),
        unit="s",
        threshold=300,
        severity="ticket",
        alarm=Alarm(report("sweeper", "DeliveryAge"), periods=5),
    ),
    Signal(
        name="archive-lag",
        meaning="Many records of the log are not archived, and would be lost with its cluster",
        promise=1,
        panel="Archive backlog",
        legend="all partitions",
        query=f"sum(dataplane_partition_lag{{{ARCHIVING}}}) or vector(0)",
        threshold=20_000,
        for_s=120,
        severity="ticket",
        alarm=Alarm(
            of_function("archive", "OffsetLag", "Maximum"),
            periods=10,
            threshold=lambda stage: stage.alarms.lag,
        ),
    ),
    Signal(
        name="archive-errors",
        meaning="The log can't be archived",
        promise=1,
        panel="Failed invocations",
        legend="archive",
        query=counted("dataplane_partition_errors_total", ARCHIVING, "1m"),
        for_s=120,
        severity="ticket",
        alarm=Alarm(of_function("archive", "Errors"), periods=10),
    ),
    Signal(
        name="webhooks-given-up",
        meaning="Webhook receivers did not accept events until the last retry",
        promise=13,
        panel="Webhooks given up",
        legend="given up",
        query=counted("ledgerlane_webhooks_given_up_total", 'service="ledgerlane-webhooks"', "1h"),
        threshold=100,
        severity="ticket",
        alarm=Alarm(report("webhooks", "WebhooksGivenUp", "Sum", period_s=HOUR_S)),
    ),
)

_OUTCOMES: Final = tuple(
    Line(legend, reported_per_second(series, "apply"), report("apply", metric, "Sum"))
    for legend, series, metric in (
        ("applied", "applied", "Applied"),
        ("refused", "refused", "Refused"),
        ("duplicates", "duplicates", "Duplicates"),
        ("key conflicts", "idempotency_conflicts", "IdempotencyConflicts"),
    )
)

PANELS: Final = (
    Panel(
        "Commands",
        "Commands that left the log, by their outcome",
        ("overview", "ledger", "load"),
        unit="ops",
        lines=_OUTCOMES,
    ),
    Panel(
        "Accepted to applied",
        "The time from a command's acceptance to its commit; the alert watches the slowest",
        ("overview", "ledger", "load"),
        unit="s",
        lines=tuple(
            Line(
                f"p{share * 100:g}",
                quantile(share, "ledgerlane_accepted_to_applied_seconds", _APPLY),
                report("apply", "AcceptedToApplied", f"p{share * 100:g}", scale=1000),
            )
            for share in (0.5, 0.99)
        ),
    ),
    Panel(
        "Lag",
        "Commands in the log that are not applied, and events that are not webhooks yet",
        ("overview", "ledger", "load"),
    ),
    Panel(
        "Waiting partitions",
        "Partitions whose next record has waited in the log for five minutes, at the last sweep",
        ("overview", "ledger"),
    ),
    Panel(
        "Lag by partition",
        "Commands not yet applied. A partition that stays behind has a hot account, or is stuck",
        ("ledger", "load"),
        lines=(Line("{{partition}}", f"sum by (partition) ({_LAG})"),),
    ),
    Panel(
        "Applied by partition",
        "Commands that each partition's writer took from the log",
        ("ledger",),
        unit="ops",
        lines=(
            Line(
                "{{partition}}",
                per_second("dataplane_partition_done_total", COMMANDS, "partition"),
            ),
        ),
    ),
    Panel(
        "Queued",
        "Records that the poller read ahead, and records that functions are processing",
        ("ledger",),
        lines=(
            Line("{{function}}", "sum by (function) (dataplane_partition_queued)"),
            Line("{{function}} in flight", "sum by (function) (dataplane_partition_in_flight)"),
        ),
    ),
    Panel(
        "Records per batch",
        "The mean batch of each consumer. Large batches make high rates cheap",
        ("ledger", "load"),
        lines=(
            Line(
                "{{function}}",
                f"{per_second('dataplane_partition_done_total', by='function')} / "
                f"({per_second('dataplane_partition_batches_total', by='function')} > 0)",
            ),
        ),
    ),
    Panel(
        "Failed attempts",
        "Consecutive failures of a partition's batch",
        ("ledger",),
    ),
    Panel(
        "Failed invocations",
        "Failures of the last minute; batches are retried",
        ("ledger", "load"),
    ),
    Panel(
        "Outbox",
        "Messages that the ledger wrote with its rows and the log does not have yet",
        ("ledger",),
        lines=(
            Line("waiting", worst(state("outbox_rows"))),
            Line("for a partition that is not there", worst(state("outbox_awaited"))),
        ),
    ),
    Panel("Sweeps", "How often the sweeper ran", ("ledger",)),
    Panel("Outbox age", "The age of the oldest message in the outbox", ("ledger",), unit="s"),
    Panel(
        "Swept",
        "What the sweeper published or ended, because its partition was idle",
        ("ledger",),
        lines=(Line("holds that ended", worst_event(event("swept_holds", "sweeper"))),),
    ),
    Panel(
        "Webhooks",
        "Deliveries to receivers, by the outcome of the attempt",
        ("ledger",),
        unit="ops",
        lines=(
            Line(
                "delivered",
                reported_per_second("webhooks_delivered", "webhooks"),
                report("webhooks", "WebhooksDelivered", "Sum"),
            ),
            Line(
                "failed",
                reported_per_second("webhook_attempts_failed", "webhooks"),
                report("webhooks", "WebhookAttemptsFailed", "Sum"),
            ),
        ),
    ),
    Panel(
        "Pending webhooks",
        "Deliveries that are due or wait for their next attempt",
        ("ledger",),
        lines=(Line("pending", worst(state("pending_deliveries"))),),
    ),
    Panel("Webhook age", "The age of the oldest delivery that is due", ("ledger",), unit="s"),
    Panel(
        "Archive age",
        "The age of the oldest record of each batch, when it is in the archive",
        ("ledger",),
        unit="s",
        lines=(
            Line(
                "slowest",
                worst_event(event("archive_age_seconds", "archive")),
                report("archive", "ArchiveAge", scale=1000),
            ),
        ),
    ),
    Panel("Archive backlog", "Records of the log that are not archived", ("ledger",)),
    Panel(
        "Archive",
        "Records that the archive took, and those of them that were read from the log",
        ("ledger",),
        unit="ops",
        lines=tuple(
            Line(legend, reported_per_second(series, "archive"), report("archive", metric, "Sum"))
            for legend, series, metric in (
                ("archived", "archived_records", "ArchivedRecords"),
                ("not delivered", "archive_recovered", "ArchiveRecovered"),
            )
        ),
    ),
    Panel(
        "Webhooks given up",
        "Deliveries of the last hour whose last attempt failed",
        ("ledger",),
    ),
)
