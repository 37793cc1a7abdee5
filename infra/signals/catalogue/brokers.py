"""Signals and panels of the log's brokers."""

from __future__ import annotations

from typing import Final

from infra.signals.cloudwatch import FIVE_MINUTES_S, GIB, Alarm, Formula, Metric
from infra.signals.panel import Line, Panel
from infra.signals.queries import per_second
from infra.signals.signal import Signal

BROKER_CPU: Final = " or ".join(
    (
        per_second("process_cpu_seconds_total", 'job="kafka"'),
        per_second("redpanda_cpu_busy_seconds_total"),
    )
)


def _of_broker(
    name: str, statistic: str = "Average", *, scale: float = 1.0, needs_tiers: bool = False
) -> Metric:
    return Metric(
        "broker", name, statistic, period_s=FIVE_MINUTES_S, scale=scale, needs_tiers=needs_tiers
    )


SIGNALS: Final = (
    Signal(
        name="log-down",
        meaning="The broker does not respond, so no command is accepted",
        promise=1,
        panel="Services",
        legend="broker",
        # Of three brokers, two go on.
        query='round(avg(up{job="kafka"}))',
        is_below=True,
        for_s=5,
        only_here="on AWS, log-offline shows it",
    ),
    Signal(
        name="broker-down",
        meaning="One of several brokers does not respond; the others go on",
        promise=1,
        panel="Services",
        legend="all brokers",
        # Of a single one, log-down says it.
        query='(min(up{job="kafka"}) unless count(up{job="kafka"}) == 1) or vector(1)',
        is_below=True,
        for_s=15,
        severity="ticket",
        only_here="on AWS, log-under-replicated shows it",
    ),
    Signal(
        name="log-under-replicated",
        meaning="Partitions of the log have fewer replicas than they should have",
        promise=1,
        panel="Log partitions",
        legend="under-replicated",
        query="sum(kafka_underreplicatedpartitions or redpanda_kafka_under_replicated_replicas)",
        for_s=30,
        severity="ticket",
        # Brokers are patched one after the other, which takes less than half an hour each.
        alarm=Alarm(_of_broker("UnderReplicatedPartitions", "Minimum"), periods=6),
    ),
    Signal(
        name="log-offline",
        meaning="Partitions of the log have no leader",
        promise=1,
        panel="Log partitions",
        legend="without a leader",
        query="max(kafka_offlinepartitionscount or redpanda_cluster_unavailable_partitions)",
        for_s=5,
        alarm=Alarm(
            Metric("cluster", "OfflinePartitionsCount", "Maximum", period_s=FIVE_MINUTES_S)
        ),
    ),
    Signal(
        name="log-controller",
        meaning="The log has no controller, or reports nothing: no leader can be elected",
        promise=1,
        panel="Log controller",
        is_below=True,
        alarm=Alarm(
            Metric("cluster", "ActiveControllerCount", "Maximum", period_s=FIVE_MINUTES_S),
            periods=2,
            silence="fires",
        ),
        only_on_aws="log-down and log-offline show it",
    ),
    Signal(
        name="log-replicas",
        meaning="A broker leads partitions with too few replicas to accept commands",
        promise=1,
        panel="Log partitions",
        alarm=Alarm(
            Metric("broker", "UnderMinIsrPartitionCount", "Maximum", period_s=FIVE_MINUTES_S),
            periods=2,
        ),
        only_on_aws="the log of one machine has one replica",
    ),
    Signal(
        name="log-storage",
        meaning="A broker is running out of storage",
        promise=1,
        panel="Log storage",
        unit="percentunit",
        threshold=0.8,
        alarm=Alarm(
            Metric(
                "broker", "KafkaDataLogsDiskUsed", "Maximum", period_s=FIVE_MINUTES_S, scale=100
            ),
            periods=2,
        ),
        only_on_aws="the machine's disk is not the log's alone",
    ),
    Signal(
        name="log-cpu",
        meaning="A broker is busy, and has too little left for when another one fails",
        promise=14,
        panel="Log CPU",
        unit="percentunit",
        # As recommended (Amazon MSK Developer Guide, "Best practices for Standard brokers").
        threshold=0.6,
        severity="ticket",
        alarm=Alarm(
            Formula(
                "user + system",
                (("user", _of_broker("CpuUser")), ("system", _of_broker("CpuSystem"))),
                "% of CPU",
                scale=100,
            ),
            periods=3,
        ),
        only_on_aws="the machine's CPU is not the log's alone",
    ),
    Signal(
        name="log-memory",
        meaning="A broker's heap stays full after garbage collection",
        promise=14,
        panel="Log memory",
        unit="percentunit",
        # As recommended, like that of the CPU.
        threshold=0.6,
        severity="ticket",
        alarm=Alarm(_of_broker("HeapMemoryAfterGC", "Maximum", scale=100), periods=3),
        only_on_aws="a small heap of one machine is fuller than that",
    ),
    Signal(
        name="log-tiering",
        meaning="A broker's segments don't reach tiered storage and fill its disk",
        promise=14,
        panel="Tiered storage",
        unit="bytes",
        severity="ticket",
        alarm=Alarm(
            _of_broker("RemoteCopyLagBytes", "Minimum", needs_tiers=True),
            periods=6,
            threshold=lambda stage: 0.1 * stage.log_storage_gb * GIB,
        ),
        only_on_aws="brokers of one machine have no tiered storage",
    ),
    Signal(
        name="log-tiering-errors",
        meaning="Tiered storage refuses a broker's segments",
        promise=14,
        panel="Tiered storage errors",
        unit="ops",
        # Any; retries make up for a few.
        threshold=0.001,
        severity="ticket",
        # While copies fail, Kafka may report no lag (KAFKA-19995).
        alarm=Alarm(_of_broker("RemoteCopyErrorsPerSec", needs_tiers=True), periods=6),
        only_on_aws="brokers of one machine have no tiered storage",
    ),
)

