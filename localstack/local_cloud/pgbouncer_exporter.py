"""Export PgBouncer's statistics: `python -m local_cloud.pgbouncer_exporter PORT URL`.

Debian 12's exporter fails with every PgBouncer since 1.8.
https://www.pgbouncer.org/usage.html#admin-console
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import psycopg
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from psycopg.rows import dict_row

from local_cloud.config import LOOPBACK

#: SHOW POOLS: a column and its meaning.
POOLS = {
    "cl_active": "Clients that have a server connection or don't need one",
    "cl_waiting": "Clients that wait for a server connection",
    "sv_active": "Server connections in use",
    "sv_idle": "Server connections that are free",
    "maxwait": "Waiting time of the client that has waited longest, in seconds",
}
#: SHOW STATS: a column, its metric's name and meaning, and the factor to the base unit.
STATS = {
    "total_xact_count": ("transactions", "Transactions", 1.0),
    "total_query_count": ("queries", "Queries", 1.0),
    "total_received": ("received_bytes", "Bytes from clients", 1.0),
    "total_sent": ("sent_bytes", "Bytes to clients", 1.0),
    "total_xact_time": ("transaction_seconds", "Time in transactions", 1e-6),
    "total_wait_time": ("wait_seconds", "Time that clients waited for a server connection", 1e-6),
}
_CONNECT_LIMIT_S = 3
#: The console's database.
_CONSOLE = "pgbouncer"


class Console:
    """Queries PgBouncer's console at each scrape.

    Parameters
    ----------
    url
        The console's URL. The password is in ``PGPASSWORD``.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def collect(self) -> Iterator[Metric]:
        """Yield the families. If PgBouncer does not respond, yield only ``pgbouncer_up``."""
        up = GaugeMetricFamily("pgbouncer_up", "Whether PgBouncer's console responds")
        try:
            families = list(self._families())
        except psycopg.Error:
            families = []
        up.add_metric([], 1.0 if families else 0.0)
        yield from (up, *families)

    def _families(self) -> Iterator[Metric]:
        with psycopg.connect(
            self._url, autocommit=True, connect_timeout=_CONNECT_LIMIT_S, row_factory=dict_row
        ) as connection:
            # The console supports only the simple protocol.
            cursor = psycopg.ClientCursor(connection, row_factory=dict_row)
            pools = cursor.execute("SHOW POOLS").fetchall()
            stats = cursor.execute("SHOW STATS").fetchall()
        for column, text in POOLS.items():
            gauge = GaugeMetricFamily(f"pgbouncer_pool_{column}", text, labels=["database", "user"])
            for row in pools:
                if row["database"] != _CONSOLE:
                    gauge.add_metric([row["database"], row["user"]], float(row[column]))
            yield gauge
        for column, (name, text, factor) in STATS.items():
            counter = CounterMetricFamily(f"pgbouncer_{name}", text, labels=["database"])
            for row in stats:
                if row["database"] != _CONSOLE:
                    counter.add_metric([row["database"]], float(row[column]) * factor)
            yield counter


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM."""
    port, url = arguments
    registry = CollectorRegistry()
    registry.register(Console(url))
    server, _ = start_http_server(int(port), LOOPBACK, registry)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.pause()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
