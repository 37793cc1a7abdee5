"""Signals of the services: data plane, database, pooler, cache, broker."""

from __future__ import annotations

from typing import Final

from infra.signals.cloudwatch import DAY_S, FIVE_MINUTES_S, Alarm, Formula, Metric
from infra.signals.panel import Line, Panel
from infra.signals.queries import by_part, per_second, responds
from infra.signals.signal import Signal

_BROKER_CPU: Final = " or ".join(
    (
        per_second("process_cpu_seconds_total", 'job="kafka"'),
        per_second("redpanda_cpu_busy_seconds_total"),
    )
)
_GIB: Final = 1024**3


def _of_broker(
    name: str, statistic: str = "Average", *, scale: float = 1.0, needs_tiers: bool = False
) -> Metric:
    return Metric(
        "broker", name, statistic, period_s=FIVE_MINUTES_S, scale=scale, needs_tiers=needs_tiers
    )


_DATABASE: Final = 'datname="ledgerlane"'

_DATA_PLANE: Final = (
    Signal(
        name="dataplane-down",
        meaning="The data plane is not ready: requests fail, or nothing is polled",
        promise=14,
        panel="Services",
        legend="data plane",
        query=responds("dataplane_ready", "dataplane"),
        is_below=True,
        for_s=30,
        only_here="on AWS, API Gateway and Lambda are the data plane",
    ),
    Signal(
        name="process-stuck",
        meaning="A process of the data plane hangs: its status is old",
        promise=14,
        panel="Age of status",
        legend="oldest",
        query="max(dataplane_status_age_seconds)",
        unit="s",
        threshold=15,
        only_here="on AWS, API Gateway and Lambda are the data plane",
    ),
)

_DATABASES: Final = (
    Signal(
        name="database-down",
        meaning="PostgreSQL or its exporter does not respond",
        promise=14,
        panel="Services",
        legend="PostgreSQL",
        query=responds("pg_up", "postgres"),
        is_below=True,
        for_s=5,
        only_here="on AWS, api-5xx and database alarms show it",
    ),
    Signal(
        name="old-transaction",
        meaning="A transaction has been open for a long time and prevents vacuum from removing "
        "old rows",
        promise=14,
        panel="Oldest transaction",
        legend="oldest",
        query="max(ledger_transactions_oldest_seconds)",
        unit="s",
        threshold=300,
        severity="ticket",
        only_here="RDS has no such metric",
    ),
    Signal(
        name="wal-archiving",
        meaning="PostgreSQL's write-ahead log is not archived, so backups fall behind and the disk "
        "fills",
        promise=1,
        panel="Archive of the write-ahead log",
        legend="oldest segment",
        query="max(ledger_archive_oldest_seconds)",
        unit="s",
        threshold=120,
        for_s=30,
        only_here="RDS archives by itself and has no metric of it",
    ),
    Signal(
        name="database-connections",
        meaning="The database is near its connection limit",
        promise=14,
        panel="Database connections",
        alarm=Alarm(
            Metric("database", "DatabaseConnections", "Maximum"),
            periods=5,
            threshold=lambda stage: 0.9 * stage.reachable_connections,
        ),
        only_on_aws="PgBouncer's pool is the limit, and pool-waits shows when it is used up",
    ),
    Signal(
        name="database-cpu",
        meaning="The database is busy",
        promise=14,
        panel="Database CPU",
        unit="percentunit",
        threshold=0.8,
        alarm=Alarm(Metric("database", "CPUUtilization", "Average", scale=100), periods=10),
        only_on_aws="PostgreSQL does not report its CPU time",
    ),
    Signal(
        name="database-memory",
        meaning="The database is running out of memory",
        promise=14,
        panel="Database memory",
        unit="bytes",
        is_below=True,
        severity="ticket",
        alarm=Alarm(
            Metric("database", "FreeableMemory", "Average"),
            periods=15,
            threshold=lambda stage: 0.05 * stage.database.memory_gib * _GIB,
        ),
        only_on_aws="the machine's memory is not the database's alone",
    ),
    Signal(
        name="database-transaction-ids",
        meaning="Vacuum falls behind: half of the transaction ids are used up, and without any the "
        "database takes no writes",
        promise=14,
        panel="Transaction ids",
        legend="oldest",
        query="max(ledger_transaction_ids_oldest)",
        threshold=1_000_000_000,
        for_s=300,
        alarm=Alarm(
            Metric("database", "MaximumUsedTransactionIDs", "Maximum", period_s=FIVE_MINUTES_S)
        ),
    ),
    Signal(
        name="database-storage",
        meaning="The database is running out of storage",
        promise=14,
        panel="Database storage",
        unit="bytes",
        is_below=True,
        alarm=Alarm(
            Metric("database", "FreeStorageSpace", "Minimum", engine="instance"),
            periods=5,
            threshold=lambda stage: 0.1 * stage.database.storage_gb * _GIB,
        ),
        only_on_aws="the machine's disk is not the ledger's alone",
    ),
    Signal(
        name="pool-waits",
        meaning="Functions wait for a server connection",
        promise=14,
        panel="Pool waits",
        legend="longest",
        query="max(pgbouncer_pool_maxwait)",
        unit="s",
        for_s=5,
        # In microseconds, and each borrowing counts (RDS User Guide, "Monitoring RDS Proxy metrics
        # with CloudWatch"); PgBouncer reports only the longest wait that goes on.
        alarm=Alarm(
            Metric("proxy", "DatabaseConnectionsBorrowLatency", "p99", scale=1e6),
            periods=5,
            threshold=100_000,
        ),
    ),
    Signal(
        name="pool-pinning",
        meaning="Sessions are pinned to server connections, which shrinks the pool",
        promise=14,
        panel="Database connections",
        alarm=Alarm(
            Metric("proxy", "DatabaseConnectionsCurrentlySessionPinned", "Maximum"),
            periods=5,
            threshold=lambda stage: 0.5 * stage.reachable_connections,
        ),
        only_on_aws="PgBouncer, which pools by transaction, does not pin sessions",
    ),
    Signal(
        name="proxy-sign-ins",
        meaning="RDS Proxy refuses functions that sign in",
        promise=14,
        panel="Refused sign-ins",
        threshold=5,
        alarm=Alarm(
            Metric("proxy", "ClientConnectionsSetupFailedAuth", "Sum", period_s=FIVE_MINUTES_S)
        ),
        only_on_aws="PgBouncer's password is not rotated; pooler-down and api-5xx show it",
    ),
    Signal(
        name="proxy-connections",
        meaning="RDS Proxy can't connect to the database, for example with an old password",
        promise=14,
        panel="Refused sign-ins",
        threshold=5,
        alarm=Alarm(
            Metric("proxy", "DatabaseConnectionsSetupFailed", "Sum", period_s=FIVE_MINUTES_S)
        ),
        only_on_aws="database-down and pooler-down show it",
    ),
    *(
        Signal(
            name=f"rotation-{password}",
            meaning=f"The rotation of the {password}'s password fails",
            promise=14,
            panel="Failed rotations",
            severity="ticket",
            # Secrets Manager tries again within a day, until it succeeds.
            alarm=Alarm(Metric("rotation", "Errors", "Sum", password, period_s=DAY_S)),
            only_on_aws="passwords of the local cloud are not rotated",
        )
        for password in ("owner", "application")
    ),
    Signal(
        name="pooler-down",
        meaning="PgBouncer or its exporter does not respond",
        promise=14,
        panel="Services",
        legend="PgBouncer",
        query=responds("pgbouncer_up", "pgbouncer"),
        is_below=True,
        for_s=5,
        only_here="on AWS, api-5xx and database alarms show it",
    ),
)

