"""Signals of the books: money that is wrong, put aside or stuck."""

from __future__ import annotations

from typing import Final

from infra.signals.cloudwatch import DAY_S, Alarm, of_mapping, report, runs
from infra.signals.panel import Line, Panel
from infra.signals.queries import COMMANDS, EVENTS, counted, event, state, worst, worst_event
from infra.signals.signal import Signal

SIGNALS: Final = (
    Signal(
        name="imbalance",
        meaning="The accounts of a currency don't sum to zero",
        promise=5,
        panel="Books",
        legend="currencies out of balance",
        query=worst(
            state("unbalanced_currencies"),
            state("imbalanced_currencies", "audit"),
        ),
        # The sweeper looks each minute, the audit once a day; audit-findings has what it finds.
        alarm=Alarm(report("sweeper", "UnbalancedCurrencies")),
    ),
    Signal(
        name="audit-findings",
        meaning="The audit found faults in the books",
        promise=5,
        panel="Books",
        legend="findings of the audit",
        query=worst(state("audit_findings", "audit")),
        # Only another audit can say that they are gone.
        alarm=Alarm(report("audit", "AuditFindings"), silence="keeps"),
    ),
    Signal(
        name="audit-missing",
        meaning="The books were not audited for two days",
        promise=5,
        panel="Audited postings",
        is_below=True,
        alarm=Alarm(runs("audit", "AuditedPostings", DAY_S), periods=2, silence="fires"),
        only_on_aws="a machine that is off at night does not audit; `make audit` does",
    ),
    Signal(
        name="in-transit",
        meaning="Money stays in transit although all partitions have caught up",
        promise=1,
        panel="In transit",
        legend="currencies",
        query=f"{worst(state('in_transit_currencies'))} "
        f"unless on() (sum(dataplane_partition_lag{{{COMMANDS}}}) > 0)",
        # The sweeper looks each minute, and meets transfers that are just under way: with one every
        # two seconds, two looks in a row do so every other day, and four in a row hardly ever.
        for_s=240,
        only_here="CloudWatch has no lag per partition to compare with",
    ),
    Signal(
        name="missing-offsets",
        meaning="Records of the log were skipped; a command may have been overtaken",
        promise=4,
        panel="Put aside",
        legend="skipped records",
        query=worst_event(event("missing_offsets", "apply")),
        alarm=Alarm(report("apply", "MissingOffsets")),
    ),
    Signal(
        name="parked",
        meaning="Commands are parked, and later commands of their accounts wait behind them",
        promise=10,
        panel="Put aside",
        legend="parked commands",
        query=worst_event(state("parked_commands"), event("parked", "apply")),
        alarm=Alarm(report("sweeper", "ParkedCommands")),
    ),
    Signal(
        name="parked-events",
        meaning="Events were put aside because they could not be read or stored",
        promise=10,
        panel="Put aside",
        legend="parked events",
        query=worst_event(state("parked_event_rows"), event("parked_events", "webhooks")),
        severity="ticket",
        alarm=Alarm(report("webhooks", "ParkedEvents", "Sum")),
    ),
    Signal(
        name="failed-events",
        meaning="The mapping gave up commands, which are in the on-failure destination",
        promise=1,
        panel="Put aside",
        legend="given-up commands",
        query=counted("dataplane_partition_given_up_total", COMMANDS, "5m"),
        alarm=Alarm(of_mapping("apply", "OnFailureDestinationDeliveredEventCount")),
    ),
    Signal(
        name="webhooks-failed-events",
        meaning="The mapping gave up events, which are in the on-failure destination",
        promise=10,
        panel="Put aside",
        legend="given-up events",
        query=counted("dataplane_partition_given_up_total", EVENTS, "5m"),
        severity="ticket",
        alarm=Alarm(of_mapping("webhooks", "OnFailureDestinationDeliveredEventCount")),
    ),
    *(
        Signal(
            name=name,
            meaning=f"The mapping discarded {records}",
            promise=promise,
            panel="Put aside",
            alarm=Alarm(of_mapping(function, "DroppedEventCount")),
            only_on_aws="the data plane never discards a record",
        )
        for name, function, records, promise in (
            ("dropped-events", "apply", "commands", 1),
            ("webhooks-dropped-events", "webhooks", "events", 10),
        )
    ),
    Signal(
        name="system-accounts",
        meaning="A system account is near its bound, beyond which commands are refused",
        promise=13,
        panel="System accounts",
        legend="fullest",
        query="max(ledgerlane_system_account_fullness_ratio_last)",
        unit="percentunit",
        threshold=0.75,
        severity="ticket",
        alarm=Alarm(report("sweeper", "SystemAccountFullness", scale=100)),
    ),
)

PANELS: Final = (
    Panel(
        "Books",
        "Currencies that don't sum to zero, and the last audit's findings",
        ("overview", "ledger"),
    ),
    Panel(
        "In transit",
        "Currencies with money between two partitions at the last sweep, while no command waits. "
        "Under load this is usual for moments; the alert waits four minutes",
        ("ledger",),
    ),
    Panel(
        "Put aside",
        "Commands and events that were parked, given up or skipped. Each one needs a person",
        ("overview", "ledger"),
    ),
    Panel(
        "System accounts",
        "The fullest system account, as a share of its bound",
        ("ledger",),
        unit="percentunit",
    ),
    Panel(
        "Audited postings",
        "How many postings the last audit read",
        ("ledger",),
        lines=(
            Line(
                "postings",
                worst(state("audited_postings", "audit")),
                report("audit", "AuditedPostings"),
            ),
        ),
    ),
)