PANELS: Final = (
    Panel(
        "Log bytes",
        "Bytes that the broker takes and gives",
        ("services", "load"),
        unit="Bps",
        lines=tuple(
            Line(
                legend,
                f"{per_second(f'kafka_{kafka}_total')} or "
                + per_second("redpanda_kafka_request_bytes_total", f'redpanda_request="{request}"'),
            )
            for legend, kafka, request in (
                ("in", "bytesin", "produce"),
                ("out", "bytesout", "consume"),
            )
        ),
    ),
    Panel(
        "Log requests",
        "The 99th percentile of the broker's requests to append. Those to fetch wait for records",
        ("services", "load"),
        unit="s",
        lines=(
            Line(
                "produce",
                'max(kafka_request_milliseconds{request="Produce",quantile="0.99"}) / 1000 or '
                "histogram_quantile(0.99, "
                + per_second(
                    "redpanda_kafka_request_latency_seconds_bucket",
                    'redpanda_request="produce"',
                    "le",
                )
                + ")",
            ),
        ),
    ),
    Panel(
        "Log partitions",
        "Partitions of the log without a leader, or with fewer replicas than they should have",
        ("services",),
    ),
    Panel("Log controller", "The brokers' active controllers, normally one", ("services",)),
    Panel("Log storage", "The disks of the brokers", ("services",), unit="percentunit"),
    Panel("Log CPU", "CPU of the brokers", ("services",), unit="percentunit"),
    Panel("Log memory", "Heap of the brokers after collections", ("services",), unit="percentunit"),
    Panel("Tiered storage", "Bytes that wait for tiered storage", ("services",), unit="bytes"),
    Panel("Tiered storage errors", "Copies that tiered storage refused", ("services",), unit="ops"),
    Panel(
        "Broker memory",
        "Memory that the broker uses of what it may use",
        ("services",),
        unit="bytes",
        lines=(Line("used", "sum(kafka_heap_used_bytes or redpanda_memory_allocated_memory)"),),
    ),
)