_CACHES: Final = (
    Signal(
        name="cache-down",
        meaning="Redis or its exporter does not respond; answers are correct but slower",
        promise=7,
        panel="Services",
        legend="Redis",
        query=responds("redis_up", "redis"),
        is_below=True,
        for_s=5,
        severity="ticket",
        only_here="ElastiCache replaces nodes automatically",
    ),
    Signal(
        name="cache-cpu",
        meaning="The cache is busy",
        promise=7,
        panel="Cache CPU",
        legend="used",
        query=f"{per_second('redis_cpu_user_seconds_total')} "
        f"+ {per_second('redis_cpu_sys_seconds_total')}",
        unit="percentunit",
        threshold=0.8,
        for_s=600,
        severity="ticket",
        alarm=Alarm(Metric("cache", "EngineCPUUtilization", "Average", scale=100), periods=10),
    ),
    Signal(
        name="cache-memory",
        meaning="The cache is full",
        promise=7,
        panel="Cache memory",
        legend="used",
        query="max(redis_memory_used_bytes / (redis_memory_max_bytes > 0))",
        unit="percentunit",
        threshold=0.9,
        for_s=600,
        severity="ticket",
        alarm=Alarm(
            Metric("cache", "DatabaseMemoryUsagePercentage", "Maximum", scale=100), periods=10
        ),
    ),
)

