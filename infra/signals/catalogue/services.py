"""Signals of the services: data plane, database, pooler, cache."""

from __future__ import annotations

from typing import Final

from infra.signals.catalogue.brokers import BROKER_CPU
from infra.signals.cloudwatch import DAY_S, FIVE_MINUTES_S, GIB, Alarm, Metric
from infra.signals.panel import Line, Panel
from infra.signals.queries import by_part, per_second, responds
from infra.signals.signal import Signal

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
            threshold=lambda stage: 0.05 * stage.database.memory_gib * GIB,
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
            threshold=lambda stage: 0.1 * stage.database.storage_gb * GIB,
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

SIGNALS: Final = (*_DATA_PLANE, *_DATABASES, *_CACHES)

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
            Line("broker", BROKER_CPU),
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

_CACHE_PANELS: Final = (
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
)

PANELS: Final = (*_PROCESSES, *_DATABASE_PANELS, *_CACHE_PANELS)