_LOG: Final = (
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
            threshold=lambda stage: 0.1 * stage.log_storage_gb * _GIB,
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

SIGNALS: Final = (*_DATA_PLANE, *_DATABASES, *_CACHES, *_LOG)

_PROCESSES: Final = (
    Panel(
        "Services",
        "1 while a service responds, 0 while it does not",
        ("overview", "services"),
    ),
    Panel(
        "Age of status",
        "The time since a process of the data plane last wrote its status, normally each second",
        ("services",),
        unit="s",
    ),
    Panel(
        "CPU",
        "CPU of the data plane's processes and of the broker; 100 % is one core",
        ("services", "load"),
        unit="percentunit",
        lines=(
            Line("{{part}}", by_part("rate(dataplane_process_cpu_seconds_total[1m])")),
            Line("broker", _BROKER_CPU),
        ),
    ),
    Panel(
        "Memory",
        "Resident memory of the data plane's processes and of the broker",
        ("services", "load"),
        unit="bytes",
        lines=(
            Line("{{part}}", by_part("dataplane_process_resident_bytes")),
            Line("broker", 'sum(process_resident_memory_bytes{job="kafka"})'),
            Line("cache", "sum(redis_memory_used_rss_bytes)"),
        ),
    ),
)

_DATABASE_PANELS: Final = (
    Panel(
        "Transactions",
        "Transactions of the ledger's database that ended",
        ("services", "load"),
        unit="ops",
        lines=(
            Line("committed", per_second("pg_stat_database_xact_commit", _DATABASE)),
            Line("rolled back", per_second("pg_stat_database_xact_rollback", _DATABASE)),
        ),
    ),
    Panel(
        "Oldest transaction",
        "The age of the oldest open transaction; vacuum removes no row that it might see",
        ("services",),
        unit="s",
    ),
    Panel(
        "Waiting transactions",
        "Backends that wait for a lock, or hold a transaction open and do nothing",
        ("services", "load"),
        lines=(
            Line("for a lock", "sum(ledger_transactions_lock_waiters)"),
            Line("idle in transaction", "sum(ledger_transactions_idle_in_transaction)"),
        ),
    ),
    Panel(
        "Write-ahead log",
        "Bytes that PostgreSQL writes ahead, which disks must follow",
        ("services", "load"),
        unit="Bps",
        lines=(Line("written", per_second("ledger_wal_bytes")),),
    ),
    Panel(
        "Archive of the write-ahead log",
        "How long the oldest finished segment of the write-ahead log has waited to be archived. "
        "Without backups, nothing waits",
        ("services",),
        unit="s",
    ),
    Panel(
        "Checkpoints",
        "Checkpoints of the last hour: by time, or requested because much was written",
        ("services",),
        lines=(
            Line("by time", "sum(increase(pg_stat_bgwriter_checkpoints_timed_total[1h]))"),
            Line("requested", "sum(increase(pg_stat_bgwriter_checkpoints_req_total[1h]))"),
        ),
    ),
    Panel(
        "Dead rows",
        "Rows that vacuum has still to remove, of the five tables with most of them",
        ("services",),
        lines=(Line("{{table}}", "topk(5, sum by (table) (ledger_table_dead_rows))"),),
    ),
    Panel(
        "Tables",
        "The size of the five largest tables with their indexes",
        ("services",),
        unit="bytes",
        lines=(Line("{{table}}", "topk(5, sum by (table) (ledger_table_bytes))"),),
    ),
    Panel(
        "Index hits",
        "The share of index pages of accounts and legs that were in memory",
        ("services",),
        unit="percentunit",
        lines=(
            Line(
                "hits",
                f"{per_second('ledger_index_hits')} / ({per_second('ledger_index_hits')} "
                f"+ {per_second('ledger_index_reads')})",
            ),
        ),
    ),
    Panel(
        "Database connections",
        "Server connections, by what they do",
        ("services",),
        lines=(
            Line("{{state}}", f"sum by (state) (pg_stat_activity_count{{{_DATABASE}}} > 0)"),
            Line("clients of the proxy", metric=Metric("proxy", "ClientConnections", "Maximum")),
        ),
    ),
    Panel("Database CPU", "CPU of the database server", ("services",), unit="percentunit"),
    Panel("Database memory", "Free memory of the database", ("services",), unit="bytes"),
    Panel(
        "Transaction ids",
        "The age of the oldest row that is not frozen, in transactions. PostgreSQL stops at two "
        "billion",
        ("services",),
    ),
    Panel("Refused sign-ins", "Connections that the proxy or the database refused", ("services",)),
    Panel("Failed rotations", "Failures of the functions that rotate passwords", ("services",)),
    Panel("Database storage", "Free storage of the database", ("services",), unit="bytes"),
    Panel(
        "Pool",
        "Clients and server connections of PgBouncer",
        ("services", "load"),
        lines=tuple(
            Line(legend, f"sum(pgbouncer_pool_{column})")
            for legend, column in (
                ("clients served", "cl_active"),
                ("clients that wait", "cl_waiting"),
                ("servers in use", "sv_active"),
                ("servers free", "sv_idle"),
            )
        ),
    ),
    Panel(
        "Pool waits",
        "How long the client at the head of the queue has waited for a server connection",
        ("services", "load"),
        unit="s",
    ),
)

_REST: Final = (
    Panel(
        "Cache hits",
        "The share of look-ups that the cache answered",
        ("services", "load"),
        unit="percentunit",
        lines=(
            Line(
                "hits",
                f"{per_second('redis_keyspace_hits_total')} "
                f"/ ({per_second('redis_keyspace_hits_total')} "
                f"+ {per_second('redis_keyspace_misses_total')})",
            ),
        ),
    ),
    Panel("Cache CPU", "CPU of the cache, which uses one core", ("services",), unit="percentunit"),
    Panel(
        "Cache memory",
        "The share of its memory that the cache uses; full, it drops what was not used for long",
        ("services",),
        unit="percentunit",
    ),
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

PANELS: Final = (*_PROCESSES, *_DATABASE_PANELS, *_REST)
